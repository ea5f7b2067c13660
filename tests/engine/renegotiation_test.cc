// A client asks for a renegotiation; the server is OpenSSL's own, which can be asked to misbehave.
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "support/memory_wire.h"
#include "support/openssl_end.h"
#include "support/tls_world.h"

namespace securepair::test {
namespace {

using Want = engine::Engine::Want;

struct Renegotiating {
  explicit Renegotiating(const engine::Settings& settings = {.rejectUnauthorized = true,
                                                             .servername = "localhost",
                                                             .identity = "localhost"},
                         const tls::IdentityCheck& check = nullptr)
      : client(crypto::createCredentials({.ca = World::get().authority.own.cert}), settings,
               check) {
    server.use(World::get().server);
    SSL_set_options(server.ssl(), SSL_OP_ALLOW_CLIENT_RENEGOTIATION);
    SSL_CTX_set_alpn_select_cb(
        server.ctx(),
        [](SSL*, const unsigned char** out, unsigned char* size, const unsigned char* offered,
           unsigned int, void*) {
          *out = offered + 1;
          *size = *offered;
          return SSL_TLSEXT_ERR_OK;
        },
        nullptr);
    client.work();
    carry();
    EXPECT_TRUE(client.engine.secure()) << client.failure();
  }

  // Between the two, until nothing is under way.
  void carry() {
    for (;;) {
      server.feed(client.take(Chunking::all));
      server.work();
      const std::string answer = server.take();
      if (answer.empty()) return;
      client.feed(answer);
    }
  }

  Want ask() {
    const Want want = client.engine.renegotiate();
    if (client.engine.hasOutput()) {
      const auto output = client.engine.takeOutput();
      server.feed(Data(output.bytes).text());
    }
    return want;
  }

  // Asks, and answers what came of it.
  Want renegotiate() {
    if (ask() == Want::failed) return Want::failed;
    carry();
    return client.engine.renegotiate();
  }

  long handshakes() { return SSL_CTX_sess_accept_good(server.ctx()); }

  OpensslEnd server{TLS_server_method(), TLS1_2_VERSION};
  EngineEnd client;
};

TEST(RenegotiatingClient, IsServedAsOftenAsItAsks) {
  Renegotiating connection;
  for (int i = 2; i <= 4; ++i) {
    EXPECT_EQ(connection.renegotiate(), Want::nothing) << connection.client.failure();
    EXPECT_EQ(connection.handshakes(), i);
    EXPECT_TRUE(connection.client.engine.authorized());
  }
  connection.client.write("after");
  connection.client.work();
  connection.carry();
  EXPECT_EQ(connection.server.received(), "after");
}

// RFC 5246: until the server has seen the question it may send what it likes.
TEST(RenegotiatingClient, TakesWhatTheServerHasSentBefore) {
  Renegotiating connection;
  SSL_write(connection.server.ssl(), "before", 6);
  const std::string before = connection.server.take();
  EXPECT_EQ(connection.client.engine.renegotiate(), Want::input);
  connection.client.feed(before.substr(0, 9));
  EXPECT_EQ(connection.client.engine.renegotiate(), Want::input);
  connection.client.feed(before.substr(9));
  EXPECT_EQ(connection.client.received, "before");
  EXPECT_EQ(connection.renegotiate(), Want::nothing) << connection.client.failure();
}

TEST(RenegotiatingClient, BeginsOnceTheRecordIsWhole) {
  Renegotiating connection;
  SSL_write(connection.server.ssl(), "before", 6);
  const std::string before = connection.server.take();
  connection.client.feed(before.substr(0, 9));
  EXPECT_EQ(connection.client.engine.renegotiate(), Want::input);
  EXPECT_FALSE(connection.client.engine.hasOutput());
  connection.client.feed(before.substr(9));
  EXPECT_EQ(connection.client.received, "before");
  EXPECT_EQ(connection.renegotiate(), Want::nothing) << connection.client.failure();
  EXPECT_EQ(connection.handshakes(), 2);
}

TEST(RenegotiatingClient, SaysNoCloseBeforeItIsDone) {
  Renegotiating connection;
  SSL_write(connection.server.ssl(), "before", 6);
  connection.client.feed(connection.server.take().substr(0, 9));
  connection.client.engine.renegotiate();
  EXPECT_EQ(connection.client.engine.close(), Want::input);
}

TEST(RenegotiatingClient, RefusesAnotherCertificateThoughItIsForTheSameName) {
  Renegotiating connection;
  CertificateSpec spec;
  spec.commonName = "localhost";
  spec.dnsNames = {"localhost"};
  connection.server.use(issue(World::get().authority, spec));
  EXPECT_EQ(connection.renegotiate(), Want::failed);
  EXPECT_EQ(connection.client.failure(), "ERR_TLS_PEER_CHANGED");
  EXPECT_FALSE(connection.client.engine.authorized());
  EXPECT_EQ(SSL_get_shutdown(connection.server.ssl()) & SSL_RECEIVED_SHUTDOWN,
            SSL_RECEIVED_SHUTDOWN)
      << "a fatal alert reaches the server";
}

TEST(RenegotiatingClient, RefusesAnotherCertificateWhereItRejectsNobody) {
  Renegotiating connection({.servername = "localhost", .identity = "localhost"});
  connection.server.use(World::get().stranger);
  EXPECT_EQ(connection.renegotiate(), Want::failed);
  EXPECT_EQ(connection.client.failure(), "ERR_TLS_PEER_CHANGED");
}

TEST(RenegotiatingClient, KeepsTheVerdictOnWhoIsNotAuthorized) {
  Renegotiating connection({.servername = "localhost", .identity = "example.org"});
  EXPECT_EQ(connection.renegotiate(), Want::nothing) << connection.client.failure();
  ASSERT_NE(connection.client.engine.unauthorized(), nullptr);
  EXPECT_EQ(connection.client.engine.unauthorized()->code(), "ERR_TLS_CERT_ALTNAME_INVALID");
}

TEST(RenegotiatingClient, AsksTheUsersCheckOnce) {
  int asked = 0;
  Renegotiating connection({.rejectUnauthorized = true, .identity = "anything"},
                           [&asked](const auto&, const auto&) {
                             ++asked;
                             return std::optional<Error>();
                           });
  EXPECT_EQ(connection.renegotiate(), Want::nothing) << connection.client.failure();
  EXPECT_TRUE(connection.client.engine.authorized());
  EXPECT_EQ(asked, 1);
}

// Of an extension that is not sent a second time.
TEST(RenegotiatingClient, KeepsWhatWasAgreedByAlpn) {
  const auto protocols = std::make_shared<engine::Protocols>();
  protocols->alpn = "\x02h2";
  Renegotiating connection(
      {.servername = "localhost", .identity = "localhost", .protocols = protocols});
  ASSERT_EQ(connection.client.engine.alpnProtocol(), "h2");
  EXPECT_EQ(connection.renegotiate(), Want::nothing) << connection.client.failure();
  EXPECT_EQ(connection.client.engine.alpnProtocol(), "h2");
}

TEST(RenegotiatingClient, HearsOfARefusal) {
  Renegotiating connection;
  SSL_set_options(connection.server.ssl(), SSL_OP_NO_RENEGOTIATION);
  EXPECT_EQ(connection.renegotiate(), Want::failed);
  EXPECT_EQ(connection.client.failure(), "ERR_SSL_NO_RENEGOTIATION");
}

TEST(RenegotiatingClient, HearsOfAnEndInstead) {
  Renegotiating connection;
  EXPECT_EQ(connection.client.engine.renegotiate(), Want::input);
  SSL_shutdown(connection.server.ssl());
  connection.client.feed(connection.server.take());
  EXPECT_EQ(connection.client.engine.renegotiate(), Want::closed);
}

// What it may ask for itself it does not grant.
TEST(RenegotiatingClient, StillRefusesTheServers) {
  Renegotiating connection;
  EXPECT_EQ(connection.renegotiate(), Want::nothing);
  SSL_renegotiate(connection.server.ssl());
  SSL_do_handshake(connection.server.ssl());
  connection.client.feed(connection.server.take());
  connection.carry();
  EXPECT_EQ(SSL_is_init_finished(connection.server.ssl()), 0) << "asked for";
  EXPECT_EQ(connection.handshakes(), 2) << "and refused";
}

}  // namespace
}  // namespace securepair::test
