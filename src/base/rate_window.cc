#include "base/rate_window.h"

namespace securepair::base {

bool RateWindow::pass(Clock::time_point now) {
  while (gone_ < passed_.size() && now - passed_[gone_] >= window_) ++gone_;
  if (2 * gone_ > passed_.size()) {
    passed_.erase(passed_.begin(), passed_.begin() + static_cast<std::ptrdiff_t>(gone_));
    gone_ = 0;
  }
  if (limit_ <= 0 || passed_.size() - gone_ >= static_cast<std::size_t>(limit_)) return false;
  passed_.push_back(now);
  return true;
}

}  // namespace securepair::base
