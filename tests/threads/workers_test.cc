// Several loops on a thread each, and servers that share a port and what is made to be shared.
#include <securepair/workers.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "support/error_of.h"
#include "support/tls_world.h"

namespace securepair::test {
namespace {

using namespace std::chrono_literals;

TEST(Workers, StartOnceOnEachThreadWithItsNumberAndALoop) {
  std::mutex mutex;
  std::set<int> numbers;
  std::set<std::thread::id> threads;
  std::set<Loop*> loops;
  Workers workers(3, [&](int number) {
    const std::lock_guard lock(mutex);
    numbers.insert(number);
    threads.insert(std::this_thread::get_id());
    loops.insert(&Loop::current());
  });
  EXPECT_EQ(workers.join(), 0);
  EXPECT_EQ(numbers, (std::set<int>{0, 1, 2}));
  EXPECT_EQ(threads.size(), 3U);
  EXPECT_EQ(loops.size(), 3U);
}

TEST(Workers, NeedAThread) {
  EXPECT_EQ(errorOf([] { Workers(0, [](int) {}); }).code(), "ERR_OUT_OF_RANGE");
}

TEST(Workers, AreToldWhatIsPosted) {
  std::atomic<int> told = 0;
  Workers workers(2, [](int) { Loop::current().setTimeout(1h, [] {}); });
  workers.post([&] {
    ++told;
    Loop::current().stop();
  });
  EXPECT_EQ(workers.join(), 0);
  EXPECT_EQ(told, 2);
  workers.post([&] { ++told; });
  EXPECT_EQ(told, 2) << "the loops have ended";
}

TEST(Workers, AreStoppedAtTheirEnd) {
  std::atomic<int> running = 0;
  {
    const Workers workers(2, [&](int) {
      Loop::current().setTimeout(1h, [] {});
      ++running;
    });
    while (running < 2) std::this_thread::yield();
  }
  SUCCEED() << "the destructor has come back";
}

TEST(Workers, WhatOneThrowsStopsTheOthersAndComesOutOfJoin) {
  Workers workers(3, [](int number) {
    Loop::current().setTimeout(1h, [] {});
    if (number == 1) throw std::runtime_error("no port");
  });
  EXPECT_THROW(workers.join(), std::runtime_error);
  EXPECT_EQ(workers.join(), 0) << "once";
}

TEST(Workers, SayWhetherAConnectionOfOneHasFailed) {
  Workers workers(2, [](int number) {
    Loop::current().onUnhandledError([](const Error&) {});
    if (number == 1) net::connect("/nowhere/at/all");
  });
  EXPECT_EQ(workers.join(), 1);
}

// Servers of two threads on one port, with one store: what one has made the other resumes.
TEST(Workers, ServeOnePortTogether) {
  auto options = serverOptions();
  options.sessionStore = std::make_shared<tls::MemorySessionStore>();
  std::atomic<int> served[2] = {0, 0};
  const auto holder = net::createServer();
  holder->setReusePort();
  holder->listen(0, "127.0.0.1");
  const int port = holder->address()->port;

  std::atomic<int> listening = 0;
  Workers workers(2, [&](int number) {
    const auto server = tls::createServer(options, [&served, number](tls::CleartextStream& stream) {
      ++served[number];
      stream.end("x");
    });
    server->setReusePort();
    server->listen(port, "127.0.0.1", [&] { ++listening; });
  });
  while (listening < 2) std::this_thread::sleep_for(1ms);
  holder->close();

  constexpr int most = 60;
  int reused = 0;
  std::function<void(int)> connect = [&](int more) {
    const auto client = tls::connect(port, clientOptions());
    client->onSecureConnect([&reused, client] { reused += client->isSessionReused() ? 1 : 0; });
    client->onClose([&connect, more] {
      if (more > 1) connect(more - 1);
    });
  };
  connect(most);
  runLoop();
  workers.stop();
  EXPECT_EQ(workers.join(), 0);
  EXPECT_EQ(served[0] + served[1], most);
  EXPECT_GT(served[0], 0);
  EXPECT_GT(served[1], 0);
  EXPECT_EQ(reused, most - 1);
}

TEST(Workers, ShareNoPortUnasked) {
  const auto first = net::createServer();
  first->listen(0, "127.0.0.1");
  const auto second = net::createServer();
  std::string error;
  second->onError([&](const Error& failure) { error = failure.code(); });
  second->listen(first->address()->port, "127.0.0.1", [&] { second->close(); });
  Loop::current().setTimeout(10ms, [&] { first->close(); });
  runLoop();
  EXPECT_EQ(error, "EADDRINUSE");
}

}  // namespace
}  // namespace securepair::test
