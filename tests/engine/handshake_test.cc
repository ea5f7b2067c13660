#include <array>
#include <string>

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "support/memory_wire.h"
#include "support/tls_world.h"

namespace securepair::engine {
namespace {

using test::Chunking;
using test::EngineEnd;
using test::World;

crypto::CredentialsOptions identity(const test::Identity& own, const std::string& version = {}) {
  return {.key = own.key,
          .cert = own.cert,
          .ca = World::get().authority.own.cert,
          .minVersion = version,
          .maxVersion = version};
}

crypto::Credentials serverCredentials(const std::string& version = {}) {
  return crypto::createCredentials(identity(World::get().server, version));
}

crypto::Credentials clientCredentials() {
  return crypto::createCredentials({.ca = World::get().authority.own.cert});
}

Settings client(const std::string& name = "localhost") {
  return {.servername = name, .identity = name};
}

constexpr std::array<std::size_t, 9> cuts{1, 2, 3, 5, 17, 100, 1000, 16406, Chunking::all};

class EngineHandshake : public ::testing::TestWithParam<const char*> {};

TEST_P(EngineHandshake, IsDoneHoweverItsBytesAreCut) {
  const auto serverSide = serverCredentials(GetParam());
  const auto clientSide = clientCredentials();
  for (const std::size_t fromClient : cuts) {
    for (const std::size_t fromServer : cuts) {
      SCOPED_TRACE(std::to_string(fromClient) + " and " + std::to_string(fromServer));
      EngineEnd server(serverSide, {.isServer = true});
      EngineEnd here(clientSide, client());
      exchange(here, server, fromClient, fromServer);
      ASSERT_TRUE(here.engine.secure()) << here.failure();
      ASSERT_TRUE(server.engine.secure()) << server.failure();
      ASSERT_EQ(here.engine.protocol(), GetParam());
      ASSERT_TRUE(here.engine.authorized());
      ASSERT_EQ(here.engine.peerCertificate().subject["CN"], "localhost");
      ASSERT_FALSE(here.engine.cipher().name.empty());
    }
  }
}

// The client has verified the certificate before the server has proved that it has the key.
TEST(EngineHandshakeOfTls12, NobodyIsAuthorizedBeforeItIsDone) {
  EngineEnd server(serverCredentials("TLSv1.2"), {.isServer = true});
  EngineEnd here(clientCredentials(), client());
  here.work();
  server.feed(here.take(Chunking::all));
  here.feed(server.take(Chunking::all));
  EXPECT_FALSE(here.engine.secure());
  EXPECT_FALSE(here.engine.authorized());
  exchange(here, server);
  EXPECT_TRUE(here.engine.authorized());
}

INSTANTIATE_TEST_SUITE_P(Versions, EngineHandshake, ::testing::Values("TLSv1.2", "TLSv1.3"),
                         [](const auto& version) {
                           return std::string(version.param) == "TLSv1.2" ? "Tls12" : "Tls13";
                         });

struct Verdict {
  const char* name;
  const char* meant;
  bool authorized;
  const char* error;
};

TEST(EngineIdentity, IsWhatTheClientMeant) {
  const auto serverSide = serverCredentials();
  const auto clientSide = clientCredentials();
  constexpr std::array table{
      Verdict{"localhost", "localhost", true, ""},
      Verdict{"localhost", "LocalHost.", true, ""},
      Verdict{"", "127.0.0.1", true, ""},
      Verdict{"", "::1", true, ""},
      Verdict{"", "127.0.0.2", false, "ERR_TLS_CERT_ALTNAME_INVALID"},
      Verdict{"example.org", "example.org", false, "ERR_TLS_CERT_ALTNAME_INVALID"},
      Verdict{"", "", true, ""},  // a chain to CAs that were given is enough without a name
  };
  for (const bool reject : {false, true}) {
    for (const Verdict& verdict : table) {
      SCOPED_TRACE(verdict.meant);
      EngineEnd server(serverSide, {.isServer = true});
      EngineEnd here(
          clientSide,
          {.rejectUnauthorized = reject, .servername = verdict.name, .identity = verdict.meant});
      exchange(here, server);
      EXPECT_EQ(here.engine.authorized(), verdict.authorized);
      if (!verdict.authorized) {
        ASSERT_TRUE(here.engine.unauthorized());
        EXPECT_EQ(here.engine.unauthorized()->code(), verdict.error);
      }
      const bool refused = reject && !verdict.authorized;
      EXPECT_EQ(here.engine.secure(), !refused);
      EXPECT_EQ(here.failure(), refused ? verdict.error : "");
      // In TLS 1.3 the server was done before the client looked, and reads the alert.
      EXPECT_EQ(server.failure(), refused ? "ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE" : "");
    }
  }
}

struct ClientCase {
  const char* name;
  const test::Identity* shown;
  bool valid;
  const char* error;
};

TEST(EngineClientCertificate, IsAskedForAndVerifiedAsTheServerSays) {
  const World& world = World::get();
  const std::array<ClientCase, 3> table{
      ClientCase{"none", nullptr, false, "UNABLE_TO_GET_ISSUER_CERT"},
      ClientCase{"valid", &world.client, true, ""},
      ClientCase{"stranger", &world.stranger, false, "DEPTH_ZERO_SELF_SIGNED_CERT"}};
  for (const std::string version : {"TLSv1.2", "TLSv1.3"}) {
    const auto serverSide = serverCredentials(version);
    for (const ClientCase& shown : table) {
      const auto clientSide = shown.shown == nullptr
                                  ? clientCredentials()
                                  : crypto::createCredentials(identity(*shown.shown));
      for (const bool request : {false, true}) {
        for (const bool reject : {false, true}) {
          SCOPED_TRACE(version + " " + shown.name + (request ? " request" : "") +
                       (reject ? " reject" : ""));
          EngineEnd server(
              serverSide,
              {.isServer = true, .requestCert = request, .rejectUnauthorized = request && reject});
          EngineEnd here(clientSide, client());
          exchange(here, server);
          const bool refused = request && reject && !shown.valid;
          EXPECT_EQ(server.engine.secure(), !refused);
          EXPECT_EQ(server.engine.authorized(), request && shown.valid);
          if (!refused) {
            EXPECT_EQ(server.engine.unauthorized() != nullptr, request && !shown.valid);
          }
          EXPECT_EQ(server.engine.peerCertificate().empty(),
                    refused || !request || shown.shown == nullptr);
          if (refused) {
            EXPECT_EQ(server.failure(), shown.error);
            EXPECT_FALSE(here.failure().empty());
          }
        }
      }
    }
  }
}

TEST(EngineHandshakeFailure, TellsThePeerByAnAlert) {
  EngineEnd server(serverCredentials("TLSv1.3"), {.isServer = true});
  EngineEnd here(crypto::createCredentials({.maxVersion = "TLSv1.2"}), client());
  exchange(here, server);
  EXPECT_EQ(server.failure(), "ERR_SSL_UNSUPPORTED_PROTOCOL");
  EXPECT_EQ(here.failure(), "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION");
}

TEST(EngineHandshakeFailure, PlainHttpIsCalledByItsName) {
  EngineEnd server(serverCredentials(), {.isServer = true});
  server.feed("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(server.failure(), "ERR_SSL_HTTP_REQUEST");
  EXPECT_NE(server.engine.failure()->message().find("plain HTTP"), std::string::npos);
}

TEST(EngineHandshakeFailure, GarbageIsRefusedOnBothSides) {
  EngineEnd server(serverCredentials(), {.isServer = true});
  server.feed(std::string(1000, 'x'));
  EXPECT_FALSE(server.failure().empty());
  EngineEnd here(clientCredentials(), client());
  here.work();
  here.feed("220 smtp.example.org ESMTP ready\r\n");
  EXPECT_EQ(here.failure(), "ERR_SSL_WRONG_VERSION_NUMBER");
}

TEST(EngineHandshakeFailure, AHangUpIsAResetWithASentence) {
  EngineEnd server(serverCredentials(), {.isServer = true});
  server.feedEnd();
  EXPECT_EQ(server.failure(), "ECONNRESET");

  EngineEnd half(serverCredentials(), {.isServer = true});
  EngineEnd here(clientCredentials(), client());
  here.work();
  half.feed(here.take(100));
  half.feedEnd();
  EXPECT_EQ(half.failure(), "ECONNRESET");
  EXPECT_NE(half.engine.failure()->got().find("100 bytes from the peer, not a byte sent to it; its "
                                              "hello is not whole"),
            std::string::npos)
      << half.engine.failure()->what();
}

TEST(EngineHandshakeFailure, AHangUpAfterTheHelloTellsThatItWasAnswered) {
  EngineEnd server(serverCredentials(), {.isServer = true});
  EngineEnd here(clientCredentials(), client());
  here.work();
  server.feed(here.take(Chunking::all));
  server.take(Chunking::all);
  server.feedEnd();
  EXPECT_EQ(server.failure(), "ECONNRESET");
  EXPECT_NE(server.engine.failure()->got().find("its hello was answered, and it has not gone on"),
            std::string::npos)
      << server.engine.failure()->what();
}

TEST(EngineHandshakeFailure, StaysAFailure) {
  EngineEnd server(serverCredentials(), {.isServer = true});
  server.feed("GET / HTTP/1.1\r\n\r\n");
  std::array<std::byte, 10> into{};
  EXPECT_EQ(server.engine.handshake(), Engine::Want::failed);
  EXPECT_EQ(server.engine.read(into).want, Engine::Want::failed);
  EXPECT_EQ(server.engine.write(Data("x").bytes()).want, Engine::Want::failed);
  EXPECT_EQ(server.engine.close(), Engine::Want::failed);
}

// A failed connection leaves nothing in OpenSSL's queue that poisons the next.
TEST(EngineHandshakeFailure, DoesNotTouchTheConnectionsBesideIt) {
  const auto serverSide = serverCredentials();
  const auto clientSide = clientCredentials();
  EngineEnd good(serverSide, {.isServer = true});
  EngineEnd here(clientSide, client());
  exchange(here, good);
  for (int i = 0; i < 100; ++i) {
    EngineEnd bad(serverSide, {.isServer = true});
    bad.feed("garbage garbage garbage");
    ASSERT_FALSE(bad.failure().empty());
    here.write("x");
    exchange(here, good);
    ASSERT_EQ(good.received.size(), static_cast<std::size_t>(i + 1));
  }
}

TEST(EngineHandshakeFailure, OfSomebodyElsesUseOfOpensslIsNotItsOwn) {
  EngineEnd server(serverCredentials(), {.isServer = true});
  EngineEnd here(clientCredentials(), client());
  exchange(here, server);
  here.write("x");
  here.work();
  ERR_raise(ERR_LIB_SSL, SSL_R_WRONG_VERSION_NUMBER);
  server.feed(here.take(10));  // a read that stops in the middle of a record
  EXPECT_EQ(server.failure(), "");
  server.feed(here.take(Chunking::all));
  EXPECT_EQ(server.received, "x");
}

}  // namespace
}  // namespace securepair::engine
