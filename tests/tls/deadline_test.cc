#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "support/resolver.h"
#include "support/silence.h"
#include "support/stream_log.h"
#include "support/tls_world.h"

// Every wait has a deadline and a way to call it off.
namespace securepair::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// A client that does not get there, each time for another reason.
enum class Waiting : unsigned char { forTheName, forTheConnection, forTheHandshake };

class Deadlines : public testing::TestWithParam<Waiting> {
 protected:
  Deadlines() {
    resolveSlowly("slow.test", 700ms);
    accepting->listen(0, "127.0.0.1");
  }

  std::shared_ptr<tls::CleartextStream> connect(std::chrono::milliseconds handshakeTimeout) {
    auto options = clientOptions();
    options.handshakeTimeout = handshakeTimeout;
    const int port =
        GetParam() == Waiting::forTheConnection ? silence.port() : accepting->address()->port;
    auto client = tls::connect(port, GetParam() == Waiting::forTheName ? "slow.test" : "127.0.0.1",
                               options, [this] { log.note("secureConnect"); });
    log.follow(*client);
    client->onClose([this] {
      closedAfter = Clock::now() - begin;
      accepting->close();
    });
    client->write("never sent");
    return client;
  }
  // Long enough for all that must not come.
  void runOn() {
    Loop::current().setTimeout(900ms, [] {});
    runLoop();
  }

  const Silence silence{"127.0.0.1"};
  // Says nothing, until its client is gone.
  std::shared_ptr<net::Server> accepting =
      net::createServer([](net::Socket& socket) { socket.onError([] {}); });
  StreamLog log;
  Clock::time_point begin = Clock::now();
  Clock::duration closedAfter{};
};

TEST_P(Deadlines, AreKeptByHandshakeTimeout) {
  connect(100ms);
  runOn();
  EXPECT_EQ(log.text(), "error(ERR_TLS_HANDSHAKE_TIMEOUT) close(failed) ");
  EXPECT_GE(closedAfter, 100ms);
  EXPECT_LT(closedAfter, 5s);
}

TEST_P(Deadlines, NeedNotBeWaitedForAfterDestroy) {
  const auto client = connect(500ms);
  Loop::current().setTimeout(30ms, [&] { client->destroy(); });
  runOn();
  EXPECT_EQ(log.text(), "close ");
  EXPECT_LT(closedAfter, 400ms) << "it waits for nothing";
}

TEST_P(Deadlines, NeedNotBeWaitedForAfterDestroyAtOnce) {
  connect(500ms)->destroy();
  EXPECT_EQ(log.text(), "");
  runOn();
  EXPECT_EQ(log.text(), "close ");
}

TEST_P(Deadlines, AreNotOutlivedByEnd) {
  const auto client = connect(100ms);
  client->end();
  runOn();
  EXPECT_EQ(log.text(), "error(ERR_TLS_HANDSHAKE_TIMEOUT) close(failed) ");
}

INSTANTIATE_TEST_SUITE_P(Waiting, Deadlines,
                         testing::Values(Waiting::forTheName, Waiting::forTheConnection,
                                         Waiting::forTheHandshake),
                         [](const auto& waiting) {
                           switch (waiting.param) {
                             case Waiting::forTheName:
                               return "ForTheName";
                             case Waiting::forTheConnection:
                               return "ForTheConnection";
                             default:
                               return "ForTheHandshake";
                           }
                         });

// ---- The same on a server ----

TEST(DeadlinesOfAServer, AHandshakeIsCalledOffByDestroy) {
  auto options = serverOptions();
  options.handshakeTimeout = 200ms;
  const auto server = tls::createServer(options);
  StreamLog log;
  server->onSecureConnection([&] { log.note("secureConnection"); });
  server->onClientError([&] { log.note("clientError"); });
  const auto plain = net::createServer([&](net::Socket& socket) {
    const auto stream = server->secure(socket);
    log.follow(*stream);
    Loop::current().setTimeout(30ms, [stream] { stream->destroy(); });
  });
  plain->listen(0, "127.0.0.1");
  const auto client = net::connect(plain->address()->port, "127.0.0.1");
  client->onClose([&] { plain->close(); });
  Loop::current().setTimeout(400ms, [] {});
  runLoop();
  EXPECT_EQ(log.text(), "close ");
}

// ---- The close ----

class CloseDeadlines : public testing::Test {
 protected:
  // Serves a client that never answers the end.
  void closeBy(const std::function<void(tls::CleartextStream&)>& close,
               std::chrono::milliseconds closeTimeout = 150ms) {
    auto options = serverOptions();
    options.closeTimeout = closeTimeout;
    const auto server = serve(options, [&](tls::CleartextStream& stream) {
      log.follow(stream);
      stream.onClose([&] {
        closedAfter = Clock::now() - begin;
        Loop::current().setTimeout(300ms, [] { Loop::current().stop(); });
      });
      begin = Clock::now();
      close(stream);
    });
    const auto client = tls::connect(server->address()->port, clientOptions());
    client->setAllowHalfOpen(true);
    client->onError([](const Error&) {});
    runLoop();
    client->destroy();
    server->close();
    runLoop();
  }

  StreamLog log;
  Clock::time_point begin;
  Clock::duration closedAfter{};
};

TEST_F(CloseDeadlines, AreKeptByCloseTimeout) {
  closeBy([](tls::CleartextStream& stream) { stream.end(); });
  EXPECT_EQ(log.text(), "error(ERR_TLS_CLOSE_TIMEOUT) close(failed) ");
  EXPECT_GE(closedAfter, 150ms);
  EXPECT_LT(closedAfter, 3s);
}

TEST_F(CloseDeadlines, NeedNotBeWaitedForAfterDestroy) {
  const auto endAndDestroy = [](tls::CleartextStream& stream) {
    stream.end();
    Loop::current().setTimeout(30ms, [keep = stream.shared()] { keep->destroy(); });
  };
  closeBy(endAndDestroy, 2s);
  EXPECT_EQ(log.text(), "close ");
  EXPECT_LT(closedAfter, 2s);
}

TEST_F(CloseDeadlines, AreHalfASecondAfterDestroySoon) {
  closeBy([](tls::CleartextStream& stream) { stream.destroySoon(); }, 60s);
  EXPECT_EQ(log.text(), "close ");
  EXPECT_GE(closedAfter, 490ms);
  EXPECT_LT(closedAfter, 3s);
}

}  // namespace
}  // namespace securepair::test
