#pragma once
#include <securepair/stream.h>

#include <chrono>
#include <cstddef>
#include <optional>

#include "base/deadline.h"

namespace securepair::detail {

/// Calls its task once a stream has been idle for a while: touch() was not called, and what waits
/// to be sent has not become less. The next touch() begins anew. touch() is cheap: the timer behind
/// it is not moved, but asks when it fires how long it has really been quiet.
class IdleTimer {
 public:
  /// The stream must outlive it.
  IdleTimer(std::chrono::milliseconds quiet, const Stream& stream, Listener<> task);

  void touch();

 private:
  void note() noexcept;
  void wait(std::chrono::milliseconds time);
  void check();

  std::chrono::milliseconds quiet_;
  const Stream& stream_;
  Listener<> task_;
  std::chrono::milliseconds lastTouch_{};
  std::size_t unsent_ = 0;
  std::optional<Deadline> deadline_;
};

}  // namespace securepair::detail
