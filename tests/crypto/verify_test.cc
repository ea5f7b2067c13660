#include "crypto/verify.h"

#include <securepair/tls/secure_pair.h>

#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "base/later.h"
#include "crypto/verify_code.h"
#include "support/certificates.h"

namespace securepair::test {
namespace {

// What each side of a handshake thinks of the other's certificate.
struct Verdicts {
  bool clientSecure = false;
  bool authorized = false;
  std::optional<Error> byClient;
  std::optional<Error> byServer;
  bool serverAuthorized = false;
};

Verdicts shakeHands(crypto::CredentialsOptions ofServer, crypto::CredentialsOptions ofClient) {
  Verdicts verdicts;
  const auto server =
      tls::createSecurePair(crypto::createCredentials(std::move(ofServer)), true, true);
  const auto client = tls::createSecurePair(crypto::createCredentials(std::move(ofClient)), false);
  server->encrypted.onData([&](const Data& data) { client->encrypted.write(data); });
  client->onSecure([&] {
    verdicts.clientSecure = true;
    verdicts.authorized = client->cleartext.authorized();
    verdicts.byClient = client->cleartext.authorizationFailure();
  });
  server->onSecure([&] {
    verdicts.serverAuthorized = server->cleartext.authorized();
    verdicts.byServer = server->cleartext.authorizationFailure();
  });
  client->encrypted.onData([&](const Data& data) { server->encrypted.write(data); });
  client->destroy();
  server->destroy();
  return verdicts;
}

std::string codeOf(const std::optional<Error>& error) {
  return error ? error->code() : "authorized";
}

class Verify : public testing::Test {
 protected:
  // What a client that trusts `ca` says of a server with this certificate.
  static std::string verdictOn(const Identity& identity, const std::string& ca,
                               const std::string& chain = {}, const std::string& crl = {}) {
    crypto::CredentialsOptions client{.ca = ca};
    if (!crl.empty()) client.crl = crl;
    const auto verdicts =
        shakeHands({.key = identity.key, .cert = identity.cert + chain}, std::move(client));
    EXPECT_TRUE(verdicts.clientSecure);
    EXPECT_EQ(verdicts.authorized, !verdicts.byClient);
    if (verdicts.byClient) {
      EXPECT_NE(std::string(verdicts.byClient->certificate()).find("SHA-256"), std::string::npos);
    }
    return codeOf(verdicts.byClient);
  }

  static CertificateSpec spec() {
    CertificateSpec result = specFor("localhost");
    return result;
  }

  Authority root = makeAuthority();
};

TEST_F(Verify, AChainToATrustedRootIsAuthorized) {
  EXPECT_EQ(verdictOn(issue(root, "localhost"), root.own.cert), "authorized");
}

TEST_F(Verify, ASelfSignedOneThatIsTrustedItselfToo) {
  const auto own = selfSigned("localhost");
  EXPECT_EQ(verdictOn(own, own.cert), "authorized");
}

TEST_F(Verify, ASelfSignedOneThatIsNot) {
  EXPECT_EQ(verdictOn(selfSigned("localhost"), root.own.cert), "DEPTH_ZERO_SELF_SIGNED_CERT");
}

TEST_F(Verify, AnExpiredOne) {
  auto expired = spec();
  expired.fromDays = -20;
  expired.untilDays = -10;
  EXPECT_EQ(verdictOn(issue(root, expired), root.own.cert), "CERT_HAS_EXPIRED");
  EXPECT_EQ(verdictOn(selfSigned(expired), root.own.cert), "CERT_HAS_EXPIRED");
}

// Whoever made it would choose what the verification costs.
TEST_F(Verify, AChainThatLeadsNowhereIsNotLookedAtFurther) {
  const auto other = makeAuthority("Another Root");
  const auto intermediate = makeIntermediate(other);
  auto expired = spec();
  expired.fromDays = -20;
  expired.untilDays = -10;
  const auto leaf = issue(intermediate, expired);
  EXPECT_EQ(verdictOn(leaf, root.own.cert, intermediate.chain),
            "UNABLE_TO_GET_ISSUER_CERT_LOCALLY");
  EXPECT_EQ(verdictOn(leaf, root.own.cert, intermediate.chain + other.own.cert),
            "SELF_SIGNED_CERT_IN_CHAIN");
  auto below = issue(root, expired);
  below.cert = withBadSignature(below.cert);
  EXPECT_EQ(verdictOn(below, root.own.cert), "CERT_SIGNATURE_FAILURE");
}

TEST_F(Verify, OneThatIsNotYetValid) {
  auto early = spec();
  early.fromDays = 10;
  EXPECT_EQ(verdictOn(issue(root, early), root.own.cert), "CERT_NOT_YET_VALID");
}

TEST_F(Verify, AnUnknownIssuer) {
  const auto other = makeAuthority("Another Root");
  EXPECT_EQ(verdictOn(issue(other, "localhost"), root.own.cert), "UNABLE_TO_VERIFY_LEAF_SIGNATURE");
  EXPECT_EQ(verdictOn(issue(other, "localhost"), root.own.cert, other.own.cert),
            "SELF_SIGNED_CERT_IN_CHAIN");
}

TEST_F(Verify, AnIntermediateHasToBeSent) {
  const auto intermediate = makeIntermediate(root);
  const auto leaf = issue(intermediate, "localhost");
  EXPECT_EQ(verdictOn(leaf, root.own.cert, intermediate.chain), "authorized");
  EXPECT_EQ(verdictOn(leaf, root.own.cert), "UNABLE_TO_VERIFY_LEAF_SIGNATURE");
}

TEST_F(Verify, ALeafIsNoAuthority) {
  const auto leaf = issue(root, "not an authority");
  const Authority impostor{.own = leaf, .chain = leaf.cert};
  EXPECT_EQ(verdictOn(issue(impostor, "localhost"), root.own.cert, impostor.chain), "INVALID_CA");
}

TEST_F(Verify, ACertificateForClientsIsNoneForServers) {
  auto forClients = spec();
  forClients.purpose = Purpose::client;
  EXPECT_EQ(verdictOn(issue(root, forClients), root.own.cert), "INVALID_PURPOSE");
}

TEST_F(Verify, RevocationLists) {
  const auto leaf = issue(root, "localhost");
  EXPECT_EQ(verdictOn(leaf, root.own.cert, {}, makeCrl(root)), "authorized");
  EXPECT_EQ(verdictOn(leaf, root.own.cert, {}, makeCrl(root, {leaf.cert})), "CERT_REVOKED");
  EXPECT_EQ(verdictOn(leaf, root.own.cert, {}, makeCrl(makeAuthority("Another Root"))),
            "UNABLE_TO_GET_CRL");
  EXPECT_EQ(verdictOn(leaf, root.own.cert, {}, makeCrl(root, {}, -1)), "CRL_HAS_EXPIRED");
}

TEST_F(Verify, AWithdrawnAuthorityVouchesForNobody) {
  const auto intermediate = makeIntermediate(root);
  const auto leaf = issue(intermediate, "localhost");
  const auto verdictWith = [&](const std::string& lists) {
    return verdictOn(leaf, root.own.cert, intermediate.chain, lists);
  };
  EXPECT_EQ(verdictWith(makeCrl(intermediate) + makeCrl(root)), "authorized");
  EXPECT_EQ(verdictWith(makeCrl(intermediate) + makeCrl(root, {intermediate.own.cert})),
            "CERT_REVOKED");
}

TEST_F(Verify, AServerLooksAtClientsForTheirPurpose) {
  const auto server = issue(root, "localhost");
  const auto verdictOnClient = [&](const CertificateSpec& wanted) {
    const auto identity = issue(root, wanted);
    const auto verdicts =
        shakeHands({.key = server.key, .cert = server.cert, .ca = root.own.cert},
                   {.key = identity.key, .cert = identity.cert, .ca = root.own.cert});
    EXPECT_EQ(verdicts.serverAuthorized, !verdicts.byServer);
    return codeOf(verdicts.byServer);
  };
  auto wanted = spec();
  wanted.purpose = Purpose::client;
  EXPECT_EQ(verdictOnClient(wanted), "authorized");
  wanted.purpose = Purpose::server;
  EXPECT_EQ(verdictOnClient(wanted), "INVALID_PURPOSE");
}

TEST_F(Verify, NoCertificateAtAll) {
  const auto server = issue(root, "localhost");
  const auto verdicts = shakeHands({.key = server.key, .cert = server.cert, .ca = root.own.cert},
                                   {.ca = root.own.cert});
  EXPECT_FALSE(verdicts.serverAuthorized);
  EXPECT_EQ(codeOf(verdicts.byServer), "UNABLE_TO_GET_ISSUER_CERT");
}

TEST(VerifyCode, ThePagesNamesAndTheLaterOnes) {
  EXPECT_EQ(crypto::verifyCode(X509_V_ERR_CERT_HAS_EXPIRED), "CERT_HAS_EXPIRED");
  EXPECT_EQ(crypto::verifyCode(X509_V_ERR_CERT_REJECTED), "CERT_REJECTED");
  EXPECT_EQ(crypto::verifyCode(X509_V_ERR_EE_KEY_TOO_SMALL).substr(0, 9), "ERR_X509_");
}

}  // namespace
}  // namespace securepair::test
