#include <array>
#include <optional>
#include <set>
#include <string>

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "crypto/context.h"
#include "engine/credentials_of.h"
#include "support/certificates.h"
#include "support/error_of.h"
#include "support/memory_wire.h"
#include "support/tls_world.h"

namespace securepair::test {
namespace {

using crypto::CredentialsOptions;

class EngineFacts : public testing::TestWithParam<const char*> {
 protected:
  void connect(const crypto::Credentials& ofServer, const crypto::Credentials& ofClient,
               bool requestCert = false) {
    server.emplace(ofServer, engine::Settings{.isServer = true, .requestCert = requestCert});
    client.emplace(ofClient, engine::Settings{.servername = "localhost", .identity = "localhost"});
  }
  void shakeHands() {
    exchange(*client, *server);
    ASSERT_TRUE(client->engine.secure()) << client->failure();
    ASSERT_TRUE(server->engine.secure()) << server->failure();
  }

  static bool isOld() { return std::string(GetParam()) == "TLSv1.2"; }

  crypto::Credentials serverSide = credentialsOf(World::get().server, GetParam());
  crypto::Credentials clientSide = credentialsOf(World::get().client, GetParam());
  std::optional<EngineEnd> server;
  std::optional<EngineEnd> client;
};

TEST_P(EngineFacts, AreNoneBeforeTheHandshakeIsDone) {
  connect(serverSide, clientSide);
  client->work();
  server->feed(client->take(Chunking::all));
  for (const EngineEnd* const end : {&*client, &*server}) {
    const auto& engine = end->engine;
    ASSERT_FALSE(engine.secure());
    EXPECT_EQ(engine.protocol(), "");
    EXPECT_EQ(engine.group(), "");
    EXPECT_EQ(engine.cipher().name, "");
    EXPECT_TRUE(engine.ephemeralKey().empty());
    EXPECT_TRUE(engine.sharedSigalgs().empty());
    EXPECT_TRUE(engine.finished().empty());
    EXPECT_TRUE(engine.peerFinished().empty());
    EXPECT_TRUE(engine.peerCertificate().empty());
  }
}

TEST_P(EngineFacts, TheCipherHasBothItsNames) {
  const std::string suite =
      isOld() ? "ECDHE-ECDSA-AES128-GCM-SHA256" : "TLS_CHACHA20_POLY1305_SHA256";
  connect(credentialsOf(World::get().server, GetParam(), suite), clientSide);
  shakeHands();
  for (const EngineEnd* const end : {&*client, &*server}) {
    EXPECT_EQ(end->engine.cipher().name, suite);
    EXPECT_EQ(end->engine.cipher().standardName,
              isOld() ? "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256" : suite);
    EXPECT_EQ(end->engine.cipher().version, GetParam());
  }
}

TEST_P(EngineFacts, TheGroupIsKnownOnBothSides) {
  connect(serverSide, clientSide);
  shakeHands();
  EXPECT_EQ(client->engine.group(), "X25519");
  EXPECT_EQ(server->engine.group(), "X25519");
  const auto key = client->engine.ephemeralKey();
  EXPECT_EQ(key.type, "ECDH");
  EXPECT_EQ(key.name, "X25519");
  EXPECT_EQ(key.size, 253);
  EXPECT_TRUE(server->engine.ephemeralKey().empty());
}

TEST_P(EngineFacts, ACurveHasOpensslsName) {
  SSL_CTX_set1_groups_list(serverSide.context.get()->native(), "P-384");
  connect(serverSide, clientSide);
  shakeHands();
  EXPECT_EQ(client->engine.group(), "secp384r1");
  EXPECT_EQ(client->engine.ephemeralKey().type, "ECDH");
  EXPECT_EQ(client->engine.ephemeralKey().name, "secp384r1");
  EXPECT_EQ(client->engine.ephemeralKey().size, 384);
}

TEST_P(EngineFacts, TheFinishedMessagesAreTheOtherSides) {
  connect(serverSide, clientSide);
  shakeHands();
  EXPECT_EQ(client->engine.finished(), server->engine.peerFinished());
  EXPECT_EQ(server->engine.finished(), client->engine.peerFinished());
  EXPECT_FALSE(client->engine.finished() == server->engine.finished());
  EXPECT_EQ(client->engine.finished().size(), isOld() ? 12U : 48U);
}

TEST_P(EngineFacts, SharedSigalgsAreNamedAsInNode) {
  connect(serverSide, clientSide, true);
  shakeHands();
  const auto algorithms = server->engine.sharedSigalgs();
  const std::set<std::string> all(algorithms.begin(), algorithms.end());
  EXPECT_EQ(all.count("ECDSA+SHA256"), 1U);
  EXPECT_EQ(all.count("RSA-PSS+SHA512"), 1U);
  EXPECT_EQ(all.count("RSA+SHA256"), 1U);
  EXPECT_EQ(all.count("ED25519"), 1U);
  EXPECT_EQ(client->engine.sharedSigalgs().size(), algorithms.size());
}

TEST_P(EngineFacts, BothSidesTellTheirOwnCertificate) {
  connect(serverSide, clientSide, true);
  shakeHands();
  EXPECT_EQ(client->engine.ownCertificate().fingerprint256,
            server->engine.peerCertificate().fingerprint256);
  EXPECT_EQ(server->engine.ownCertificate().fingerprint256,
            client->engine.peerCertificate().fingerprint256);
  EXPECT_EQ(client->engine.ownCertificate().subject["CN"], "a client");

  connect(serverSide, crypto::createCredentials({.ca = World::get().authority.own.cert}));
  EXPECT_TRUE(client->engine.ownCertificate().empty());
}

TEST_P(EngineFacts, ADetailedCertificateLeadsToTheRoot) {
  const auto& root = World::get().authority;
  const auto below = makeIntermediate(root, "Authority below");
  Identity own = issue(below, "localhost");
  own.cert += below.chain;
  connect(credentialsOf(own, GetParam()), clientSide);
  shakeHands();
  const auto leaf = client->engine.peerCertificate(true);
  EXPECT_EQ(leaf.subject["CN"], "localhost");
  ASSERT_NE(leaf.issuerCertificate, nullptr);
  EXPECT_EQ(leaf.issuerCertificate->subject["CN"], "Authority below");
  const auto top = leaf.issuerCertificate->issuerCertificate;
  ASSERT_NE(top, nullptr);
  EXPECT_EQ(top->subject["CN"], "Test Root");
  EXPECT_EQ(top->issuerCertificate, nullptr) << "a root has no other issuer";
  EXPECT_EQ(client->engine.peerCertificate().issuerCertificate, nullptr) << "not asked for";
}

TEST_P(EngineFacts, ADetailedCertificateThatIsSelfSignedHasNoIssuer) {
  connect(credentialsOf(World::get().stranger, GetParam()), clientSide);
  shakeHands();
  EXPECT_FALSE(client->engine.authorized());
  const auto certificate = client->engine.peerCertificate(true);
  EXPECT_EQ(certificate.subject["CN"], "localhost");
  EXPECT_EQ(certificate.issuerCertificate, nullptr);
}

TEST_P(EngineFacts, ADetailedCertificateThatLeadsNowhereHasWhatWasSent) {
  const auto below = makeIntermediate(makeAuthority("Unknown Root"), "Authority below");
  Identity own = issue(below, "localhost");
  own.cert += below.chain;
  connect(credentialsOf(own, GetParam()), clientSide);
  shakeHands();
  EXPECT_FALSE(client->engine.authorized());
  const auto leaf = client->engine.peerCertificate(true);
  ASSERT_NE(leaf.issuerCertificate, nullptr);
  EXPECT_EQ(leaf.issuerCertificate->subject["CN"], "Authority below");
  EXPECT_EQ(leaf.issuerCertificate->issuerCertificate, nullptr);
}

TEST_P(EngineFacts, BothSidesExportTheSame) {
  connect(serverSide, clientSide);
  shakeHands();
  const auto exported = [&](std::size_t length, const char* label, const Buffer& context) {
    const Buffer here = client->engine.exportKeyingMaterial(length, label, context);
    EXPECT_EQ(here, server->engine.exportKeyingMaterial(length, label, context));
    EXPECT_EQ(here.size(), length);
    return here.toString();
  };
  const std::string plain = exported(32, "EXPERIMENTAL-a", {});
  EXPECT_NE(exported(32, "EXPERIMENTAL-b", {}), plain);
  EXPECT_NE(exported(32, "EXPERIMENTAL-a", "context"), plain);
  EXPECT_EQ(exported(32, "EXPERIMENTAL-a", "") != plain, isOld())
      << "TLS 1.3 does not tell an empty context from none";
  exported(1, "EXPERIMENTAL-a", {});
  exported(8160, "EXPERIMENTAL-a", {});
}

TEST_P(EngineFacts, WhatCannotBeExportedThrows) {
  connect(serverSide, clientSide);
  const auto codeOf = [&](std::size_t length, const std::string& label, const Buffer& context) {
    return errorOf([&] { client->engine.exportKeyingMaterial(length, label, context); }).code();
  };
  EXPECT_EQ(codeOf(32, "EXPERIMENTAL-a", {}), "ERR_TLS_INVALID_STATE");
  shakeHands();
  EXPECT_EQ(codeOf(0, "EXPERIMENTAL-a", {}), "ERR_OUT_OF_RANGE");
  EXPECT_EQ(codeOf(8161, "EXPERIMENTAL-a", {}), "ERR_OUT_OF_RANGE");
  EXPECT_EQ(codeOf(32, std::string(250, 'x'), {}), "ERR_OUT_OF_RANGE");
  EXPECT_EQ(codeOf(32, "EXPERIMENTAL-a", std::string(65536, 'x')), "ERR_OUT_OF_RANGE");
}

INSTANTIATE_TEST_SUITE_P(Versions, EngineFacts, testing::Values("TLSv1.2", "TLSv1.3"),
                         [](const auto& version) {
                           return std::string(version.param) == "TLSv1.2" ? "Tls12" : "Tls13";
                         });

struct Tls12Facts : EngineFacts {};

TEST_P(Tls12Facts, AFiniteFieldKeyHasNoName) {
  auto spec = specFor("localhost");
  spec.rsaBits = 2048;
  const auto ofServer =
      credentialsOf(issue(World::get().authority, spec), GetParam(), "DHE-RSA-AES128-GCM-SHA256");
  SSL_CTX_set_dh_auto(ofServer.context.get()->native(), 1);
  connect(ofServer, clientSide);
  shakeHands();
  EXPECT_EQ(client->engine.ephemeralKey().type, "DH");
  EXPECT_EQ(client->engine.ephemeralKey().name, "");
  EXPECT_EQ(client->engine.ephemeralKey().size, 2048);
}

TEST_P(Tls12Facts, LabelsOfTheProtocolItselfAreRefused) {
  connect(serverSide, clientSide);
  shakeHands();
  EXPECT_EQ(errorOf([&] { client->engine.exportKeyingMaterial(32, "key expansion", {}); }).code(),
            "ERR_INVALID_LABEL");
}

TEST_P(Tls12Facts, WithoutExtendedMasterSecretsNothingIsExported) {
  SSL_CTX_set_options(serverSide.context.get()->native(), SSL_OP_NO_EXTENDED_MASTER_SECRET);
  connect(serverSide, clientSide);
  shakeHands();
  EXPECT_EQ(errorOf([&] { client->engine.exportKeyingMaterial(32, "EXPERIMENTAL-a", {}); }).code(),
            "ERR_TLS_NO_EXTENDED_MASTER_SECRET");
}

INSTANTIATE_TEST_SUITE_P(Alone, Tls12Facts, testing::Values("TLSv1.2"));

}  // namespace
}  // namespace securepair::test
