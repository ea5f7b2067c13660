#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "net/connection.h"

namespace securepair {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

class PausedServers : public test::LoopTest {
 protected:
  PausedServers() {
    server->onConnection([this](net::Socket& socket) {
      acceptedAfter.push_back(Clock::now() - begin);
      socket.destroy();
    });
  }
  void listen() {
    server->listen(0, "127.0.0.1");
    begin = Clock::now();
  }
  std::shared_ptr<net::Socket> connect() {
    auto client = net::connect(server->address()->port, "127.0.0.1");
    client->onError([](const Error&) {});
    return client;
  }

  std::shared_ptr<net::Server> server = net::createServer();
  Clock::time_point begin;
  std::vector<Clock::duration> acceptedAfter;
};

TEST_F(PausedServers, LetThoseWhoComeWaitInTheBacklog) {
  listen();
  server->pause(200ms);
  const auto first = connect();
  const auto second = connect();
  bool connected = false;
  first->onConnect([&] { connected = true; });
  second->onClose([&] { server->close(); });
  loop().setTimeout(100ms, [&] {
    EXPECT_TRUE(connected) << "by the kernel";
    EXPECT_TRUE(acceptedAfter.empty());
  });
  runLoop();
  ASSERT_EQ(acceptedAfter.size(), 2U);
  EXPECT_GE(acceptedAfter[0], 190ms);
  EXPECT_LT(acceptedAfter[1], 2s);
}

TEST_F(PausedServers, ForASecondWhereNoTimeIsSaid) {
  listen();
  server->pause();
  connect()->onClose([&] { server->close(); });
  runLoop();
  ASSERT_EQ(acceptedAfter.size(), 1U);
  EXPECT_GE(acceptedAfter[0], 990ms);
  EXPECT_LT(acceptedAfter[0], 3s);
}

// Nothing but the pause is left to wait for.
TEST_F(PausedServers, KeepTheLoopRunning) {
  listen();
  server->pause(50ms);
  std::shared_ptr<net::Socket> client;
  const auto listener = [&] { server->close(); };
  loop().setTimeout(10ms, [&] { client = connect(), client->onClose(listener); });
  runLoop();
  EXPECT_EQ(acceptedAfter.size(), 1U);
}

TEST_F(PausedServers, BeginAnewWithAFurtherPause) {
  listen();
  server->pause(1h);
  server->pause(100ms);
  connect()->onClose([&] { server->close(); });
  runLoop();
  ASSERT_EQ(acceptedAfter.size(), 1U);
  EXPECT_GE(acceptedAfter[0], 90ms);
}

TEST_F(PausedServers, GoOnAtOnceWithAPauseOfNothing) {
  listen();
  server->pause(1h);
  connect()->onClose([&] { server->close(); });
  loop().setTimeout(10ms, [&] { server->pause(0ms); });
  runLoop();
  EXPECT_EQ(acceptedAfter.size(), 1U);
}

TEST_F(PausedServers, AcceptNoMoreOfThoseWhoWaitAlready) {
  listen();
  server->onConnection([&] {
    if (acceptedAfter.size() == 1) server->pause(100ms);
  });
  const auto first = connect();
  const auto second = connect();
  second->onClose([&] { server->close(); });
  runLoop();
  ASSERT_EQ(acceptedAfter.size(), 2U);
  EXPECT_GE(acceptedAfter[1] - acceptedAfter[0], 90ms);
}

TEST_F(PausedServers, WhereTheHostIsStillLookedUpWhenItIsBound) {
  server->listen(0, "localhost", [&] {
    begin = Clock::now();
    connect()->onClose([&] { server->close(); });
  });
  server->pause(100ms);
  runLoop();
  ASSERT_EQ(acceptedAfter.size(), 1U);
  EXPECT_GE(acceptedAfter[0], 90ms);
}

TEST_F(PausedServers, CloseAtOnce) {
  listen();
  const auto client = connect();
  int closes = 0;
  server->onClose([&] { ++closes; });
  server->pause(1h);
  loop().setTimeout(10ms, [&] { server->close(); });
  runLoop();
  EXPECT_EQ(closes, 1);
  EXPECT_TRUE(acceptedAfter.empty());
}

TEST_F(PausedServers, AreNotMadeByAPauseOfAClosedOne) {
  server->pause(1h);
  listen();
  connect()->onClose([&] { server->close(); });
  runLoop();
  EXPECT_EQ(acceptedAfter.size(), 1U);
  server->pause(1h);
  EXPECT_EQ(runLoop(), 0);
}

// ---- The backlog ----

TEST_F(PausedServers, HoldNoMoreThanTheBacklogHasRoomFor) {
  EXPECT_EQ(server->backlog(), 511);
  server->setBacklog(1);
  EXPECT_EQ(server->backlog(), 1);
  listen();
  server->pause(1h);
  std::vector<std::shared_ptr<net::Socket>> clients;
  int connected = 0;
  for (int i = 0; i < 8; ++i) {
    clients.push_back(connect());
    clients.back()->onConnect([&] { ++connected; });
  }
  loop().setTimeout(100ms, [&] {
    EXPECT_GE(connected, 1);
    EXPECT_LT(connected, 8);
    for (const auto& client : clients) client->destroy();
    server->close();
  });
  runLoop();
}

TEST_F(PausedServers, NeedABacklogWithRoomForOne) {
  for (const int most : {0, -1}) {
    try {
      server->setBacklog(most);
      ADD_FAILURE() << "nothing was thrown";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "ERR_OUT_OF_RANGE");
      EXPECT_EQ(error.got(), std::to_string(most));
    }
  }
  EXPECT_EQ(server->backlog(), 511);
}

}  // namespace
}  // namespace securepair
