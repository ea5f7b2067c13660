// Which session of ours a client's hello asks for, and when a server's handshake waits for it.
#include "engine/offered_session.h"

#include <chrono>
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "support/memory_wire.h"
#include "support/openssl_end.h"
#include "support/tls_world.h"

namespace securepair::test {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using engine::Engine;
using Want = Engine::Want;

BytesView extension(const std::string& text) { return Data(text).bytes(); }

TEST(OfferedSession, IsTheFirstIdentity) {
  const std::string good = "\0\x0f\0\3abc\0\0\0\0\0\2de\0\0\0\0"s;
  EXPECT_EQ(engine::firstIdentityIn(extension(good)), "abc");
  for (std::size_t size = 0; size < 17; ++size) {
    EXPECT_EQ(engine::firstIdentityIn(extension(good.substr(0, size))), "") << size;
  }
}

TEST(OfferedSession, DependsOnTheVersionsThatAreOffered) {
  EXPECT_TRUE(engine::hasTls13(extension("\4\3\3\3\4"s)));
  EXPECT_TRUE(engine::hasTls13(extension("\4\3\4\3\3"s)));
  EXPECT_FALSE(engine::hasTls13(extension("\4\3\3\3\2"s)));
  EXPECT_FALSE(engine::hasTls13(extension("\3\3\3\3"s)));
  EXPECT_FALSE(engine::hasTls13(extension("\4\3\4"s))) << "malformed";
  EXPECT_FALSE(engine::hasTls13(extension(""s)));
}

// A client of OpenSSL's and a server of ours whose sessions are stored.
struct StoringConnection {
  explicit StoringConnection(int version, SSL_SESSION* session = nullptr,
                             const char* groups = nullptr)
      : client(TLS_client_method(), version), server(credentialsFor(groups), settings()) {
    if (session != nullptr) SSL_set_session(client.ssl(), session);
  }
  static engine::Settings settings() { return {.isServer = true, .sessionsStoredFor = 1h}; }
  static crypto::Credentials credentialsFor(const char* groups) {
    auto made = crypto::createCredentials(
        {.key = World::get().server.key, .cert = World::get().server.cert});
    if (groups != nullptr) SSL_CTX_set1_groups_list(made.context.get()->native(), groups);
    return made;
  }

  // The server's data brings a session of TLS 1.3.
  void exchange() {
    server.write("welcome");
    test::exchange(client, server);
  }

  // The store's answer, and what then follows.
  void answer(const Engine::StoredSession& stored) {
    server.engine.answerSession(Data(stored.bytes).bytes());
    server.work();
    client.feed(server.take(Chunking::all));
    exchange();
  }

  OpensslEnd client;
  EngineEnd server;
};

// What a first connection leaves with its two sides.
struct First {
  explicit First(int version, const char* groups = nullptr) {
    StoringConnection connection(version, nullptr, groups);
    connection.exchange();
    // A copy: OpenSSL spoils its own where the connection ends without close_notify.
    session.reset(SSL_SESSION_dup(SSL_get0_session(connection.client.ssl())));
    stored = *connection.server.engine.takeMadeSession();
  }
  crypto::SslSessionPtr session;
  Engine::StoredSession stored;
};

class StoredSession : public testing::TestWithParam<int> {};

TEST_P(StoredSession, IsAskedForByTheIdThatItWasMadeUnder) {
  const First first(GetParam());
  StoringConnection second(GetParam(), first.session.get());
  second.exchange();
  EXPECT_EQ(second.server.engine.handshake(), Want::suspended);
  EXPECT_EQ(second.server.engine.asks(), Engine::Asks::session);
  EXPECT_EQ(second.server.engine.askedSession(), first.stored.id.toString());
  second.answer(first.stored);
  EXPECT_TRUE(second.server.engine.secure()) << second.server.failure();
  EXPECT_TRUE(second.server.engine.reused());
  EXPECT_EQ(second.server.engine.usedUpSession(), GetParam() == TLS1_3_VERSION);
}

TEST_P(StoredSession, IsToldOnce) {
  StoringConnection connection(GetParam());
  connection.exchange();
  EXPECT_TRUE(connection.server.engine.takeMadeSession());
  EXPECT_FALSE(connection.server.engine.takeMadeSession());
}

// It would have no certificate of the client's, which a renegotiation does not ask for again.
TEST(StoredSessionOfTls12, IsNotMadeByARenegotiation) {
  StoringConnection connection(TLS1_2_VERSION);
  connection.exchange();
  ASSERT_TRUE(connection.server.engine.takeMadeSession());
  SSL_renegotiate(connection.client.ssl());
  SSL_do_handshake(connection.client.ssl());
  connection.exchange();
  EXPECT_EQ(connection.server.failure(), "");
  EXPECT_FALSE(connection.server.engine.takeMadeSession());
  unsigned int size = 0;
  SSL_SESSION_get_id(SSL_get0_session(connection.client.ssl()), &size);
  EXPECT_EQ(size, 0U) << "the client has nothing to ask for";
}

INSTANTIATE_TEST_SUITE_P(Versions, StoredSession, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                         [](const auto& version) {
                           return version.param == TLS1_2_VERSION ? "Tls12" : "Tls13";
                         });

// The client's key share is of another group, so that it has to say hello again.
TEST(StoredSessionOfTls13, IsAskedForOnceAlsoWhereTheClientHasToSayHelloAgain) {
  const First first(TLS1_3_VERSION);
  StoringConnection second(TLS1_3_VERSION, first.session.get(), "P-384");
  // The session is bound to the context: both have the same one but for the groups.
  second.exchange();
  ASSERT_EQ(second.server.engine.asks(), Engine::Asks::session);
  second.answer(first.stored);
  EXPECT_TRUE(second.server.engine.secure()) << second.server.failure();
  EXPECT_TRUE(second.server.engine.reused());
}

}  // namespace
}  // namespace securepair::test
