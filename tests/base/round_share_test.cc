#include "base/round_share.h"

#include <string>

#include <gtest/gtest.h>

#include "base/later.h"
#include "support/memory_loop.h"

namespace securepair::test {
namespace {

using namespace std::chrono_literals;
using base::RoundShare;

void work(RoundShare::Clock::duration time) {
  const auto until = RoundShare::Clock::now() + time;
  while (RoundShare::Clock::now() < until) {
  }
}

// The loop's own share is not used: what a round is, is said by hand.
class Shares : public testing::Test {
 protected:
  void spendAll() {
    share.spend([] { work(2ms); });
  }
  void round() {
    share.nextRound();
    loop.runTurn();
  }

  MemoryLoop loop;
  RoundShare share{2ms};
  std::string order;
};

TEST_F(Shares, AreOpenUntilTheyAreUsedUp) {
  RoundShare large(200ms);  // a busy machine may break work off for long
  EXPECT_TRUE(large.isOpen());
  large.spend([] { work(1ms); });
  EXPECT_TRUE(large.isOpen());
  large.spend([] { work(200ms); });
  EXPECT_FALSE(large.isOpen());
  large.nextRound();
  EXPECT_TRUE(large.isOpen());
}

TEST_F(Shares, CountWorkThatThrows) {
  EXPECT_THROW(share.spend([] {
    work(2ms);
    throw 1;
  }),
               int);
  EXPECT_FALSE(share.isOpen());
}

TEST_F(Shares, LetThoseWhoWaitGoInTheirOrder) {
  spendAll();
  for (const char name : {'a', 'b', 'c'}) {
    share.wait([this, name] {
      EXPECT_TRUE(share.isOpen());
      order += name;
      spendAll();
    });
  }
  loop.runTurn();
  EXPECT_EQ(order, "") << "nothing is left of this round's share";
  round();
  EXPECT_EQ(order, "a");
  round();
  EXPECT_EQ(order, "ab");
  round();
  EXPECT_EQ(order, "abc");
  EXPECT_FALSE(loop.runTurn()) << "nobody waits, and the loop is woken all the same";
}

TEST_F(Shares, AreClosedToThoseWhoComeWhileOthersWait) {
  spendAll();
  share.wait([this] { order += 'a'; });
  share.nextRound();
  EXPECT_FALSE(share.isOpen());
  loop.run();
  EXPECT_EQ(order, "a");
  EXPECT_TRUE(share.isOpen());
}

TEST_F(Shares, SpendNothingOnThoseWhoHaveGone) {
  spendAll();
  for (int i = 0; i < 100; ++i) share.wait([] {});
  share.wait([this] { order += 'z'; });
  loop.runTurn();
  round();
  EXPECT_EQ(order, "z");
}

TEST_F(Shares, AreNotEndedByWhatOneThrows) {
  spendAll();
  share.wait([] { throw 1; });
  share.wait([this] { order += 'b'; });
  share.nextRound();
  EXPECT_THROW(loop.runTurn(), int);
  EXPECT_EQ(order, "");
  loop.run();
  EXPECT_EQ(order, "b");
  EXPECT_TRUE(share.isOpen());
}

// From within, as a handshake's listener may.
TEST_F(Shares, TakeWhoComesWhileOneIsServed) {
  spendAll();
  share.wait([this] {
    order += 'a';
    spendAll();
    share.wait([this] { order += 'c'; });
  });
  share.wait([this] { order += 'b'; });
  loop.runTurn();
  round();
  EXPECT_EQ(order, "a");
  round();
  EXPECT_EQ(order, "abc");
}

}  // namespace
}  // namespace securepair::test
