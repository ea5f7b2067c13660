#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "support/certificates.h"
#include "support/memory_wire.h"
#include "support/tls_world.h"

namespace securepair::test {
namespace {

using Answer = std::optional<Error>;

class IdentityCheck : public testing::TestWithParam<const char*> {
 protected:
  // The server's certificate is for localhost.
  void meet(const tls::IdentityCheck& check, const std::string& name = "elsewhere.test",
            bool reject = false, const Identity& identity = World::get().server) {
    const auto serverSide = crypto::createCredentials({.key = identity.key,
                                                       .cert = identity.cert,
                                                       .minVersion = GetParam(),
                                                       .maxVersion = GetParam()});
    server.emplace(serverSide, engine::Settings{.isServer = true});
    client.emplace(crypto::createCredentials({.ca = World::get().authority.own.cert}),
                   engine::Settings{.rejectUnauthorized = reject, .identity = name}, check);
    exchange(*client, *server);
  }
  std::string code() const {
    const auto& failure = client->engine.unauthorized();
    return failure ? failure->code() : "";
  }

  std::optional<EngineEnd> server;
  std::optional<EngineEnd> client;
};

TEST_P(IdentityCheck, TakesThePlaceOfTheComparisonOfNames) {
  std::string name;
  tls::PeerCertificate certificate;
  meet([&](std::string_view meant, const tls::PeerCertificate& shown) -> Answer {
    name = meant;
    certificate = shown;
    return std::nullopt;
  });
  EXPECT_EQ(name, "elsewhere.test");
  EXPECT_EQ(certificate.subject["CN"], "localhost");
  ASSERT_NE(certificate.issuerCertificate, nullptr);
  EXPECT_EQ(certificate.issuerCertificate->subject["CN"], "Test Root");
  ASSERT_TRUE(client->engine.secure()) << client->failure();
  EXPECT_TRUE(client->engine.authorized());
  EXPECT_EQ(client->engine.peerCertificate(true).issuerCertificate->subject["CN"], "Test Root");
}

TEST_P(IdentityCheck, SaysWhatIsWrong) {
  meet([](std::string_view, const tls::PeerCertificate&) { return Error("MY_CODE", "no"); },
       "localhost");
  ASSERT_TRUE(client->engine.secure()) << client->failure();
  EXPECT_FALSE(client->engine.authorized());
  EXPECT_EQ(code(), "MY_CODE");
}

TEST_P(IdentityCheck, ThatSaysNoEndsTheHandshakeOfAClientThatRejects) {
  meet([](std::string_view, const tls::PeerCertificate&) { return Error("MY_CODE", "no"); },
       "localhost", true);
  EXPECT_FALSE(client->engine.secure());
  EXPECT_EQ(client->failure(), "MY_CODE");
  EXPECT_EQ(server->failure(), "ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE");
}

TEST_P(IdentityCheck, ThatSaysYesIsEnoughForOneThatRejects) {
  meet([](std::string_view, const tls::PeerCertificate&) { return Answer(); }, "elsewhere.test",
       true);
  EXPECT_TRUE(client->engine.authorized()) << client->failure();
}

TEST_P(IdentityCheck, NeverTakesThePlaceOfTheChains) {
  for (const bool reject : {false, true}) {
    int calls = 0;
    meet(
        [&](std::string_view, const tls::PeerCertificate&) {
          ++calls;
          return Answer();
        },
        "localhost", reject, World::get().stranger);
    EXPECT_EQ(calls, 0);
    EXPECT_FALSE(client->engine.authorized());
    EXPECT_EQ(code(), "DEPTH_ZERO_SELF_SIGNED_CERT");
  }
}

TEST_P(IdentityCheck, IsAskedWhereThereIsNoNameToo) {
  int calls = 0;
  meet(
      [&](std::string_view name, const tls::PeerCertificate&) {
        EXPECT_EQ(name, "");
        ++calls;
        return Answer();
      },
      "");
  EXPECT_EQ(calls, 1);
}

TEST_P(IdentityCheck, AnErrorWithoutACodeGetsOne) {
  meet([](std::string_view, const tls::PeerCertificate&) { return Error("", "no"); });
  EXPECT_EQ(code(), "ERR_TLS_CERT_ALTNAME_INVALID");
  EXPECT_EQ(client->engine.unauthorized()->message(), "no");
}

TEST_P(IdentityCheck, ThatThrowsAuthorizesNobody) {
  for (const bool reject : {false, true}) {
    const auto check = [](std::string_view, const tls::PeerCertificate&) -> Answer {
      throw std::runtime_error("no");
    };
    EXPECT_THROW(meet(check, "localhost", reject), std::runtime_error);
    exchange(*client, *server);
    EXPECT_FALSE(client->engine.authorized());
    EXPECT_EQ(client->engine.secure(), !reject);
    EXPECT_EQ(code(), "ERR_TLS_IDENTITY_NOT_CHECKED");
  }
}

TEST_P(IdentityCheck, MayBeMoveOnlyAndIsSharedByCopies) {
  const tls::IdentityCheck none;
  EXPECT_FALSE(none);
  EXPECT_FALSE(tls::IdentityCheck(nullptr));
  const tls::IdentityCheck counting(
      [count = std::make_unique<int>(0)](std::string_view, const tls::PeerCertificate&) -> Answer {
        return Error("CALL_" + std::to_string(++*count), "");
      });
  meet(counting);
  EXPECT_EQ(code(), "CALL_1");
  meet(counting);
  EXPECT_EQ(code(), "CALL_2");
}

INSTANTIATE_TEST_SUITE_P(Versions, IdentityCheck, testing::Values("TLSv1.2", "TLSv1.3"),
                         [](const auto& version) {
                           return std::string(version.param) == "TLSv1.2" ? "Tls12" : "Tls13";
                         });

}  // namespace
}  // namespace securepair::test
