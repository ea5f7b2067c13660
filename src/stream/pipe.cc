#include "stream/pipe.h"

#include <securepair/stream.h>

#include <utility>

#include "base/later.h"
#include "stream/extras.h"

namespace securepair {

// In front of those that an emission under way comes to: it begins with the next data.
void Stream::pipeTo(Stream& to) {
  if (life_ == Life::closed) return;
  pipes_.push_front({.from = *this, .to = to.shared()});
  readerAdded();
}

// What a listener throws makes no hole in what is piped.
void Stream::emitData(const Data& data) {
  const auto pipes = pipes_.begin();
  try {
    events_.emit(On::data, data);
  } catch (...) {
    feedPipes(pipes, data);
    throw;
  }
  feedPipes(pipes, data);
}

void Stream::feedPipes(std::forward_list<detail::Pipe>::iterator first, const Data& data) {
  for (auto pipe = first; pipe != pipes_.end(); ++pipe) {
    const auto target = pipe->to.lock();
    if (target == nullptr || !target->writable() || target->put(data.bytes())) continue;
    if (!pipe->waiting) awaitDrain(*pipe, *target);
  }
}

void Stream::awaitDrain(detail::Pipe& pipe, Stream& target) {
  target.extras().waitingPipes.push_back(std::shared_ptr<detail::Pipe>(shared(), &pipe));
  pipe.waiting = true;
  hold();
}

// Later: what a listener of one source throws must not hold the others for ever.
void Stream::letPipesGoOn() {
  if (extras_ == nullptr) return;
  for (const auto& waiting : std::exchange(extras_->waitingPipes, {})) {
    const auto pipe = waiting.lock();
    if (pipe == nullptr) continue;
    pipe->waiting = false;
    base::afterThisTurn([waiting] {
      if (const auto released = waiting.lock()) released->from.release();
    });
  }
}

void Stream::endPipes() {
  for (const auto& pipe : pipes_) {
    const auto target = pipe.to.lock();
    if (target != nullptr && !target->outlivesPipes()) target->end();
  }
}

void Stream::breakPipes() {
  if (reading_ == Reading::ended) return;
  for (const auto& pipe : pipes_) {
    const auto target = pipe.to.lock();
    if (target != nullptr && !target->outlivesPipes()) target->destroy();
  }
}

}  // namespace securepair
