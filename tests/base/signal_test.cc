#include <securepair/signal.h>

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace securepair {
namespace {

TEST(Signal, CallsListenersInTheOrderInWhichTheyWereAdded) {
  Signal<int> signal;
  std::vector<int> calls;
  for (int i = 0; i < 5; ++i) signal.add([&calls, i](int value) { calls.push_back(value + i); });
  signal.emit(10);
  EXPECT_EQ(calls, (std::vector<int>{10, 11, 12, 13, 14}));
}

TEST(Signal, IsEmptyUntilAListenerIsAdded) {
  Signal<> signal;
  EXPECT_TRUE(signal.empty());
  signal.emit();
  signal.add(nullptr);
  EXPECT_TRUE(signal.empty());
  signal.add([] {});
  EXPECT_FALSE(signal.empty());
}

TEST(Signal, AListenerMayTakeFewerParametersThanTheEventHas) {
  Signal<int, const std::string&> signal;
  std::vector<std::string> calls;
  signal.add([&] { calls.emplace_back("none"); });
  signal.add([&](int value) { calls.push_back(std::to_string(value)); });
  signal.add([&](int, const std::string& text) { calls.push_back(text); });
  signal.add([&](auto...) { calls.emplace_back("any"); });
  signal.emit(7, "seven");
  EXPECT_EQ(calls, (std::vector<std::string>{"none", "7", "seven", "any"}));
}

TEST(Signal, AListenerMayBeMoveOnlyAndMutable) {
  Signal<> signal;
  int seen = 0;
  signal.add([&seen, count = 0, held = std::make_unique<int>(5)]() mutable {
    count += *held;
    seen = count;
  });
  signal.emit();
  signal.emit();
  EXPECT_EQ(seen, 10);
}

TEST(Signal, AnEmptyFunctionIsNoListener) {
  Signal<int> signal;
  signal.add(std::function<void(int)>());
  signal.add(static_cast<void (*)(int)>(nullptr));
  EXPECT_TRUE(signal.empty());
  EXPECT_FALSE(Listener<int>(nullptr));
}

TEST(Signal, AListenerAddedDuringAnEmissionIsCalledByTheNext) {
  Signal<> signal;
  int calls = 0;
  // Enough to make the list move while it is walked.
  signal.add([&] {
    for (int i = 0; i < 100; ++i) signal.add([&calls] { ++calls; });
  });
  signal.add([&] { calls += 1000; });
  signal.emit();
  EXPECT_EQ(calls, 1000);
  signal.emit();
  EXPECT_EQ(calls, 2100);
}

TEST(Signal, ClearDuringAnEmissionEndsIt) {
  Signal<> signal;
  const auto held = std::make_shared<int>(0);
  signal.add([&signal, held] {
    signal.clear();
    ++*held;  // the listener that runs is still there
  });
  signal.add([held] { *held += 100; });
  signal.emit();
  EXPECT_EQ(*held, 1);
  EXPECT_EQ(held.use_count(), 1);
  EXPECT_TRUE(signal.empty());
}

TEST(Signal, ClearedAndFilledAgainDuringAnEmissionCallsOnlyTheNewOnesNext) {
  Signal<> signal;
  std::string calls;
  signal.add([&] {
    calls += 'a';
    signal.clear();
    signal.add([&calls] { calls += 'n'; });
  });
  signal.add([&] { calls += 'b'; });
  signal.emit();
  EXPECT_EQ(calls, "a");
  signal.emit();
  EXPECT_EQ(calls, "an");
}

TEST(Signal, AListenerMayDestroyTheOwner) {
  auto signal = std::make_unique<Signal<int>>();
  int calls = 0;
  signal->add([&](int) {
    signal.reset();
    ++calls;
  });
  signal->add([&](int) { ++calls; });
  signal->emit(1);
  EXPECT_EQ(signal, nullptr);
  EXPECT_EQ(calls, 1);
}

TEST(Signal, AnEmissionWithinAnEmissionReachesAll) {
  Signal<int> signal;
  std::vector<int> calls;
  signal.add([&](int depth) {
    calls.push_back(depth);
    if (depth < 3) signal.emit(depth + 1);
  });
  signal.emit(1);
  EXPECT_EQ(calls, (std::vector<int>{1, 2, 3}));
}

TEST(Signal, WhatAListenerThrowsComesOutAndTheSignalStaysFit) {
  Signal<> signal;
  int calls = 0;
  signal.add([&] {
    if (calls++ == 0) throw std::runtime_error("once");
  });
  signal.add([&] { calls += 10; });
  EXPECT_THROW(signal.emit(), std::runtime_error);
  EXPECT_EQ(calls, 1);
  signal.emit();
  EXPECT_EQ(calls, 12);
}

TEST(Signals, CallTheListenersOfTheEventThatIsEmitted) {
  constexpr Event<int> number{0};
  constexpr Event<const std::string&> text{1};
  constexpr Event<> nothing{2};
  Signals signals;
  std::vector<std::string> calls;
  signals.add(number, [&](int value) { calls.push_back("first " + std::to_string(value)); });
  signals.add(text, [&](const std::string& value) { calls.push_back(value); });
  signals.add(number, [&](int value) { calls.push_back("then " + std::to_string(value)); });
  EXPECT_TRUE(signals.has(text));
  EXPECT_FALSE(signals.has(nothing));
  signals.emit(nothing);
  signals.emit(number, 7);
  signals.emit(text, "seven");
  EXPECT_EQ(calls, (std::vector<std::string>{"first 7", "then 7", "seven"}));
}

TEST(Signals, AreClearedTogetherWhileOneIsEmitted) {
  constexpr Event<> outer{0};
  constexpr Event<> inner{1};
  Signals signals;
  int calls = 0;
  signals.add(outer, [&] { signals.emit(inner); });
  signals.add(inner, [&] {
    ++calls;
    signals.clear();
  });
  signals.add(inner, [&] { calls += 10; });
  signals.add(outer, [&] { calls += 100; });
  signals.emit(outer);
  EXPECT_EQ(calls, 1);
  EXPECT_TRUE(signals.empty());
}

TEST(Signal, WhatAListenerHoldsMayComeBackToTheSignalAsItEnds) {
  struct Holder {
    Signal<>* signal;
    ~Holder() {
      signal->clear();
      signal->add([] {});
    }
  };
  Signal<> signal;
  signal.add([holder = std::shared_ptr<Holder>(new Holder{&signal})] {});
  signal.clear();
  EXPECT_FALSE(signal.empty());
}

}  // namespace
}  // namespace securepair
