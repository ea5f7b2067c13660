#include <securepair/loop.h>
#include <securepair/net.h>

#include <cstdlib>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "base/host.h"
#include "base/later.h"
#include "support/loop_fixture.h"

namespace securepair {
namespace {

using namespace std::chrono_literals;

class LoopRuns : public test::LoopTest {};

TEST_F(LoopRuns, ReturnsAtOnceWithNothingToDo) { EXPECT_EQ(runLoop(), 0); }

TEST_F(LoopRuns, TheThreadsLoopIsTheOneThatWasMade) { EXPECT_EQ(&Loop::current(), &loop()); }

TEST_F(LoopRuns, ASecondLoopOnAThreadIsRefused) {
  try {
    const Loop second;
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "ERR_LOOP_EXISTS");
  }
}

// What is due at the same time may have lain beside the loop.
TEST(LoopThatEndsInAListener, CallsNoFurtherOne) {
  std::string called;
  std::thread([&called] {
    auto loop = std::make_unique<Loop>();
    for (int i = 0; i < 3; ++i) {
      loop->setTimeout(1ms, [&] {
        called += "timer ";
        loop.reset();
      });
      loop->post([] {});
    }
    loop->run();
  }).join();
  EXPECT_EQ(called, "timer ");
}

TEST_F(LoopRuns, RunsAgain) {
  int calls = 0;
  for (int i = 1; i <= 3; ++i) {
    loop().setTimeout(1ms, [&] { ++calls; });
    EXPECT_EQ(runLoop(), 0);
    EXPECT_EQ(calls, i);
  }
}

TEST_F(LoopRuns, IsNotRunFromWithinItself) {
  std::string code;
  loop().post([&] {
    try {
      loop().run();
    } catch (const Error& error) {
      code = error.code();
    }
  });
  runLoop();
  EXPECT_EQ(code, "ERR_LOOP_RUNNING");
}

TEST_F(LoopRuns, StopEndsTheTurnOnly) {
  bool second = false;
  loop().setTimeout(1ms, [&] {
    loop().stop();
    base::later([&] { second = true; });
  });
  loop().setTimeout(1h, [] {});
  runLoop();
  EXPECT_TRUE(second);
}

TEST_F(LoopRuns, StopBeforeRunHasNoEffect) {
  bool called = false;
  loop().stop();
  loop().setTimeout(1ms, [&] { called = true; });
  runLoop();
  EXPECT_TRUE(called);
}

// ---- Exceptions ----

TEST_F(LoopRuns, AListenersExceptionComesOutOfRun) {
  loop().setTimeout(1ms, [] { throw std::out_of_range("thrown by a listener"); });
  EXPECT_THROW(runLoop(), std::out_of_range);
}

TEST_F(LoopRuns, GoesOnAfterAnException) {
  int calls = 0;
  const auto timer = loop().setInterval(1ms, [&] {
    if (++calls == 2) loop().stop();
    throw calls;
  });
  EXPECT_THROW(runLoop(), int);
  EXPECT_EQ(calls, 1) << "it came out before the loop went on";
  EXPECT_THROW(runLoop(), int);
  EXPECT_EQ(calls, 2);
  loop().clearTimer(timer);
  EXPECT_EQ(runLoop(), 0);
}

TEST_F(LoopRuns, EachExceptionComesOutOfARunOfItsOwn) {
  loop().post([] { throw 1; });
  loop().post([] { throw 2; });
  for (const int expected : {1, 2}) {
    try {
      runLoop();
      ADD_FAILURE() << "nothing was thrown";
    } catch (int thrown) {
      EXPECT_EQ(thrown, expected);
    }
  }
  EXPECT_EQ(runLoop(), 0);
}

TEST_F(LoopRuns, AnExceptionLosesNoPostedTask) {
  std::vector<int> ran;
  base::later([&] { ran.push_back(1); });
  base::later([] { throw 0; });
  base::later([&] { ran.push_back(2); });
  EXPECT_THROW(runLoop(), int);
  runLoop();
  EXPECT_EQ(ran, (std::vector{1, 2}));
}

// ---- post ----

TEST_F(LoopRuns, PostFromItsOwnThreadRunsInALaterTurn) {
  bool inCall = true;
  bool ran = false;
  loop().post([&] {
    EXPECT_FALSE(inCall);
    ran = true;
  });
  inCall = false;
  runLoop();
  EXPECT_TRUE(ran);
}

TEST_F(LoopRuns, PostFromManyThreadsLosesNothing) {
  constexpr int threads = 4;
  constexpr int tasks = 2000;
  int ran = 0;
  const auto alive = loop().setTimeout(1h, [] {});
  std::vector<std::jthread> posting;
  for (int i = 0; i < threads; ++i) {
    posting.emplace_back([&, id = std::this_thread::get_id()] {
      for (int k = 0; k < tasks; ++k) {
        loop().post([&, id] {
          EXPECT_EQ(std::this_thread::get_id(), id);
          if (++ran == threads * tasks) loop().clearTimer(alive);
        });
      }
    });
  }
  runLoop(20s);
  EXPECT_EQ(ran, threads * tasks);
}

TEST_F(LoopRuns, ATaskMayPostAnother) {
  int turns = 0;
  std::function<void()> again = [&] {
    if (++turns < 5) loop().post([&] { again(); });
  };
  loop().post([&] { again(); });
  runLoop();
  EXPECT_EQ(turns, 5);
}

TEST_F(LoopRuns, WhatWasPostedAndNeverRanIsDropped) {
  auto held = std::make_shared<int>();
  const std::weak_ptr<int> watched = held;
  loop().post([held = std::move(held)] {});
  endLoop();
  EXPECT_TRUE(watched.expired());
}

// ---- later ----

TEST_F(LoopRuns, LaterRunsBeforeTheLoopWaits) {
  std::vector<std::string> order;
  loop().setTimeout(1ms, [&] {
    base::later([&] { order.emplace_back("later"); });
    order.emplace_back("timer");
  });
  loop().setTimeout(1ms, [&] { order.emplace_back("next timer"); });
  runLoop();
  EXPECT_EQ(order, (std::vector<std::string>{"timer", "later", "next timer"}));
}

TEST_F(LoopRuns, ATaskThatPostsItselfForEverStarvesNothing) {
  bool stopped = false;
  int turns = 0;
  std::function<void()> again = [&] {
    ++turns;
    if (!stopped) base::later([&] { again(); });
  };
  base::later([&] { again(); });
  loop().setTimeout(20ms, [&] { loop().post([&] { stopped = true; }); });
  runLoop();
  EXPECT_TRUE(stopped);
  EXPECT_GT(turns, 2);
}

// ---- The end of a loop ----

TEST_F(LoopRuns, ItsEndDropsTimersAndCallsNoListener) {
  auto held = std::make_shared<int>();
  const std::weak_ptr<int> watched = held;
  bool called = false;
  loop().setTimeout(0ms, [&called, held] { called = true; });
  loop().setInterval(0ms, [&called, held = std::move(held)] { called = true; });
  endLoop();
  EXPECT_FALSE(called);
  EXPECT_TRUE(watched.expired());
  EXPECT_EQ(base::host(), nullptr);
}

TEST_F(LoopRuns, WhatALoopsEndDropsMayUseTheLoop) {
  struct Meddler {
    ~Meddler() {
      Loop::current().setTimeout(1ms, [] {});
      Loop::current().post([] {});
    }
  };
  loop().setTimeout(1h, [held = std::make_shared<Meddler>()] {});
  endLoop();
}

TEST(LoopsOfThreads, EachThreadHasItsOwn) {
  std::thread([] {
    Loop* const first = &Loop::current();
    std::thread([first] {
      Loop* const second = &Loop::current();
      EXPECT_NE(first, second);
      EXPECT_EQ(&Loop::current(), second);
      bool ran = false;
      second->setTimeout(1ms, [&] { ran = true; });
      EXPECT_EQ(run(), 0);
      EXPECT_TRUE(ran);
    }).join();
    EXPECT_EQ(&Loop::current(), first);
  }).join();
}

// ---- The end of the program ----

// Each in a program of its own: LeakSanitizer looks at its end.
class EndOfProgram : public ::testing::Test {
 protected:
  EndOfProgram() { ::testing::FLAGS_gtest_death_test_style = "threadsafe"; }

  static std::shared_ptr<net::Server> busyServer() {
    const auto server = net::createServer();
    server->onConnection([server](net::Socket& socket) {
      socket.onData([self = socket.shared()] {});
      socket.write("hello");
    });
    server->listen(0, "127.0.0.1");
    return server;
  }
};

TEST_F(EndOfProgram, ByExitInsideAListener) {
  EXPECT_EXIT(
      {
        const auto server = busyServer();
        net::connect(server->address()->port, "127.0.0.1")->onData([] { std::exit(7); });
        run();
      },
      ::testing::ExitedWithCode(7), "");
}

TEST_F(EndOfProgram, AfterStopWithEverythingStillOpen) {
  EXPECT_EXIT(
      {
        const auto server = busyServer();
        net::connect(server->address()->port, "127.0.0.1")->onData([] {
          Loop::current().setInterval(1h, [] {});
          Loop::current().stop();
        });
        std::exit(run());
      },
      ::testing::ExitedWithCode(0), "");
}

TEST_F(EndOfProgram, AfterAnExceptionWithEverythingStillOpen) {
  EXPECT_EXIT(
      {
        const auto server = busyServer();
        const auto client = net::connect(server->address()->port, "localhost");
        client->onClose([client] {});
        client->onData([] { throw 5; });
        try {
          run();
        } catch (int thrown) {
          std::exit(thrown);
        }
      },
      ::testing::ExitedWithCode(5), "");
}

TEST_F(EndOfProgram, WithoutEverRunningTheLoop) {
  EXPECT_EXIT(
      {
        const auto server = busyServer();
        net::connect(server->address()->port, "localhost");
        std::exit(0);
      },
      ::testing::ExitedWithCode(0), "");
}

TEST_F(EndOfProgram, WithObjectsThatOutliveTheLoop) {
  EXPECT_EXIT(
      {
        static const auto server = busyServer();
        static const auto client = net::connect(server->address()->port, "127.0.0.1");
        client->onData([] { Loop::current().stop(); });
        std::exit(run());
      },
      ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace securepair
