#include <random>
#include <string>

#include <gtest/gtest.h>

#include "pair/rig.h"

namespace securepair::test {
namespace {

using namespace std::chrono_literals;

// Two pairs over a carrier with a small capacity. What one has written, the other reads: all of it,
// in order, whatever is done in between, from within listeners too.
class Game {
 public:
  explicit Game(std::uint32_t seed)
      : random_(seed),
        rig_({.joined = seed % 3 == 0 ? Joined::byHand : Joined::byCarrier,
              .subjectIsServer = seed % 2 == 0,
              .carrier = {.chunking = Chunking::random(seed), .capacity = 1 + seed % 100'000}}) {
    rig_.onEvent = [this](std::string_view event) {
      if (event != "close" && random_() % 4 == 0) act();
    };
    rig_.peer->cleartext.onData([this] {
      if (random_() % 4 == 0) act();
    });
  }

  void play(int steps) {
    for (int step = 0; step < steps; ++step) {
      // One turn at most in between: the operations meet all states.
      try {
        act();
        if (random_() % 2 == 0) rig_.loop->runTurn();
      } catch (const Rig::Thrown&) {
      }
      check();
      if (::testing::Test::HasFailure()) return;
    }
    end();
  }

 private:
  void act() {
    if (ending_) return;
    auto& pair = random_() % 2 == 0 ? *rig_.subject : *rig_.peer;
    switch (random_() % 9) {
      case 0:
      case 1:
        rig_.write(pattern(size(), ++patterns_));
        break;
      case 2:
      case 3:
        rig_.writeFromPeer(pattern(size(), ++patterns_));
        break;
      case 4:
        pair.cleartext.pause();
        break;
      case 5:
        pair.encrypted.pause();
        break;
      case 6:
        pair.cleartext.resume();
        break;
      case 7:
        pair.encrypted.resume();
        break;
      default:
        if (random_() % 8 == 0) throw Rig::Thrown();
    }
  }

  std::size_t size() { return 1 + random_() % (std::size_t{1} << (random_() % 19)); }

  void check() {
    EXPECT_TRUE(rig_.sentBySubject.starts_with(rig_.receivedByPeer));
    EXPECT_TRUE(rig_.sentByPeer.starts_with(rig_.receivedBySubject));
  }

  void end() {
    rig_.onEvent = [](std::string_view) {};
    ending_ = true;
    const auto flow = [this] {
      for (auto* const pair : {rig_.subject.get(), rig_.peer.get()}) {
        rig_.drive([pair] { pair->cleartext.resume(); });
        rig_.drive([pair] { pair->encrypted.resume(); });
      }
    };
    flow();
    rig_.drive([this] { rig_.subject->cleartext.end(); });
    flow();
    EXPECT_EQ(rig_.receivedByPeer.size(), rig_.sentBySubject.size());
    EXPECT_TRUE(rig_.receivedByPeer == rig_.sentBySubject);
    EXPECT_TRUE(rig_.receivedBySubject == rig_.sentByPeer);
    EXPECT_EQ(rig_.closes, 1) << rig_.events;
    EXPECT_EQ(rig_.events.find("rror"), std::string::npos) << rig_.events;
    rig_.finish();
  }

  std::minstd_rand random_;
  Rig rig_;
  unsigned patterns_ = 0;
  bool ending_ = false;
};

class PairModel : public ::testing::TestWithParam<std::uint32_t> {};

TEST_P(PairModel, WhatIsWrittenArrivesWholeAndInOrder) {
  constexpr std::uint32_t games = 25;
  for (std::uint32_t i = 0; i < games; ++i) {
    const std::uint32_t seed = GetParam() * games + i + 1;
    SCOPED_TRACE("seed " + std::to_string(seed));
    Game(seed).play(60);
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, PairModel, ::testing::Range(0U, 4U));

}  // namespace
}  // namespace securepair::test
