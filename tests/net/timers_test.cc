#include <securepair/loop.h>

#include <string>
#include <vector>

#include "base/host.h"
#include "support/loop_fixture.h"

namespace securepair {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

class Timers : public test::LoopTest {};

TEST_F(Timers, FireInTheOrderOfTheirTimes) {
  std::vector<int> order;
  loop().setTimeout(30ms, [&] { order.push_back(3); });
  loop().setTimeout(10ms, [&] { order.push_back(1); });
  loop().setTimeout(20ms, [&] { order.push_back(2); });
  runLoop();
  EXPECT_EQ(order, (std::vector{1, 2, 3}));
}

TEST_F(Timers, OfTheSameTimeFireInTheOrderInWhichTheyWereSet) {
  std::vector<int> order;
  for (int i = 0; i < 10; ++i) loop().setTimeout(0ms, [&order, i] { order.push_back(i); });
  runLoop();
  EXPECT_EQ(order, (std::vector{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
}

TEST_F(Timers, NeverFireEarly) {
  // The loop's clock has stood still for a while when the timer is set.
  const auto before = Clock::now();
  while (Clock::now() - before < 50ms) continue;
  const auto set = Clock::now();
  loop().setTimeout(30ms, [] {});
  runLoop();
  EXPECT_GE(Clock::now() - set, 29ms);
}

TEST_F(Timers, AnIntervalGoesOnUntilItIsCleared) {
  int calls = 0;
  Loop::TimerId timer = 0;
  timer = loop().setInterval(1ms, [&] {
    if (++calls == 5) loop().clearTimer(timer);
  });
  runLoop();
  EXPECT_EQ(calls, 5);
}

TEST_F(Timers, AnIntervalClearedByItsOwnListenerDropsItOnlyAfterwards) {
  auto held = std::make_shared<int>(42);
  const std::weak_ptr<int> watched = held;
  Loop::TimerId timer = 0;
  timer = loop().setInterval(1ms, [&, held] {
    loop().clearTimer(timer);
    EXPECT_EQ(*held, 42);
  });
  held.reset();
  runLoop();
  EXPECT_TRUE(watched.expired());
}

TEST_F(Timers, AClearedTimerDoesNotFire) {
  bool fired = false;
  const auto timer = loop().setTimeout(1ms, [&] { fired = true; });
  loop().clearTimer(timer);
  loop().clearTimer(timer);
  loop().clearTimer(12345678);
  runLoop();
  EXPECT_FALSE(fired);
}

TEST_F(Timers, OneTimerMayClearTheNext) {
  bool fired = false;
  Loop::TimerId second = 0;
  loop().setTimeout(1ms, [&] { loop().clearTimer(second); });
  second = loop().setTimeout(1ms, [&] { fired = true; });
  runLoop();
  EXPECT_FALSE(fired);
}

TEST_F(Timers, OneThatSetsItselfAgainWithoutDelayLetsTheLoopTurn) {
  bool done = false;
  std::function<void()> again = [&] {
    if (!done) loop().setTimeout(0ms, [&] { again(); });
  };
  again();
  loop().setTimeout(5ms, [&] { loop().post([&] { done = true; }); });
  runLoop();
  EXPECT_TRUE(done);
}

TEST_F(Timers, ALongOneDoesNotKeepAShortOneWaiting) {
  const auto longOne = loop().setTimeout(std::chrono::milliseconds::max(), [] {});
  const auto before = Clock::now();
  loop().setTimeout(5ms, [&] { loop().clearTimer(longOne); });
  runLoop();
  EXPECT_LT(Clock::now() - before, 1s);
}

TEST_F(Timers, ThoseOfTheLibraryDoNotKeepTheLoopRunning) {
  bool fired = false;
  base::host()->startTimer(10s, [&] { fired = true; });
  runLoop();
  EXPECT_FALSE(fired);
}

TEST_F(Timers, ThoseOfTheLibraryFireWhileTheLoopRuns) {
  bool fired = false;
  base::host()->startTimer(1ms, [&] { fired = true; });
  loop().setTimeout(20ms, [] {});
  runLoop();
  EXPECT_TRUE(fired);
}

TEST_F(Timers, ANumberIsNeverUsedTwiceOnAThread) {
  const auto first = loop().setTimeout(1ms, [] {});
  endLoop();
  Loop other;
  const auto second = other.setTimeout(1ms, [] {});
  EXPECT_NE(first, second);
}

TEST_F(Timers, TheClockMovesWithTheTurns) {
  const auto before = base::host()->now();
  loop().setTimeout(20ms, [] {});
  runLoop();
  EXPECT_GE(base::host()->now() - before, 20ms);
}

}  // namespace
}  // namespace securepair
