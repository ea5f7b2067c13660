#include <securepair/tls/verify_peer.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "crypto/trust_store.h"
#include "support/certificates.h"
#include "support/error_of.h"
#include "support/system_roots.h"

namespace securepair::test {
namespace {

using std::chrono::hours;
using std::chrono::system_clock;
using tls::NameKind;
using tls::VerifyOptions;
using tls::verifyPeer;

class VerifyPeerOptions : public testing::Test {
 protected:
  static std::string codeOf(const tls::Verdict& verdict) {
    EXPECT_EQ(verdict.authorized, !verdict.failure);
    return verdict.failure ? verdict.failure->code() : "";
  }
  static std::string codeOf(const tls::CertificateChain& chain, const VerifyOptions& options) {
    return codeOf(verifyPeer(chain, options));
  }
  VerifyOptions trusting(const std::string& name = "localhost") const {
    return {.ca = root.own.cert, .servername = name};
  }

  const Authority root = makeAuthority();
  const Authority intermediate = makeIntermediate(root);
  const Identity leaf = issue(intermediate, "localhost");
  const std::string chain = leaf.cert + intermediate.chain;
};

TEST_F(VerifyPeerOptions, TheChainIsOneTextOrAListInPemOrDer) {
  const VerifyOptions options = trusting();
  EXPECT_EQ(codeOf(chain, options), "");
  EXPECT_EQ(codeOf(Buffer(chain), options), "");
  EXPECT_EQ(codeOf({leaf.cert, intermediate.own.cert}, options), "");
  EXPECT_EQ(codeOf({derOf(leaf.cert), derOf(intermediate.own.cert)}, options), "");
  EXPECT_EQ(codeOf(std::vector<std::string>{derOf(leaf.cert), intermediate.chain}, options), "");
  EXPECT_EQ(codeOf(leaf.key + chain, options), "") << "a file with the key in it";
}

TEST_F(VerifyPeerOptions, TheVerdictHasTheChainThatWasFound) {
  const auto verdict = verifyPeer(chain, trusting());
  EXPECT_EQ(verdict.certificate.subject["CN"], "localhost");
  EXPECT_EQ(verdict.certificate.issuerCertificate->subject["CN"], "Test Intermediate");
  EXPECT_EQ(verdict.certificate.issuerCertificate->issuerCertificate->subject["CN"], "Test Root");
  const auto refused = verifyPeer(chain, {.ca = makeAuthority("Other").own.cert});
  EXPECT_EQ(refused.certificate.fingerprint256, verdict.certificate.fingerprint256);
}

TEST_F(VerifyPeerOptions, AChainThatCannotBeReadIsNotAuthorized) {
  const std::string der = derOf(leaf.cert);
  const std::string damaged = "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n";
  const std::string noCertificate =
      "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
  for (const std::string& content :
       {std::string(), std::string("leaf.pem"), leaf.key, der.substr(0, 100), der + "x", damaged,
        noCertificate, leaf.cert + noCertificate, leaf.cert + damaged, std::string(1, '\x30')}) {
    const auto verdict = verifyPeer(content, trusting());
    EXPECT_EQ(codeOf(verdict), "ERR_INVALID_CERTIFICATE") << content;
    EXPECT_TRUE(verdict.certificate.empty());
    EXPECT_NE(verdict.failure->message().find("`chain`"), std::string::npos);
    EXPECT_NE(verdict.failure->fix(), "");
  }
  const auto second = verifyPeer({leaf.cert, "nothing"}, trusting());
  EXPECT_NE(second.failure->message().find("`chain[1]`"), std::string::npos);
}

TEST_F(VerifyPeerOptions, NoCertificateIsNotAuthorized) {
  EXPECT_EQ(codeOf(tls::CertificateChain(), trusting()), "UNABLE_TO_GET_ISSUER_CERT");
  EXPECT_EQ(codeOf(std::vector<std::string>(), trusting()), "UNABLE_TO_GET_ISSUER_CERT");
}

TEST_F(VerifyPeerOptions, OptionsThatAreNotUsableThrow) {
  const auto code = [&](const VerifyOptions& options) {
    return errorOf([&] { verifyPeer(chain, options); }).code();
  };
  const std::string ca = root.own.cert;
  const auto context = crypto::createCredentials({.ca = ca}).context;
  EXPECT_EQ(code({.ca = std::vector<std::string>()}), "ERR_EMPTY_LIST");
  EXPECT_EQ(code({.ca = "ca.pem"}), "ERR_INVALID_CERTIFICATE");
  EXPECT_EQ(code({.ca = ca, .crl = ca}), "ERR_INVALID_CRL");
  EXPECT_EQ(code({.ca = ca, .caAppend = ca}), "ERR_OPTION_CONFLICT");
  EXPECT_EQ(code({.ca = ca, .securityLevel = 6}), "ERR_INVALID_SECURITY_LEVEL");
  EXPECT_EQ(code({.ca = ca, .maxDepth = -1}), "ERR_OUT_OF_RANGE");
  EXPECT_EQ(code({.ca = ca, .nameKind = NameKind::dns}), "ERR_OPTION_CONFLICT");
  EXPECT_EQ(code({.ca = ca, .secureContext = context}), "ERR_OPTION_CONFLICT");
  EXPECT_EQ(code({.caAppend = ca, .secureContext = context}), "ERR_OPTION_CONFLICT");
  EXPECT_EQ(code({.crl = makeCrl(root), .secureContext = context}), "ERR_OPTION_CONFLICT");
  EXPECT_EQ(code({.securityLevel = 1, .secureContext = context}), "ERR_OPTION_CONFLICT");
}

TEST_F(VerifyPeerOptions, OfAClientNoNameIsLookedFor) {
  VerifyOptions options = trusting("");
  options.purpose = tls::Purpose::client;
  EXPECT_EQ(codeOf(chain, options), "");
  options.servername = "localhost";
  EXPECT_EQ(errorOf([&] { verifyPeer(chain, options); }).code(), "ERR_OPTION_CONFLICT");
  options.servername = "";
  options.checkServerIdentity = [](auto, const auto&) { return std::optional<Error>(); };
  EXPECT_EQ(errorOf([&] { verifyPeer(chain, options); }).code(), "ERR_OPTION_CONFLICT");
}

TEST_F(VerifyPeerOptions, ANameIsWhatItIsSaidToBe) {
  CertificateSpec spec{
      .commonName = "x", .dnsNames = {"192.0.2.1", "a.test"}, .ips = {"192.0.2.2"}};
  const std::string both = issue(root, spec).cert;
  const auto code = [&](const std::string& name, NameKind kind) {
    VerifyOptions options = trusting(name);
    options.nameKind = kind;
    return codeOf(both, options);
  };
  const std::string no = "ERR_TLS_CERT_ALTNAME_INVALID";
  EXPECT_EQ(code("a.test", NameKind::dns), "");
  EXPECT_EQ(code("a.test", NameKind::ip), no);
  EXPECT_EQ(code("192.0.2.2", NameKind::ip), "");
  EXPECT_EQ(code("192.0.2.2", NameKind::any), "");
  EXPECT_EQ(code("192.0.2.2", NameKind::dns), no);
  EXPECT_EQ(code("192.0.2.1", NameKind::ip), no);
  EXPECT_EQ(code("192.0.2.1", NameKind::any), no);
  EXPECT_EQ(code("192.0.2.1", NameKind::dns), no) << "no host has such a name";
}

TEST_F(VerifyPeerOptions, CertificatesAreJudgedAsOfTheTime) {
  const auto now = system_clock::now();
  VerifyOptions options = trusting();
  options.time = now;
  EXPECT_EQ(codeOf(chain, options), "");
  options.time = now + hours(24 * 31);
  EXPECT_EQ(codeOf(chain, options), "CERT_HAS_EXPIRED");
  options.time = now - hours(24 * 2);
  EXPECT_EQ(codeOf(chain, options), "CERT_NOT_YET_VALID");
  options.time = system_clock::from_time_t(0);
  EXPECT_EQ(codeOf(chain, options), "CERT_NOT_YET_VALID");

  CertificateSpec old = specFor("localhost");
  old.fromDays = -20;
  old.untilDays = -10;
  const std::string expired = issue(root, old).cert;
  EXPECT_EQ(codeOf(expired, trusting()), "CERT_HAS_EXPIRED");
  const Authority past = makeAuthority({.commonName = "Past", .isCa = true, .fromDays = -30});
  VerifyOptions then{.ca = past.own.cert, .servername = "localhost", .time = now - hours(24 * 15)};
  EXPECT_EQ(codeOf(issue(past, old).cert, then), "");
}

TEST_F(VerifyPeerOptions, RevocationListsAreJudgedAsOfTheTime) {
  const Identity direct = issue(root, "localhost");
  VerifyOptions options = trusting();
  options.crl = makeCrl(root, CrlSpec{.untilDays = 10});
  EXPECT_EQ(codeOf(direct.cert, options), "");
  options.time = system_clock::now() + hours(24 * 20);
  EXPECT_EQ(codeOf(direct.cert, options), "CRL_HAS_EXPIRED");
  options.crl = makeCrl(root, CrlSpec{.revoked = {direct.cert}, .fromDays = 15, .untilDays = 25});
  EXPECT_EQ(codeOf(direct.cert, options), "CERT_REVOKED");
}

TEST_F(VerifyPeerOptions, TheDepthCountsWhatIsBetween) {
  const Authority second = makeIntermediate(intermediate, "Second");
  const std::string longer = issue(second, "localhost").cert + second.chain;
  const auto code = [&](const std::string& pem, int depth) {
    VerifyOptions options = trusting();
    options.maxDepth = depth;
    return codeOf(pem, options);
  };
  EXPECT_EQ(code(issue(root, "localhost").cert, 0), "");
  EXPECT_EQ(code(chain, 0), "CERT_CHAIN_TOO_LONG");
  EXPECT_EQ(code(chain, 1), "");
  EXPECT_EQ(code(longer, 1), "CERT_CHAIN_TOO_LONG");
  EXPECT_EQ(code(longer, 2), "");
}

TEST_F(VerifyPeerOptions, WithoutANamePublicRootsProveNothing) {
  expectWithRoots(root.own.cert, [this] {
    VerifyOptions append{.caAppend = makeAuthority("Own").own.cert};
    return codeOf(chain, {}) == "ERR_TLS_NAME_UNKNOWN" &&
           codeOf(chain, append) == "ERR_TLS_NAME_UNKNOWN" &&
           codeOf(chain, {.ca = root.own.cert}).empty() &&
           codeOf(chain, {.servername = "localhost"}).empty() &&
           codeOf(chain, {.purpose = tls::Purpose::client}).empty();
  });
}

TEST_F(VerifyPeerOptions, AContextIsUsedAsItIs) {
  const auto context =
      crypto::createCredentials({.ca = root.own.cert, .crl = makeCrl(root)}).context;
  const VerifyOptions options{.servername = "localhost", .secureContext = context};
  EXPECT_EQ(codeOf(issue(root, "localhost").cert, options), "");
  EXPECT_EQ(codeOf(chain, options), "UNABLE_TO_GET_CRL");
}

TEST_F(VerifyPeerOptions, WhatAPeerSaysOfItsOwnTrustDoesNotCount) {
  // The leaf, marked as not to stand for servers: only an owner of a store may say so.
  EXPECT_EQ(codeOf(withServersRejected(leaf.cert) + intermediate.chain, trusting()), "");
}

TEST_F(VerifyPeerOptions, WhatTheUsersCheckThrowsComesOut) {
  VerifyOptions options = trusting();
  options.checkServerIdentity = [](auto, const auto&) -> std::optional<Error> { throw 42; };
  EXPECT_THROW(verifyPeer(chain, options), int);
  bool asked = false;
  options.checkServerIdentity = [&asked](auto, const auto&) {
    asked = true;
    return std::optional<Error>();
  };
  options.ca = makeAuthority("Other").own.cert;
  EXPECT_EQ(codeOf(chain, options), "UNABLE_TO_GET_ISSUER_CERT_LOCALLY");
  EXPECT_FALSE(asked) << "a chain that leads nowhere";
}

TEST_F(VerifyPeerOptions, TwoThousandVerificationsParseTheSystemsRootsOnce) {
  for (int i = 0; i < 2000; ++i) verifyPeer(leaf.cert, {.servername = "localhost"});
  EXPECT_EQ(crypto::timesParsed(), 1U);
}

TEST_F(VerifyPeerOptions, ThreadsShareAContext) {
  const auto context = crypto::createCredentials({.ca = root.own.cert}).context;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 50; ++n) {
        EXPECT_TRUE(
            verifyPeer(chain, {.servername = "localhost", .secureContext = context}).authorized);
      }
    });
  }
  for (auto& thread : threads) thread.join();
}

}  // namespace
}  // namespace securepair::test
