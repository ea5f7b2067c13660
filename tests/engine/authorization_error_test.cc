// The names of v0.6.18 for what may be wrong with a certificate, provoked by certificates, lists
// and handshakes that are wrong so.
#include <ostream>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "crypto/verify_code.h"
#include "support/certificates.h"
#include "support/memory_wire.h"

namespace securepair::test {
namespace {

using crypto::CredentialsOptions;

struct ServerScene {
  Identity server = {};
  std::string chain = {};     ///< what it sends behind its own certificate
  CredentialsOptions client;  ///< whom the client trusts
};

const Authority& root() {
  static const Authority authority = makeAuthority();
  return authority;
}

const Identity& leaf() {
  static const Identity identity = issue(root(), "localhost");
  return identity;
}

ServerScene serverSceneOf(const CertificateSpec& spec) {
  return {.server = issue(root(), spec), .client = {.ca = root().own.cert}};
}

ServerScene serverSceneOf(const std::string& crl) {
  return {.server = leaf(), .client = {.ca = root().own.cert, .crl = crl}};
}

CertificateSpec authorityNamed(const char* name) { return {.commonName = name, .isCa = true}; }

struct Provoked {
  const char* code;
  ServerScene (*scene)();
};

void PrintTo(const Provoked& provoked, std::ostream* out) { *out << provoked.code; }

const std::vector<Provoked> provoked{
    {"UNABLE_TO_GET_ISSUER_CERT",
     [] {
       const auto below = makeIntermediate(root());
       return ServerScene{.server = issue(below, "localhost"), .client = {.ca = below.own.cert}};
     }},
    {"UNABLE_TO_GET_CRL", [] { return serverSceneOf(makeCrl(makeAuthority("Another Root"))); }},
    {"CERT_SIGNATURE_FAILURE",
     [] {
       auto scene = serverSceneOf(specFor("localhost"));
       scene.server.cert = withBadSignature(scene.server.cert);
       return scene;
     }},
    {"CRL_SIGNATURE_FAILURE", [] { return serverSceneOf(withBadSignature(makeCrl(root()))); }},
    {"CERT_NOT_YET_VALID",
     [] {
       auto spec = specFor("localhost");
       spec.fromDays = 10;
       return serverSceneOf(spec);
     }},
    {"CERT_HAS_EXPIRED",
     [] {
       auto spec = specFor("localhost");
       spec.fromDays = -20;
       spec.untilDays = -10;
       return serverSceneOf(spec);
     }},
    {"CRL_NOT_YET_VALID", [] { return serverSceneOf(makeCrl(root(), CrlSpec{.fromDays = 10})); }},
    {"CRL_HAS_EXPIRED",
     [] { return serverSceneOf(makeCrl(root(), CrlSpec{.fromDays = -20, .untilDays = -10})); }},
    {"ERROR_IN_CERT_NOT_BEFORE_FIELD",
     [] {
       auto spec = specFor("localhost");
       spec.notBefore = "yesterday";
       return serverSceneOf(spec);
     }},
    {"ERROR_IN_CERT_NOT_AFTER_FIELD",
     [] {
       auto spec = specFor("localhost");
       spec.notAfter = "tomorrow";
       return serverSceneOf(spec);
     }},
    {"ERROR_IN_CRL_LAST_UPDATE_FIELD",
     [] { return serverSceneOf(makeCrl(root(), CrlSpec{.lastUpdate = "yesterday"})); }},
    {"ERROR_IN_CRL_NEXT_UPDATE_FIELD",
     [] { return serverSceneOf(makeCrl(root(), CrlSpec{.nextUpdate = "tomorrow"})); }},
    {"DEPTH_ZERO_SELF_SIGNED_CERT",
     [] {
       return ServerScene{.server = selfSigned("localhost"), .client = {.ca = root().own.cert}};
     }},
    {"SELF_SIGNED_CERT_IN_CHAIN",
     [] {
       const auto other = makeAuthority("Another Root");
       return ServerScene{.server = issue(other, "localhost"),
                          .chain = other.own.cert,
                          .client = {.ca = root().own.cert}};
     }},
    {"UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
     [] {
       const auto below = makeIntermediate(makeAuthority("Another Root"));
       return ServerScene{.server = issue(below, "localhost"),
                          .chain = below.chain,
                          .client = {.ca = root().own.cert}};
     }},
    {"UNABLE_TO_VERIFY_LEAF_SIGNATURE",
     [] {
       return ServerScene{.server = issue(makeAuthority("Another Root"), "localhost"),
                          .client = {.ca = root().own.cert}};
     }},
    {"CERT_CHAIN_TOO_LONG",
     [] {
       Authority above = root();
       for (int i = 0; i < 102; ++i) above = makeIntermediate(above, "No. " + std::to_string(i));
       return ServerScene{.server = issue(above, "localhost"),
                          .chain = above.chain,
                          .client = {.ca = root().own.cert}};
     }},
    {"CERT_REVOKED",
     [] { return serverSceneOf(makeCrl(root(), CrlSpec{.revoked = {leaf().cert}})); }},
    {"INVALID_CA",
     [] {
       return ServerScene{.server = issue({.own = leaf()}, "localhost"),
                          .chain = leaf().cert,
                          .client = {.ca = root().own.cert}};
     }},
    {"PATH_LENGTH_EXCEEDED",
     [] {
       auto narrow = authorityNamed("Authority of leaves alone");
       narrow.pathLength = 0;
       const auto above = makeIntermediate(root(), narrow);
       const auto below = makeIntermediate(above, "One too many");
       return ServerScene{.server = issue(below, "localhost"),
                          .chain = below.chain,
                          .client = {.ca = root().own.cert}};
     }},
    {"INVALID_PURPOSE",
     [] {
       auto spec = specFor("localhost");
       spec.purpose = Purpose::client;
       return serverSceneOf(spec);
     }},
    {"CERT_REJECTED",
     [] {
       return ServerScene{.server = leaf(), .client = {.ca = withServersRejected(root().own.cert)}};
     }},
};

using ProvokedInVersion = std::tuple<Provoked, const char*>;

class AuthorizationError : public testing::TestWithParam<ProvokedInVersion> {
 protected:
  // What a client says of the scene's server.
  static std::string verdict(bool reject) {
    const auto& [what, version] = GetParam();
    const ServerScene scene = what.scene();
    auto trust = scene.client;
    trust.minVersion = trust.maxVersion = version;
    EngineEnd server(crypto::createCredentials(
                         {.key = scene.server.key, .cert = scene.server.cert + scene.chain}),
                     {.isServer = true});
    EngineEnd client(crypto::createCredentials(trust),
                     {.rejectUnauthorized = reject, .identity = "localhost"});
    exchange(client, server);
    EXPECT_EQ(client.engine.secure(), !reject) << client.failure();
    EXPECT_FALSE(client.engine.authorized());
    if (!client.engine.unauthorized()) return "nothing";
    EXPECT_NE(client.engine.unauthorized()->certificate(), "");
    return reject ? client.failure() : client.engine.unauthorized()->code();
  }
};

TEST_P(AuthorizationError, IsTold) { EXPECT_EQ(verdict(false), std::get<0>(GetParam()).code); }

TEST_P(AuthorizationError, EndsTheHandshakeOfAClientThatRejects) {
  EXPECT_EQ(verdict(true), std::get<0>(GetParam()).code);
}

INSTANTIATE_TEST_SUITE_P(Provoked, AuthorizationError,
                         testing::Combine(testing::ValuesIn(provoked),
                                          testing::Values("TLSv1.2", "TLSv1.3")),
                         [](const auto& test) {
                           const bool old = std::string(std::get<1>(test.param)) == "TLSv1.2";
                           return std::get<0>(test.param).code +
                                  std::string(old ? "_Tls12" : "_Tls13");
                         });

TEST(AuthorizationErrors, AreTheNamesOfV06) {
  struct Named {
    long error;
    const char* code;
  };
  const std::vector<Named> names{
      {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, "UNABLE_TO_GET_ISSUER_CERT"},
      {X509_V_ERR_UNABLE_TO_GET_CRL, "UNABLE_TO_GET_CRL"},
      {X509_V_ERR_UNABLE_TO_DECRYPT_CERT_SIGNATURE, "UNABLE_TO_DECRYPT_CERT_SIGNATURE"},
      {X509_V_ERR_UNABLE_TO_DECRYPT_CRL_SIGNATURE, "UNABLE_TO_DECRYPT_CRL_SIGNATURE"},
      {X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY, "UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY"},
      {X509_V_ERR_CERT_SIGNATURE_FAILURE, "CERT_SIGNATURE_FAILURE"},
      {X509_V_ERR_CRL_SIGNATURE_FAILURE, "CRL_SIGNATURE_FAILURE"},
      {X509_V_ERR_CERT_NOT_YET_VALID, "CERT_NOT_YET_VALID"},
      {X509_V_ERR_CERT_HAS_EXPIRED, "CERT_HAS_EXPIRED"},
      {X509_V_ERR_CRL_NOT_YET_VALID, "CRL_NOT_YET_VALID"},
      {X509_V_ERR_CRL_HAS_EXPIRED, "CRL_HAS_EXPIRED"},
      {X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD, "ERROR_IN_CERT_NOT_BEFORE_FIELD"},
      {X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD, "ERROR_IN_CERT_NOT_AFTER_FIELD"},
      {X509_V_ERR_ERROR_IN_CRL_LAST_UPDATE_FIELD, "ERROR_IN_CRL_LAST_UPDATE_FIELD"},
      {X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD, "ERROR_IN_CRL_NEXT_UPDATE_FIELD"},
      {X509_V_ERR_OUT_OF_MEM, "OUT_OF_MEM"},
      {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, "DEPTH_ZERO_SELF_SIGNED_CERT"},
      {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, "SELF_SIGNED_CERT_IN_CHAIN"},
      {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, "UNABLE_TO_GET_ISSUER_CERT_LOCALLY"},
      {X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, "UNABLE_TO_VERIFY_LEAF_SIGNATURE"},
      {X509_V_ERR_CERT_CHAIN_TOO_LONG, "CERT_CHAIN_TOO_LONG"},
      {X509_V_ERR_CERT_REVOKED, "CERT_REVOKED"},
      {X509_V_ERR_INVALID_CA, "INVALID_CA"},
      {X509_V_ERR_PATH_LENGTH_EXCEEDED, "PATH_LENGTH_EXCEEDED"},
      {X509_V_ERR_INVALID_PURPOSE, "INVALID_PURPOSE"},
      {X509_V_ERR_CERT_UNTRUSTED, "CERT_UNTRUSTED"},
      {X509_V_ERR_CERT_REJECTED, "CERT_REJECTED"},
  };
  EXPECT_EQ(names.size(), 27U);
  for (const auto& [error, code] : names) EXPECT_EQ(crypto::verifyCode(error), code);
}

// OpenSSL 3 makes none of the other five, or not as its last word.
TEST(AuthorizationErrors, ThatCanBeProvokedAre) {
  std::set<std::string> codes;
  for (const Provoked& one : provoked) codes.insert(one.code);
  EXPECT_EQ(codes.size(), 22U);
}

}  // namespace
}  // namespace securepair::test
