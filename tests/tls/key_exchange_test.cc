// Groups, signature algorithms, DHE and whose order counts; on what SNI finds, too. And trust in an
// authority that is no root.
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/error_of.h"
#include "support/tls_world.h"

namespace securepair::test {
namespace {

struct Agreed {
  std::string group;
  std::string cipher;
  std::string keyType;
  std::string clientError;
  std::string serverError;
  std::string verdict;
};

using Prepare = std::function<void(tls::Server&)>;

Agreed meet(const tls::ServerOptions& server, const tls::ConnectOptions& client,
            const Prepare& prepare = nullptr) {
  Agreed agreed;
  const auto listening = serve(server, [](tls::CleartextStream& stream) { stream.end(); });
  if (prepare) prepare(*listening);
  listening->onClientError([&](const Error& error) { agreed.serverError = error.code(); });
  const auto stream = tls::connect(listening->address()->port, "127.0.0.1", client);
  stream->onSecureConnect([&] {
    agreed.group = stream->getNegotiatedGroup();
    agreed.cipher = stream->getCipher().name;
    agreed.keyType = stream->getEphemeralKeyInfo().type;
    agreed.verdict = verdictOf(*stream);
  });
  stream->onError([&](const Error& error) { agreed.clientError = error.code(); });
  stream->onClose([&] { listening->close(); });
  runLoop();
  return agreed;
}

class KeyExchange : public testing::TestWithParam<const char*> {
 protected:
  KeyExchange() {
    server.maxVersion = GetParam();
    client.servername = "localhost";
  }

  tls::ServerOptions server = serverOptions();
  tls::ConnectOptions client = clientOptions();
};

TEST_P(KeyExchange, IsInAGroupOfTheServers) {
  server.groups = "P-384:P-256";
  EXPECT_EQ(meet(server, client).group, "secp384r1");
}

TEST_P(KeyExchange, IsInAGroupOfTheClients) {
  server.honorCipherOrder = false;
  client.groups = "P-521:P-256";
  EXPECT_EQ(meet(server, client).group, "secp521r1");
}

TEST_P(KeyExchange, LeavesOutAGroupThatIsOnlyWantedWhereThereIsSuch) {
  server.groups = "?no-such-group:P-384:?P-256";
  EXPECT_EQ(meet(server, client).group, "secp384r1");
  EXPECT_EQ(errorOf([] { crypto::createCredentials({.groups = "?no-such-group"}); }).code(),
            "ERR_INVALID_GROUPS");
}

TEST_P(KeyExchange, FailsWithoutAGroupInCommon) {
  server.groups = "P-384";
  client.groups = "P-256";
  const Agreed agreed = meet(server, client);
  EXPECT_EQ(agreed.group, "");
  EXPECT_NE(agreed.clientError, "");
  EXPECT_NE(agreed.serverError, "");
}

TEST_P(KeyExchange, IsInAGroupOfTheContextThatSniFinds) {
  server.groups = "P-256";
  const auto add = [](const std::string& groups) {
    return [groups](tls::Server& listening) {
      const World& world = World::get();
      listening.addContext("localhost",
                           {.key = world.server.key, .cert = world.server.cert, .groups = groups});
    };
  };
  EXPECT_EQ(meet(server, client, add("P-384")).group, "secp384r1");
  EXPECT_EQ(meet(server, client, add("")).group, "prime256v1") << "the server's, where it has none";
}

TEST_P(KeyExchange, IsSignedWithAnAlgorithmOfTheClients) {
  client.sigalgs = "ECDSA+SHA256";
  EXPECT_EQ(meet(server, client).verdict, "authorized");
  client.sigalgs = "RSA-PSS+SHA256";
  const Agreed none = meet(server, client);
  EXPECT_NE(none.clientError, "") << "the server's key is on P-256";
  EXPECT_EQ(none.verdict, "");
}

INSTANTIATE_TEST_SUITE_P(Versions, KeyExchange, testing::Values("TLSv1.2", "TLSv1.3"),
                         [](const auto& test) {
                           return std::string(test.param) == "TLSv1.2" ? "Tls12" : "Tls13";
                         });

TEST(KeyExchangeOptions, DheIsUsedWhereDhparamIsAuto) {
  CertificateSpec spec = specFor("localhost");
  spec.rsaBits = 2048;
  const Identity rsa = issue(World::get().authority, spec);
  auto server = as(rsa, serverOptions());
  auto client = clientOptions();
  client.servername = "localhost";
  client.maxVersion = "TLSv1.2";
  client.ciphers = "DHE-RSA-AES128-GCM-SHA256";
  EXPECT_EQ(meet(server, client).serverError, "ERR_SSL_NO_SHARED_CIPHER");
  server.dhparam = "auto";
  const Agreed agreed = meet(server, client);
  EXPECT_EQ(agreed.cipher, "DHE-RSA-AES128-GCM-SHA256");
  EXPECT_EQ(agreed.keyType, "DH");
}

TEST(KeyExchangeOptions, TheServersOrderCountsUnlessItSaysOtherwise) {
  auto server = serverOptions();
  server.ciphers = "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256";
  auto client = clientOptions();
  client.maxVersion = "TLSv1.2";
  client.ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384";
  EXPECT_EQ(meet(server, client).cipher, "ECDHE-ECDSA-AES256-GCM-SHA384");
  server.honorCipherOrder = false;
  EXPECT_EQ(meet(server, client).cipher, "ECDHE-ECDSA-AES128-GCM-SHA256");
}

TEST(KeyExchangeOptions, TheOrderOfTheContextThatSniFindsCounts) {
  const World& world = World::get();
  const std::string ciphers = "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256";
  auto client = clientOptions();
  client.servername = "localhost";
  client.maxVersion = "TLSv1.2";
  client.ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384";
  const auto order = [&](bool honors) {
    auto server = serverOptions();
    server.honorCipherOrder = !honors;
    return meet(server, client,
                [&](tls::Server& listening) {
                  listening.addContext("localhost", {.key = world.server.key,
                                                     .cert = world.server.cert,
                                                     .ciphers = ciphers,
                                                     .honorCipherOrder = honors});
                })
        .cipher;
  };
  EXPECT_EQ(order(true), "ECDHE-ECDSA-AES256-GCM-SHA384");
  EXPECT_EQ(order(false), "ECDHE-ECDSA-AES128-GCM-SHA256");
}

TEST(KeyExchangeOptions, AreRefusedWhereTheyAreNotUsable) {
  const auto error = [](const crypto::CredentialsOptions& options) {
    return errorOf([&] { crypto::createCredentials(options); });
  };
  EXPECT_EQ(error({.groups = "P-257"}).code(), "ERR_INVALID_GROUPS");
  EXPECT_EQ(error({.sigalgs = "ECDSA+SHA255"}).code(), "ERR_INVALID_SIGALGS");
  const Error own = error({.dhparam = "-----BEGIN DH PARAMETERS-----"});
  EXPECT_EQ(own.code(), "ERR_INVALID_DHPARAM");
  EXPECT_NE(own.fix(), "");
  const auto context = crypto::createCredentials().context;
  for (const tls::ConnectOptions& options : std::vector<tls::ConnectOptions>{
           {.secureContext = context, .groups = "P-256"},
           {.secureContext = context, .sigalgs = "ECDSA+SHA256"},
           {.secureContext = context, .allowPartialTrustChain = true}}) {
    EXPECT_EQ(errorOf([&] { tls::connect(1, options); }).code(), "ERR_OPTION_CONFLICT");
  }
}

class PartialChain : public testing::Test {
 protected:
  const World& world = World::get();
  Authority below = makeIntermediate(world.authority);
  Identity leaf = issue(below, "localhost");
  tls::ServerOptions server = as(leaf, serverOptions());
};

TEST_F(PartialChain, IsTrustedOnlyWhereItIsAllowed) {
  auto client = clientOptions();
  client.servername = "localhost";
  client.ca = below.own.cert;
  EXPECT_EQ(meet(server, client).verdict, "UNABLE_TO_GET_ISSUER_CERT");
  client.allowPartialTrustChain = true;
  EXPECT_EQ(meet(server, client).verdict, "authorized");
}

TEST_F(PartialChain, IsTrustedByAServerThatFindsItsContextBySni) {
  auto asking = serverOptions();
  asking.clientCertificate = tls::ClientCertificate::optional;
  const auto client = as(issue(below, "client"), clientOptions());
  const auto verdictWith = [&](bool allowed) {
    std::string verdict;
    auto named = client;
    named.servername = "localhost";
    meet(asking, named, [&](tls::Server& listening) {
      listening.addContext("localhost", {.key = world.server.key,
                                         .cert = world.server.cert,
                                         .ca = below.own.cert,
                                         .allowPartialTrustChain = allowed});
      listening.onSecureConnection(
          [&](tls::CleartextStream& stream) { verdict = verdictOf(stream); });
    });
    return verdict;
  };
  EXPECT_EQ(verdictWith(false), "UNABLE_TO_GET_ISSUER_CERT");
  EXPECT_EQ(verdictWith(true), "authorized");
}

TEST_F(PartialChain, OfAServerIsNotThatOfAContextThatSniFinds) {
  auto asking = serverOptions();
  asking.clientCertificate = tls::ClientCertificate::optional;
  asking.ca = world.authority.own.cert;
  asking.allowPartialTrustChain = true;
  auto client = as(issue(below, "client"), clientOptions());
  client.servername = "localhost";
  std::string verdict;
  meet(asking, client, [&](tls::Server& listening) {
    listening.addContext(
        "localhost", {.key = world.server.key, .cert = world.server.cert, .ca = below.own.cert});
    listening.onSecureConnection(
        [&](tls::CleartextStream& stream) { verdict = verdictOf(stream); });
  });
  EXPECT_EQ(verdict, "UNABLE_TO_GET_ISSUER_CERT");
}

TEST_F(PartialChain, IsTrustedByVerifyPeerWithSuchAContext) {
  const auto verdictWith = [&](bool allowed) {
    const auto credentials =
        crypto::createCredentials({.ca = below.own.cert, .allowPartialTrustChain = allowed});
    return tls::verifyPeer(Buffer(leaf.cert),
                           {.servername = "localhost", .secureContext = credentials.context})
        .authorized;
  };
  EXPECT_FALSE(verdictWith(false));
  EXPECT_TRUE(verdictWith(true));
}

}  // namespace
}  // namespace securepair::test
