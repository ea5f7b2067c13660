#pragma once
#include <chrono>
#include <cstddef>
#include <vector>

namespace securepair::base {

/// Counts what may happen a number of times within a window of time that slides along. It needs no
/// memory before the first time, and then grows with the count, up to the limit.
class RateWindow {
 public:
  using Clock = std::chrono::steady_clock;

  RateWindow(int limit, Clock::duration window) noexcept : limit_(limit), window_(window) {}

  /// Once more; false where that is once too often.
  bool pass(Clock::time_point now);

 private:
  int limit_;
  Clock::duration window_;
  std::vector<Clock::time_point> passed_;
  std::size_t gone_ = 0;  ///< of `passed_`, those that have left the window
};

}  // namespace securepair::base
