#include "base/rate_window.h"

#include <gtest/gtest.h>

namespace securepair::base {
namespace {

using namespace std::chrono_literals;
constexpr RateWindow::Clock::time_point start{};

TEST(RateWindow, LetsAsManyPassAsTheLimitSays) {
  RateWindow window(3, 10min);
  EXPECT_TRUE(window.pass(start));
  EXPECT_TRUE(window.pass(start + 1s));
  EXPECT_TRUE(window.pass(start + 2s));
  EXPECT_FALSE(window.pass(start + 3s));
}

TEST(RateWindow, SlidesSoThatNoSpanOfItsLengthHoldsMore) {
  RateWindow window(2, 10s);
  EXPECT_TRUE(window.pass(start));
  EXPECT_TRUE(window.pass(start + 9s));
  EXPECT_TRUE(window.pass(start + 10s));
  EXPECT_FALSE(window.pass(start + 11s));
  EXPECT_TRUE(window.pass(start + 19s));
}

TEST(RateWindow, DoesNotCountWhatDidNotPass) {
  RateWindow window(1, 10s);
  EXPECT_TRUE(window.pass(start));
  EXPECT_FALSE(window.pass(start + 9s));
  EXPECT_TRUE(window.pass(start + 10s));
}

TEST(RateWindow, LetsNothingPassAtZero) { EXPECT_FALSE(RateWindow(0, 1s).pass(start)); }

}  // namespace
}  // namespace securepair::base
