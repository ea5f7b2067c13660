// A storm of clients: their handshakes share the loop's rounds.
#include <chrono>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "pair/core.h"
#include "pair/rig.h"
#include "support/memory_wire.h"
#include "support/stream_log.h"

namespace securepair::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// A server's pair, and a client whose bytes are carried by hand.
class Visit {
 public:
  // `whenAsked` is called in the middle of its handshake, which with it uses up a round's share.
  explicit Visit(const std::function<void()>& whenAsked)
      : client(clientCredentials(), {.servername = "localhost", .identity = "localhost"}) {
    const auto sni = std::make_shared<detail::SniLookup>([whenAsked](const std::string&) {
      for (const auto until = Clock::now() + 3ms; Clock::now() < until;) {
      }
      whenAsked();
      return tls::SniResult();
    });
    server = createPair(serverCredentials(), {.engine = {.isServer = true, .asksForContext = true},
                                              .sni = sni,
                                              .handshakeTimeout = 0ms});
    server->attachTo(ends.first, nullptr);
    server->face().onError([this](const Error& error) { failure = error.code(); });
    server->face().onSecure([this] { secure = true; });
    ends.second->onError([] {});
    ends.second->onData([this](std::string_view bytes) { fromServer += bytes; });
  }
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;
  ~Visit() {
    server->destroyAll();
    ends.second->destroy();
  }

  // What the client has to say arrives within a turn of its own, as from a socket.
  void send() {
    client.work();
    ends.second->write(client.take(Chunking::all));
    ends.first->pump();
  }
  void read() {
    ends.second->pump();
    client.feed(std::exchange(fromServer, ""));
    client.work();
  }

  MemoryStream::Ends ends = MemoryStream::connect({.byHand = true});
  EngineEnd client;
  std::shared_ptr<detail::PairCore> server;
  std::string fromServer;
  std::string failure;
  bool secure = false;
};

std::size_t mostAtOnce(const Stream::Consumer& pair) { return pair.mostAtOnce(); }

class HandshakeLine : public testing::Test {
 protected:
  ~HandshakeLine() override {
    visits.clear();
    loop.advance(2s);
  }

  Visit& visit() {
    const char name = static_cast<char>('a' + visits.size());
    visits.push_back(std::make_unique<Visit>([this, name] { order += name; }));
    return *visits.back();
  }

  MemoryLoop loop;
  std::vector<std::unique_ptr<Visit>> visits;
  std::string order;
};

TEST_F(HandshakeLine, ALoneHandshakeDoesNotWait) {
  Visit& one = visit();
  one.send();
  EXPECT_EQ(order, "a") << "within the turn in which its hello has arrived";
}

TEST_F(HandshakeLine, AStormIsServedInItsOrderARoundsShareAtATime) {
  for (int i = 0; i < 6; ++i) visit().send();
  EXPECT_EQ(order, "a");
  for (const char* const done : {"ab", "abc", "abcd", "abcde", "abcdef"}) {
    loop.runTurn();
    EXPECT_EQ(order, done);
  }
  for (const auto& each : visits) {
    each->read();
    each->send();
  }
  loop.run();
  for (const auto& each : visits) EXPECT_TRUE(each->secure);
}

TEST_F(HandshakeLine, AnOpenConnectionGoesOnMeanwhile) {
  Visit& open = visit();
  open.send();
  open.read();
  open.send();
  loop.run();
  ASSERT_TRUE(open.secure);
  open.server->cleartext.pipe(open.server->cleartext);
  for (int i = 0; i < 3; ++i) visit().send();
  loop.runTurn();
  open.client.write("ping");
  open.send();
  open.read();
  EXPECT_EQ(open.client.received, "ping");
  EXPECT_LT(order, "abcd") << "some must still wait";
}

TEST_F(HandshakeLine, WhoWaitsIsNotReadOn) {
  visit().send();
  Visit& waits = visit();
  waits.send();
  EXPECT_TRUE(waits.ends.first->isPaused());
  loop.run();
  EXPECT_FALSE(waits.ends.first->isPaused());
  EXPECT_LT(mostAtOnce(*waits.server), 20'000U);
  waits.read();
  waits.send();
  loop.run();
  EXPECT_GT(mostAtOnce(*waits.server), 1'000'000U);
}

TEST_F(HandshakeLine, WhoWaitsMayBeDestroyed) {
  visit().send();
  Visit& waits = visit();
  const StreamLog log(waits.server->cleartext);
  waits.send();
  visit().send();
  waits.server->destroyAll();
  loop.runTurn();
  EXPECT_EQ(order, "ac") << "its place is the next one's";
  loop.run();
  EXPECT_EQ(log.text(), "close ");
}

TEST_F(HandshakeLine, AListenerThatThrowsKeepsNobodyInLine) {
  for (int i = 0; i < 4; ++i) visit().send();
  loop.run();
  for (const auto& each : visits) {
    each->server->face().onSecure([] { throw std::runtime_error("thrown"); });
    each->read();
  }
  int thrown = 0;
  const auto swallow = [&thrown](const auto& body) {
    try {
      body();
    } catch (const std::runtime_error&) {
      ++thrown;
    }
  };
  for (const auto& each : visits) swallow([&] { each->send(); });
  for (int i = 0; i < 20; ++i) swallow([&] { loop.run(); });
  EXPECT_EQ(thrown, 4);
  for (const auto& each : visits) EXPECT_TRUE(each->secure);
}

}  // namespace
}  // namespace securepair::test
