#include "stream/idle_timer.h"

#include <utility>

#include "base/host.h"

namespace securepair::detail {

IdleTimer::IdleTimer(std::chrono::milliseconds quiet, const Stream& stream, Listener<> task)
    : quiet_(quiet), stream_(stream), task_(std::move(task)) {
  touch();
}

void IdleTimer::touch() {
  note();
  if (!deadline_) wait(quiet_);
}

void IdleTimer::note() noexcept {
  if (const base::Host* const loop = base::host()) lastTouch_ = loop->now();
  unsent_ = stream_.bufferSize();
}

void IdleTimer::wait(std::chrono::milliseconds time) {
  deadline_.emplace(time, [this] { check(); });
}

void IdleTimer::check() {
  // A transport does not tell each time the peer takes some of what it has.
  if (stream_.bufferSize() != unsent_) note();
  const auto quietFor = base::host()->now() - lastTouch_;
  if (quietFor < quiet_) return wait(quiet_ - quietFor);
  deadline_.reset();
  task_();  // may end this timer
}

}  // namespace securepair::detail
