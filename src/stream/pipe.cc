#include "stream/pipe.h"

#include <securepair/stream.h>

#include <utility>

#include "base/later.h"

namespace securepair {

void Stream::pipeTo(Stream& to) {
  const auto pipe =
      std::make_shared<detail::Pipe>(detail::Pipe{.from = shared(), .to = to.shared()});
  std::erase_if(to.pipesIn_, [](const auto& known) { return known.expired(); });
  to.pipesIn_.push_back(pipe);

  onData([this, pipe](const Data& data) {
    const auto target = pipe->to.lock();
    if (target == nullptr || !target->writable() || target->put(data.bytes())) return;
    if (!std::exchange(pipe->waiting, true)) hold();
  });
  onEnd([pipe] {
    const auto target = pipe->to.lock();
    if (target != nullptr && !target->outlivesPipes()) target->end();
  });
  onClose([this, pipe] {
    const auto target = pipe->to.lock();
    if (target == nullptr || reading_ == Reading::ended || target->outlivesPipes()) return;
    target->destroy();
  });
}

// Later: what a listener of one source throws must not hold the others for ever.
void Stream::letPipesGoOn() {
  for (const auto& known : pipesIn_) {
    const auto pipe = known.lock();
    if (pipe == nullptr || !std::exchange(pipe->waiting, false)) continue;
    base::afterThisTurn([weak = pipe->from] {
      if (const auto source = weak.lock()) source->release();
    });
  }
}

}  // namespace securepair
