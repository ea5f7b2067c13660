#include <securepair/crypto/chores.h>

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

class SignedCsr : public testing::Test {
 protected:
  void TearDown() override { EXPECT_EQ(ERR_peek_error(), 0U) << "left on the queue"; }

  static Buffer csrFor(const Subject& subject, const NameList& altNames = {}) {
    return createCsr({.key = key, .subject = subject, .altNames = altNames});
  }

  static CertificateView sign(SignOptions options) {
    if (!options.csr.given()) options.csr = csrFor("localhost");
    if (!options.authority.cert.given()) options.authority = ca;
    return CertificateView(signCsr(options));
  }

  static Error refusal(const SignOptions& options) {
    const Error error = errorOf([&] { sign(options); });
    EXPECT_NE(error.fix(), "") << error.what();
    return error;
  }

  static inline const Buffer key = generateKey();
  static inline const CertificateAuthority ca = createCa({.subject = "Example CA"});
};

TEST_F(SignedCsr, LeadsToTheAuthority) {
  const auto cert = sign({.altNames = "localhost"});
  const CertificateView issuer(ca.cert);
  EXPECT_EQ(cert.subject(), "CN=localhost");
  EXPECT_EQ(cert.issuer(), "CN=Example CA");
  EXPECT_TRUE(cert.isSignedBy(issuer));
  EXPECT_FALSE(cert.isCa());
  EXPECT_TRUE(cert.isCritical(NID_basic_constraints));
  EXPECT_TRUE(cert.isCritical(NID_key_usage));
  EXPECT_EQ(X509_get_key_usage(cert.get()), std::uint32_t{KU_DIGITAL_SIGNATURE});
  EXPECT_TRUE(cert.has(NID_subject_key_identifier));
  ASSERT_NE(X509_get0_authority_key_id(cert.get()), nullptr);
  EXPECT_EQ(ASN1_OCTET_STRING_cmp(X509_get0_authority_key_id(cert.get()),
                                  X509_get0_subject_key_id(issuer.get())),
            0);
}

TEST_F(SignedCsr, OfAnRsaKeyMayTakePartInTheOldKeyExchangeToo) {
  const Buffer rsa = generateKey({.type = KeyType::rsa});
  const auto cert =
      sign({.csr = createCsr({.key = rsa, .subject = "localhost"}), .altNames = "localhost"});
  EXPECT_EQ(X509_get_key_usage(cert.get()),
            std::uint32_t{KU_DIGITAL_SIGNATURE | KU_KEY_ENCIPHERMENT});
}

TEST_F(SignedCsr, IsForServersUnlessTold) {
  using Purposes = std::vector<std::string>;
  EXPECT_EQ(sign({.altNames = "localhost"}).purposes(), Purposes{"serverAuth"});
  EXPECT_EQ(sign({.purpose = crypto::Purpose::client}).purposes(), Purposes{"clientAuth"});
  EXPECT_EQ(sign({.altNames = "localhost", .purpose = crypto::Purpose::both}).purposes(),
            (Purposes{"serverAuth", "clientAuth"}));
}

TEST_F(SignedCsr, IsForTheNamesThatTheSignerGivesAndNoOthers) {
  const auto csr = csrFor("a.test", {"bank.example", "192.0.2.1"});
  EXPECT_EQ(sign({.csr = csr, .altNames = {"a.test", "127.0.0.1"}}).names(),
            "DNS:a.test, IP Address:127.0.0.1");
  EXPECT_EQ(sign({.csr = csr, .altNames = "x.test", .copyAltNames = true}).names(),
            "DNS:x.test, DNS:bank.example, IP Address:192.0.2.1, DNS:a.test");
  EXPECT_EQ(sign({.csr = csr, .subject = "b.test"}).names(), "DNS:b.test");
  EXPECT_EQ(sign({.csr = csr, .purpose = crypto::Purpose::client}).names(), "");
}

TEST_F(SignedCsr, WithoutAWordAboutNamesIsNoServers) {
  for (const crypto::Purpose purpose : {crypto::Purpose::server, crypto::Purpose::both}) {
    const Error error = refusal({.csr = csrFor("a client", "bank.example"), .purpose = purpose});
    EXPECT_EQ(error.code(), "ERR_MISSING_OPTION");
    EXPECT_NE(error.got().find("DNS:bank.example"), std::string::npos) << error.what();
    EXPECT_NE(error.fix().find("`altNames`"), std::string::npos) << error.what();
    EXPECT_NE(error.fix().find("`copyAltNames`"), std::string::npos) << error.what();
  }
  EXPECT_NE(refusal({.csr = makeRequest({})}).got().find("CN=localhost"), std::string::npos);
  EXPECT_EQ(refusal({.csr = csrFor("a client"), .copyAltNames = true}).code(),
            "ERR_MISSING_OPTION");
}

TEST_F(SignedCsr, HasNoOtherNameInItsSubjectEither) {
  const Error error = refusal({.csr = csrFor("bank.example"), .altNames = "a.test"});
  EXPECT_EQ(error.code(), "ERR_INVALID_ALTNAME");
  EXPECT_EQ(error.got(), "bank.example");
  // The second one of two, too.
  const std::string csr = makeRequest(
      {.subject = {{.field = "CN", .value = "a.test"}, {.field = "CN", .value = "bank.example"}}});
  EXPECT_EQ(refusal({.csr = csr, .altNames = "a.test"}).got(), "bank.example");
  EXPECT_EQ(sign({.csr = csr, .altNames = "a.test", .subject = "somebody"}).subject(),
            "CN=somebody");
}

TEST_F(SignedCsr, CopiesNamesOfKnownKindsOnly) {
  const std::string anAddressAndItsMask = "DER:300A87080A000000FF000000";
  for (const std::string& names :
       {std::string("email:a@b.test"), std::string("DNS:a.test,URI:https://b.test"),
        std::string("DNS:*"), std::string("DNS:*.org"), std::string("DNS:a b"),
        std::string("RID:1.2.3.4"), std::string("DNS:a.test."), anAddressAndItsMask}) {
    const Error error = refusal(
        {.csr = makeRequest({.extensions = {{"subjectAltName", names}}}), .copyAltNames = true});
    EXPECT_EQ(error.code(), "ERR_INVALID_ALTNAME") << names << ": " << error.what();
    EXPECT_NE(error.message().find("`csr`"), std::string::npos);
  }
}

TEST_F(SignedCsr, CopiesNoOtherExtension) {
  const auto cert =
      sign({.csr = makeRequest({.extensions = {{"basicConstraints", "critical,CA:TRUE"},
                                               {"keyUsage", "critical,keyCertSign"},
                                               {"extendedKeyUsage", "codeSigning,clientAuth"},
                                               {"subjectAltName", "DNS:localhost"},
                                               {"1.2.3.4", "critical,DER:0500"}}}),
            .copyAltNames = true});
  EXPECT_FALSE(cert.isCa());
  EXPECT_EQ(X509_get_key_usage(cert.get()), std::uint32_t{KU_DIGITAL_SIGNATURE});
  EXPECT_EQ(cert.purposes(), std::vector<std::string>{"serverAuth"});
  EXPECT_EQ(cert.names(), "DNS:localhost");
  EXPECT_EQ(X509_get_ext_count(cert.get()), 6);
}

TEST_F(SignedCsr, TakesTheSubjectThatIsGivenInPlaceOfTheRequestedOne) {
  EXPECT_EQ(
      sign({.csr = csrFor("bank.example"), .subject = {{"CN", "a.test"}, {"O", "A"}}}).subject(),
      "CN=a.test, O=A");
}

TEST_F(SignedCsr, HasASubjectThatIsText) {
  for (const std::string& value : {std::string("a.test\0.b.test", 14), std::string("two\nlines")}) {
    const std::string csr = makeRequest({.subject = {{.field = "O", .value = value}}});
    EXPECT_EQ(refusal({.csr = csr, .altNames = "a.test"}).code(), "ERR_INVALID_CSR");
    EXPECT_NO_THROW(sign({.csr = csr, .subject = "a.test"}));
  }
}

TEST_F(SignedCsr, WithoutASubjectSaysThatItsNamesMatter) {
  const auto cert = sign({.csr = makeRequest({.subject = {}}), .altNames = "a.test"});
  EXPECT_EQ(cert.subject(), "(empty)");
  EXPECT_TRUE(cert.isCritical(NID_subject_alt_name));
  EXPECT_FALSE(sign({.altNames = "localhost"}).isCritical(NID_subject_alt_name));
}

TEST_F(SignedCsr, IsRefusedWhereItsMakerDoesNotHaveTheKey) {
  EXPECT_EQ(refusal({.csr = makeRequest({.isForged = true}), .altNames = "localhost"}).code(),
            "ERR_CSR_SIGNATURE");
}

TEST_F(SignedCsr, LastsNoLongerThanTheAuthority) {
  const auto brief = createCa({.subject = "Brief CA", .days = 10});
  EXPECT_EQ(sign({.altNames = "localhost"}).daysLeft(), 365);
  EXPECT_EQ(sign({.altNames = "localhost", .days = 700}).daysLeft(), 700);
  EXPECT_LE(sign({.authority = brief, .altNames = "localhost"}).daysLeft(), 10);
  const Error error = refusal({.authority = brief, .altNames = "localhost", .days = 11});
  EXPECT_EQ(error.code(), "ERR_OUT_OF_RANGE");
  EXPECT_NE(error.certificate().find("Brief CA"), std::string::npos);
  EXPECT_EQ(refusal({.altNames = "localhost", .days = 0}).code(), "ERR_OUT_OF_RANGE");
}

CertificateAuthority authorityOf(const CertificateSpec& spec) {
  const auto made = makeAuthority(spec);
  return {.key = made.own.key, .cert = made.own.cert};
}

TEST_F(SignedCsr, NeedsAnAuthorityThatMaySign) {
  const Identity leaf = issue(makeAuthority(), "localhost");
  const CertificateAuthority none{.key = leaf.key, .cert = leaf.cert};
  const Error error = refusal({.authority = none, .altNames = "localhost"});
  EXPECT_EQ(error.code(), "ERR_NOT_AN_AUTHORITY");
  EXPECT_NE(error.certificate().find("CN=localhost"), std::string::npos);

  const auto expired =
      authorityOf({.commonName = "Old CA", .isCa = true, .fromDays = -10, .untilDays = -1});
  EXPECT_EQ(refusal({.authority = expired, .altNames = "localhost"}).code(), "CERT_HAS_EXPIRED");
}

TEST_F(SignedCsr, NeedsTheAuthoritysKey) {
  auto mixed = ca;
  mixed.key = key;
  const Error error = refusal({.authority = mixed, .altNames = "localhost"});
  EXPECT_EQ(error.code(), "ERR_KEY_MISMATCH");
  EXPECT_NE(error.message().find("`authority.key`"), std::string::npos) << error.what();

  const auto sealed = createCa({.subject = "CA", .passphrase = "correct horse"});
  const Error none = refusal({.authority = {.key = sealed.key, .cert = sealed.cert}});
  EXPECT_EQ(none.code(), "ERR_PASSPHRASE_REQUIRED");
  EXPECT_NE(none.message().find("`authority.passphrase`"), std::string::npos) << none.what();
  EXPECT_NE(refusal({.authority = {.key = ca.key, .cert = key}}).message().find("`authority.cert`"),
            std::string::npos);
}

TEST_F(SignedCsr, OfASmallKeyOrByOneIsRefusedUnlessTheRiskIsKnown) {
  const SignOptions ofSmall{.csr = makeRequest({.kind = "RSA 1024"}), .altNames = "localhost"};
  const SignOptions bySmall{
      .authority = authorityOf({.commonName = "Small CA", .isCa = true, .rsaBits = 1024}),
      .altNames = "localhost"};
  EXPECT_NE(refusal(ofSmall).message().find("`csr`"), std::string::npos);
  EXPECT_NE(refusal(bySmall).message().find("`authority.key`"), std::string::npos);
  for (auto options : {ofSmall, bySmall}) {
    const Error error = refusal(options);
    EXPECT_EQ(error.code(), "ERR_KEY_TOO_SMALL");
    EXPECT_EQ(error.got(), "RSA of 1024 bits");
    EXPECT_NE(error.fix().find("`allowSmallKey`"), std::string::npos);
    options.allowSmallKey = true;
    EXPECT_NO_THROW(sign(options));
  }
}

TEST_F(SignedCsr, ThatAsksForManyNamesTakesNoLongerThanItIsLong) {
  std::string names;
  for (int i = 0; i < 20'000; ++i)
    names += (i > 0 ? ",DNS:" : "DNS:") + std::to_string(i) + ".test";
  const std::string csr = makeRequest({.extensions = {{"subjectAltName", names}}});
  EXPECT_TRUE(sign({.csr = csr, .copyAltNames = true}).names().ends_with("DNS:localhost"));
}

}  // namespace
}  // namespace securepair::test
