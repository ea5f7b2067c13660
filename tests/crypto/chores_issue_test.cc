#include <securepair/crypto.h>
#include <securepair/crypto/chores.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/err.h>

#include "support/certificate_view.h"
#include "support/error_of.h"
#include "support/requests.h"

namespace securepair::test {
namespace {

using namespace securepair::crypto;

class Issue : public testing::Test {
 protected:
  void TearDown() override { EXPECT_EQ(ERR_peek_error(), 0U) << "left on the queue"; }

  static Buffer csrFor(const Subject& subject, const NameList& altNames = {}) {
    return createCsr({.key = key, .subject = subject, .altNames = altNames});
  }

  static CertificateView selfSigned(SelfSignOptions options = {}) {
    if (!options.csr.given()) options.csr = csrFor("localhost");
    options.key = key;
    return CertificateView(selfSign(options));
  }

  static inline const Buffer key = generateKey();
};

using SelfSigned = Issue;
using NewCa = Issue;

TEST_F(SelfSigned, IsItsOwnIssuer) {
  const auto cert = selfSigned();
  EXPECT_EQ(cert.subject(), "CN=localhost");
  EXPECT_EQ(cert.issuer(), "CN=localhost");
  EXPECT_TRUE(cert.isSignedBy(cert));
  EXPECT_TRUE(cert.has(NID_subject_key_identifier));
  EXPECT_NO_THROW(
      createCredentials({.key = key, .cert = selfSign({.csr = csrFor("a"), .key = key})}));
}

TEST_F(SelfSigned, IsNoAuthority) {
  const auto cert = selfSigned();
  EXPECT_FALSE(cert.isCa());
  EXPECT_TRUE(cert.isCritical(NID_basic_constraints));
  // With one that leaves the signing of certificates out, OpenSSL 1 would not take it for
  // self-signed.
  EXPECT_FALSE(cert.has(NID_key_usage));
}

TEST_F(SelfSigned, HasTheNamesOfTheCsrTheCnAndFurtherOnes) {
  EXPECT_EQ(
      selfSigned({.csr = csrFor("localhost", "::1"), .altNames = {"127.0.0.1", "::1"}}).names(),
      "IP Address:0:0:0:0:0:0:0:1, DNS:localhost, IP Address:127.0.0.1");
  // As the page's command makes the request.
  EXPECT_EQ(selfSigned({.csr = makeRequest({.key = key.toString()})}).names(), "DNS:localhost");
  EXPECT_EQ(selfSigned({.csr = csrFor("a client")}).names(), "");
}

TEST_F(SelfSigned, IsForBothSidesUnlessTold) {
  using Purposes = std::vector<std::string>;
  EXPECT_EQ(selfSigned().purposes(), (Purposes{"serverAuth", "clientAuth"}));
  EXPECT_EQ(selfSigned({.purpose = crypto::Purpose::server}).purposes(), Purposes{"serverAuth"});
  EXPECT_EQ(selfSigned({.purpose = crypto::Purpose::client}).purposes(), Purposes{"clientAuth"});
}

TEST_F(SelfSigned, IsValidFromALittleAgoForSoManyDays) {
  const auto cert = selfSigned({.days = 30});
  EXPECT_EQ(cert.daysLeft(), 30);
  int days = 0;
  int seconds = 0;
  ASN1_TIME_diff(&days, &seconds, X509_get0_notBefore(cert.get()), nullptr);
  EXPECT_EQ(days, 0);
  EXPECT_NEAR(seconds, 3600, 60);
  EXPECT_EQ(selfSigned().daysLeft(), 365);
  for (const int none : {0, -1, 36'501}) {
    const Error error = errorOf([&] { selfSigned({.days = none}); });
    EXPECT_EQ(error.code(), "ERR_OUT_OF_RANGE");
    EXPECT_NE(error.message().find("`days`"), std::string::npos);
  }
}

TEST_F(SelfSigned, HasASerialNumberThatNobodyCanGuess) {
  std::set<std::string> seen;
  std::size_t longest = 0;
  for (int i = 0; i < 50; ++i) {
    const std::string number = selfSigned().serialNumber();
    EXPECT_NE(number.front(), '-');
    EXPECT_LE(number.size(), 40U);
    longest = std::max(longest, number.size());
    seen.insert(number);
  }
  EXPECT_EQ(seen.size(), 50U);
  EXPECT_EQ(longest, 40U);
}

TEST_F(SelfSigned, NeedsTheKeyOfTheCsr) {
  const Error error = errorOf([] { selfSign({.csr = csrFor("localhost"), .key = generateKey()}); });
  EXPECT_EQ(error.code(), "ERR_KEY_MISMATCH");
  EXPECT_NE(error.message().find("`csr`"), std::string::npos) << error.what();
  EXPECT_NE(error.fix(), "");
}

TEST_F(SelfSigned, CopiesNothingButNames) {
  const auto cert =
      selfSigned({.csr = makeRequest({.key = key.toString(),
                                      .extensions = {{"basicConstraints", "critical,CA:TRUE"},
                                                     {"subjectAltName", "DNS:a.test"},
                                                     {"nameConstraints", "permitted;DNS:b.test"},
                                                     {"extendedKeyUsage", "codeSigning"}}})});
  EXPECT_FALSE(cert.isCa());
  EXPECT_FALSE(cert.has(NID_name_constraints));
  EXPECT_EQ(cert.names(), "DNS:a.test, DNS:localhost");
  EXPECT_EQ(cert.purposes(), (std::vector<std::string>{"serverAuth", "clientAuth"}));
  const Error mail = errorOf([] {
    selfSigned({.csr = makeRequest({.key = key.toString(),
                                    .extensions = {{"subjectAltName", "email:a@b.test"}}})});
  });
  EXPECT_EQ(mail.code(), "ERR_INVALID_ALTNAME");
}

TEST_F(SelfSigned, IsSignedByTheDigestOfTheKey) {
  struct Kind {
    KeyOptions options;
    int signature;
  };
  for (const Kind& kind : std::vector<Kind>{{{}, NID_ecdsa_with_SHA256},
                                            {{.bits = 384}, NID_ecdsa_with_SHA384},
                                            {{.bits = 521}, NID_ecdsa_with_SHA512},
                                            {{.type = KeyType::rsa}, NID_sha256WithRSAEncryption},
                                            {{.type = KeyType::ed25519}, NID_ED25519}}) {
    const Buffer own = generateKey(kind.options);
    const CertificateView cert(
        selfSign({.csr = createCsr({.key = own, .subject = "localhost"}), .key = own}));
    EXPECT_EQ(X509_get_signature_nid(cert.get()), kind.signature);
    EXPECT_TRUE(cert.isSignedBy(cert));
  }
}

TEST_F(NewCa, IsAnAuthorityOverCertificatesOnly) {
  const auto ca = createCa({.subject = {{"CN", "Example CA"}, {"O", "Example"}}});
  const CertificateView cert(ca.cert);
  EXPECT_EQ(cert.subject(), "CN=Example CA, O=Example");
  EXPECT_TRUE(cert.isSignedBy(cert));
  EXPECT_TRUE(cert.isCa());
  EXPECT_EQ(X509_get_pathlen(cert.get()), 0);
  EXPECT_TRUE(cert.isCritical(NID_basic_constraints));
  EXPECT_TRUE(cert.isCritical(NID_key_usage));
  EXPECT_EQ(X509_get_key_usage(cert.get()), std::uint32_t{KU_KEY_CERT_SIGN | KU_CRL_SIGN});
  EXPECT_FALSE(cert.has(NID_ext_key_usage));
  EXPECT_EQ(cert.names(), "");
  EXPECT_EQ(cert.daysLeft(), 3650);
}

TEST_F(NewCa, IsMadeWithAnyKeyThatIsBigEnough) {
  const Buffer own = generateKey({.type = KeyType::rsa});
  const auto ca = createCa({.subject = "CA", .key = own, .days = 10});
  EXPECT_EQ(CertificateView(ca.cert).daysLeft(), 10);
  EXPECT_NO_THROW(createCredentials({.key = own, .cert = ca.cert}));
  EXPECT_EQ(ca.key, own);

  const Buffer small = generateKey({.type = KeyType::rsa, .bits = 1024, .allowSmallKey = true});
  const Error error = errorOf([&] { createCa({.subject = "CA", .key = small}); });
  EXPECT_EQ(error.code(), "ERR_KEY_TOO_SMALL");
  EXPECT_EQ(error.got(), "RSA of 1024 bits");
}

TEST_F(NewCa, HasItsKeyEncryptedWhereAskedTo) {
  const Buffer own = generateKey({.passphrase = "correct horse"});
  for (const auto& ca :
       {createCa({.subject = "CA", .passphrase = "correct horse"}),
        createCa({.subject = "CA", .key = own, .passphrase = "correct horse"}),
        createCa({.subject = "CA", .key = generateKey(), .passphrase = "correct horse"})}) {
    EXPECT_TRUE(ca.key.text().starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----"));
    EXPECT_EQ(ca.passphrase, "correct horse");
    EXPECT_NO_THROW(
        signCsr({.csr = csrFor("localhost"), .authority = ca, .altNames = "localhost"}));
  }
  EXPECT_EQ(errorOf([&] { createCa({.subject = "CA", .key = own}); }).code(),
            "ERR_PASSPHRASE_REQUIRED");
}

TEST_F(NewCa, NeedsASubject) {
  const Error error = errorOf([] { createCa({}); });
  EXPECT_EQ(error.code(), "ERR_MISSING_OPTION");
  EXPECT_NE(error.message().find("`subject`"), std::string::npos);
}

}  // namespace
}  // namespace securepair::test
