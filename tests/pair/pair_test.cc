#include <securepair/tls/secure_pair.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/later.h"
#include "pair/core.h"
#include "pair/rig.h"
#include "support/certificates.h"
#include "support/memory_loop.h"
#include "support/memory_stream.h"
#include "support/memory_wire.h"
#include "support/stream_log.h"

namespace securepair::test {
namespace {

using namespace std::chrono_literals;

const Identity& identity() {
  static const Identity own = selfSigned("localhost");
  return own;
}

crypto::Credentials credentials() {
  return crypto::createCredentials(
      {.key = identity().key, .cert = identity().cert, .ca = identity().cert});
}

std::shared_ptr<tls::SecurePair> makeServer(bool requestCert = false, bool reject = false) {
  return tls::createSecurePair(credentials(), true, requestCert, reject);
}

std::shared_ptr<tls::SecurePair> makeClient() { return tls::createSecurePair(credentials()); }

TEST(PairWithoutALoop, SpeaksOverWhatTheUserCarries) {
  const auto server = makeServer(true);
  const auto client = makeClient();
  std::string toServer;
  bool secure = false;
  server->onSecure([&] {
    secure = true;
    EXPECT_TRUE(server->cleartext.authorized());
  });
  server->cleartext.onData([&](const Data& data) { toServer += data; });
  client->cleartext.write("written before secure, ");
  client->onSecure([&] { client->cleartext.write("and after"); });
  connectBack2Back(*server, *client);
  EXPECT_TRUE(secure);
  EXPECT_EQ(toServer, "written before secure, and after");
  client->destroy();
  server->destroy();
}

TEST(PairWithoutALoop, TheClientHelloLeavesAtStart) {
  const auto client = makeClient();
  client->start();
  std::string wire;
  client->encrypted.onData([&](const Data& data) { wire += data; });
  EXPECT_GT(wire.size(), 100U) << "the ClientHello was not kept for its first reader";
  client->destroy();
}

TEST(PairWithoutALoop, OrAtTheFirstReadOfItsOutput) {
  const auto client = makeClient();
  std::string wire;
  client->encrypted.onData([&](const Data& data) { wire += data; });
  EXPECT_GT(wire.size(), 100U);
  client->destroy();
}

TEST(PairWithoutALoop, DestroyEmitsCloseOnBothStreamsOnce) {
  const auto pair = makeServer();
  const StreamLog cleartext(pair->cleartext);
  const StreamLog encrypted(pair->encrypted);
  pair->destroy();
  pair->destroy();
  EXPECT_EQ(cleartext.text(), "close ");
  EXPECT_EQ(encrypted.text(), "close ");
}

class Pair : public testing::Test {
 protected:
  void connect() {
    connectBack2Back(*server, *client);
    loop.run();
  }

  MemoryLoop loop;
  std::shared_ptr<tls::SecurePair> server = makeServer();
  std::shared_ptr<tls::SecurePair> client = makeClient();
};

TEST_F(Pair, TheClientBeginsInTheNextTurn) {
  std::string wire;
  client->encrypted.onData([&](const Data& data) { wire += data; });
  EXPECT_EQ(wire, "");
  loop.run();
  EXPECT_GT(wire.size(), 100U);
}

TEST_F(Pair, EndsBothWaysInOrder) {
  StreamLog onServer(server->cleartext);
  StreamLog onClient(client->cleartext);
  client->onSecure([&] { client->cleartext.end("good bye"); });
  connect();
  EXPECT_EQ(onServer.text(), "data(good bye) end close ");
  EXPECT_EQ(onClient.text(), "end close ");
}

TEST_F(Pair, HalfOpenGoesOnWriting) {
  server->cleartext.setAllowHalfOpen(true);
  StreamLog onClient(client->cleartext);
  client->onSecure([&] { client->cleartext.end(); });
  connect();
  EXPECT_EQ(onClient.text(), "");
  server->cleartext.write("still ");
  server->cleartext.end("here");
  loop.run();
  EXPECT_EQ(onClient.text(), "data(still here) end close ");
}

TEST_F(Pair, NothingIsLostAtTheEnd) {
  for (const std::size_t size : {1, 16384, 16385, 4 << 20}) {
    for (const bool soon : {false, true}) {
      SCOPED_TRACE(std::to_string(size) + (soon ? " destroySoon" : " end"));
      const auto a = makeServer();
      const auto b = makeClient();
      const StreamLog log(b->cleartext);
      a->onSecure([&] {
        a->cleartext.write(std::string(size, 'x'));
        soon ? a->cleartext.destroySoon() : a->cleartext.end();
      });
      connectBack2Back(*a, *b);
      loop.run();
      EXPECT_EQ(log.all(), std::string(size, 'x'));
      EXPECT_NE(log.text().find(" end "), std::string::npos);
    }
  }
}

// However often the pair is looked at again.
TEST_F(Pair, AfterDestroySoonNothingIsRead) {
  client->cleartext.setAllowHalfOpen(true);
  connect();
  StreamLog log(server->cleartext);
  server->cleartext.destroySoon();
  loop.run();
  server->encrypted.onData([](const Data&) {});
  loop.run();
  client->cleartext.write("late");
  loop.run();
  EXPECT_EQ(log.text().find("late"), std::string::npos) << log.text();
  client->cleartext.end();
  loop.run();
  EXPECT_EQ(log.text(), "close ");
}

TEST_F(Pair, BackPressureComesThroughAndDrainComesOnce) {
  connect();
  StreamLog log(client->cleartext);
  client->encrypted.pause();
  EXPECT_FALSE(client->cleartext.write(std::string(1 << 20, 'x')));
  loop.run();
  EXPECT_EQ(log.text(), "");
  client->encrypted.resume();
  loop.run();
  EXPECT_EQ(log.text(), "drain ");
}

TEST_F(Pair, APausedReaderHoldsTheOtherSideBack) {
  connect();
  std::string received;
  server->cleartext.onData([&](const Data& data) { received += data; });
  server->cleartext.pause();
  client->cleartext.write("held");
  loop.run();
  EXPECT_EQ(received, "");
  EXPECT_FALSE(server->encrypted.write(""));
  server->cleartext.resume();
  loop.run();
  EXPECT_EQ(received, "held");
}

TEST_F(Pair, ATruncationIsAnErrorAfterAllData) {
  StreamLog log(client->cleartext);
  connect();
  server->cleartext.write("half");
  client->encrypted.end();
  loop.run();
  EXPECT_EQ(log.text(), "data(half) error(ERR_TLS_TRUNCATED) close(failed) ");
}

TEST_F(Pair, AFailureBeforeSecureIsThePairs) {
  std::string code;
  server->onError([&](const Error& error) { code = error.code(); });
  const StreamLog log(server->cleartext);
  std::string alert;
  server->encrypted.onData([&](const Data& data) { alert += data; });
  server->encrypted.write("GET / HTTP/1.1\r\n\r\n");
  loop.run();
  EXPECT_EQ(code, "ERR_SSL_HTTP_REQUEST");
  EXPECT_EQ(log.text(), "close(failed) ");
  EXPECT_TRUE(loop.unhandled.empty());
}

TEST_F(Pair, WithoutAListenerItIsUnhandled) {
  server->encrypted.write("GET / HTTP/1.1\r\n\r\n");
  loop.run();
  EXPECT_EQ(loop.unhandled, std::vector<std::string>{"ERR_SSL_HTTP_REQUEST"});
}

TEST_F(Pair, RejectUnauthorizedRejects) {
  server = makeServer(true, true);
  client = tls::createSecurePair(crypto::createCredentials({.ca = identity().cert}));
  std::string code;
  bool secure = false;
  server->onError([&](const Error& error) { code = error.code(); });
  server->onSecure([&] { secure = true; });
  client->cleartext.onError([](const Error&) {});
  client->onError([](const Error&) {});
  connect();
  EXPECT_EQ(code, "UNABLE_TO_GET_ISSUER_CERT");
  EXPECT_FALSE(secure);
}

TEST_F(Pair, ATurnTakesAMebibyteAndThenAsksForAPause) {
  connect();
  StreamLog log(client->cleartext);
  loop.run();
  base::turn([&] {
    EXPECT_TRUE(client->cleartext.write(std::string(100'000, 'x')));
    EXPECT_FALSE(client->cleartext.write(std::string(1 << 20, 'x')));
    EXPECT_EQ(log.text(), "");
  });
  loop.run();
  EXPECT_EQ(log.text(), "drain ");
}

TEST_F(Pair, WhatAListenerThrowsComesOutAndThePairGoesOn) {
  int calls = 0;
  std::string received;
  server->cleartext.onData([&](const Data& data) {
    received += data;
    if (++calls == 1) throw std::runtime_error("thrown");
  });
  connect();
  EXPECT_THROW(client->cleartext.write("one "), std::runtime_error);
  loop.run();
  client->cleartext.write("two");
  loop.run();
  EXPECT_EQ(received, "one two");
}

TEST_F(Pair, WhatAListenerThrowsDoesNotKeepTheEndBack) {
  StreamLog log(server->cleartext);
  connect();
  server->cleartext.onData([] { throw std::runtime_error("thrown"); });
  // One piece on the wire holds both.
  client->encrypted.pause();
  client->cleartext.end("last");
  EXPECT_THROW((client->encrypted.resume(), loop.run()), std::runtime_error);
  loop.run();
  EXPECT_EQ(log.text(), "data(last) end close ");
}

TEST_F(Pair, WritesFromWithinKeepTheirOrder) {
  StreamLog log(server->cleartext);
  client->onSecure([&] {
    client->cleartext.write("1");
    client->cleartext.write("2");
  });
  server->onSecure([&] { server->cleartext.write("go on"); });
  client->cleartext.onData([&](const Data&) {
    client->cleartext.write("3");
    client->cleartext.end("4");
  });
  connect();
  EXPECT_EQ(log.text(), "data(1234) end close ");
}

TEST_F(Pair, ThePagesPipes) {
  const auto [a, b] = MemoryStream::connect();
  a->pipe(server->encrypted);
  server->encrypted.pipe(*a);
  b->pipe(client->encrypted);
  client->encrypted.pipe(*b);
  server->cleartext.pipe(server->cleartext);
  const StreamLog log(client->cleartext);
  client->onSecure([&] { client->cleartext.end("there and back"); });
  loop.run();
  EXPECT_EQ(log.text(), "data(there and back) end close ");
}

class Timeouts : public testing::Test {
 protected:
  std::shared_ptr<tls::SecurePair> attach(bool isServer, const std::shared_ptr<Stream>& carrier) {
    const auto pair =
        createPair(credentials(), {.engine = {.isServer = isServer, .identity = "localhost"},
                                   .handshakeTimeout = 2s,
                                   .closeTimeout = 3s});
    pair->attachTo(carrier, nullptr);
    return {pair, &pair->face()};
  }

  MemoryLoop loop;
  MemoryStream::Ends ends = MemoryStream::connect();
};

TEST_F(Timeouts, AHandshakeHasADeadline) {
  const auto pair = attach(true, ends.first);
  std::string code;
  pair->onError([&](const Error& error) { code = error.code(); });
  const StreamLog log(pair->cleartext);
  loop.advance(1999ms);
  EXPECT_EQ(code, "");
  loop.advance(2ms);
  EXPECT_EQ(code, "ERR_TLS_HANDSHAKE_TIMEOUT");
  loop.advance(1s);
  EXPECT_EQ(log.text(), "close(failed) ");
  EXPECT_TRUE(ends.first->closeWasEmitted()) << "the carrier is gone within a second";
}

TEST_F(Timeouts, AFailedConnectionIsGoneWithinASecondWhateverItsPeerDoes) {
  ends.second->setAllowHalfOpen(true);
  const auto pair = attach(true, ends.first);
  pair->onError([](const Error&) {});
  const StreamLog log(pair->cleartext);
  ends.second->write("GET / HTTP/1.1\r\n\r\n");
  loop.run();
  EXPECT_FALSE(ends.first->closeWasEmitted()) << "the peer may still read what it was told";
  loop.advance(1s);
  EXPECT_TRUE(ends.first->closeWasEmitted());
  EXPECT_EQ(log.text(), "close(failed) ");
  ends.second->destroy();
  loop.run();
}

TEST_F(Timeouts, APeerThatIsSilentAfterOurEndIsDropped) {
  const auto server = attach(true, ends.first);
  const auto client = attach(false, ends.second);
  client->cleartext.setAllowHalfOpen(true);
  const StreamLog log(server->cleartext);
  loop.run();
  server->cleartext.end();
  loop.run();
  loop.advance(2s);
  client->cleartext.write("a sign of life");
  loop.run();
  loop.advance(2s);
  EXPECT_EQ(log.text(), "data(a sign of life) ");
  loop.advance(2s);
  EXPECT_EQ(log.text(), "data(a sign of life) error(ERR_TLS_CLOSE_TIMEOUT) close(failed) ");
  client->destroy();
  loop.run();
}

TEST_F(Timeouts, AResetBeforeTheHandshakeIsToldAndNothingIsLeft) {
  std::weak_ptr<tls::SecurePair> left;
  {
    const auto pair = attach(true, ends.first);
    left = pair;
    pair->onError([](const Error&) {});
    ends.second->onError([](const Error&) {});
    ends.first->onError([](const Error&) {});
    ends.first->reset();
    loop.run();
    loop.advance(1s);
  }
  EXPECT_TRUE(left.expired());
  EXPECT_EQ(loop.timers(), 0U);
}

class Carried : public Timeouts {};

TEST_F(Carried, CloseNotifyLeavesBeforeTheEndOfACarrierThatWasFull) {
  ends.first->destroy();
  ends.second->destroy();
  loop.run();
  ends = MemoryStream::connect({.capacity = 100});
  const auto server = attach(true, ends.first);
  const auto client = attach(false, ends.second);
  const StreamLog log(client->cleartext);
  loop.run();
  const std::string text(200, 'x');
  base::turn([&] {
    EXPECT_FALSE(server->cleartext.write(text));
    server->cleartext.end();
  });
  loop.run();
  EXPECT_EQ(log.text(), "data(" + text + ") end close ");
}

}  // namespace
}  // namespace securepair::test
