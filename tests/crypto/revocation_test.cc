#include <securepair/crypto/revocation.h>
#include <securepair/tls/verify_peer.h>

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "crypto/pem.h"
#include "support/certificates.h"
#include "support/error_of.h"

namespace securepair::test {
namespace {

using namespace securepair::crypto;

class Crl : public testing::Test {
 protected:
  void TearDown() override { EXPECT_EQ(ERR_peek_error(), 0U) << "left on the queue"; }

  static Buffer certificate(const CertificateAuthority& authority) {
    const Buffer csr = createCsr({.key = key, .altNames = "localhost"});
    return signCsr({.csr = csr, .authority = authority, .copyAltNames = true});
  }
  // "authorized", or the code of what speaks against it.
  static std::string judged(const Buffer& cert, const Buffer& crl) {
    const tls::Verdict verdict =
        tls::verifyPeer(cert, {.ca = ca.cert, .crl = crl, .servername = "localhost"});
    return verdict.authorized ? "authorized" : verdict.failure->code();
  }
  static X509CrlPtr parsed(const Buffer& crl) { return std::move(readCrls(crl).front()); }
  static long numberOf(const Buffer& crl) {
    const OpensslPtr<ASN1_INTEGER, ASN1_INTEGER_free> number(static_cast<ASN1_INTEGER*>(
        X509_CRL_get_ext_d2i(parsed(crl).get(), NID_crl_number, nullptr, nullptr)));
    return number == nullptr ? -1 : ASN1_INTEGER_get(number.get());
  }
  static int entriesOf(const Buffer& crl) {
    return sk_X509_REVOKED_num(X509_CRL_get_REVOKED(parsed(crl).get()));
  }
  static Error refusal(const CrlOptions& options) {
    const Error error = errorOf([&] { createCrl(options); });
    EXPECT_NE(error.fix(), "") << error.what();
    return error;
  }

  static inline const Buffer key = generateKey();
  static inline const CertificateAuthority ca = createCa({.subject = "Example CA"});
  static inline const CertificateAuthority other = createCa({.subject = "Example CA"});
};

TEST_F(Crl, IsBelievedByWhoeverTrustsTheAuthority) {
  const Buffer good = certificate(ca);
  const Buffer bad = certificate(ca);
  const Buffer crl = createCrl({.authority = ca, .revoked = bad});
  EXPECT_EQ(judged(bad, crl), "CERT_REVOKED");
  EXPECT_EQ(judged(good, crl), "authorized");
  EXPECT_EQ(judged(bad, createCrl({.authority = other, .revoked = certificate(other)})),
            "UNABLE_TO_GET_CRL");
}

TEST_F(Crl, BeginsEmpty) {
  const Buffer crl = createCrl({.authority = ca});
  EXPECT_EQ(judged(certificate(ca), crl), "authorized");
  EXPECT_EQ(numberOf(crl), 1);
}

TEST_F(Crl, KeepsWhatTheListBeforeHas) {
  const Buffer first = certificate(ca);
  const Buffer second = certificate(ca);
  Buffer crl = createCrl({.authority = ca, .revoked = first});
  crl = createCrl({.authority = ca, .revoked = second, .crl = crl});
  EXPECT_EQ(judged(first, crl), "CERT_REVOKED");
  EXPECT_EQ(judged(second, crl), "CERT_REVOKED");
  crl = createCrl({.authority = ca, .revoked = first, .crl = crl});
  EXPECT_EQ(entriesOf(crl), 2) << "the first is there once";
  EXPECT_EQ(numberOf(crl), 3);
}

TEST_F(Crl, IsGoodForAWhile) {
  const auto daysOf = [](const Buffer& crl) {
    int days = 0;
    int seconds = 0;
    ASN1_TIME_diff(&days, &seconds, nullptr, X509_CRL_get0_nextUpdate(parsed(crl).get()));
    return seconds > 0 ? days + 1 : days;
  };
  EXPECT_EQ(daysOf(createCrl({.authority = ca})), 30);
  EXPECT_EQ(daysOf(createCrl({.authority = ca, .days = 2})), 2);
  EXPECT_EQ(refusal({.authority = ca, .days = 0}).code(), "ERR_OUT_OF_RANGE");
}

TEST_F(Crl, RevokesNobodyElsesCertificate) {
  // The other has the same name.
  const Error error = refusal({.authority = ca, .revoked = certificate(other)});
  EXPECT_EQ(error.code(), "ERR_OTHER_ISSUER");
  EXPECT_NE(error.certificate().find("CN=localhost"), std::string::npos) << error.what();
}

TEST_F(Crl, ExtendsNobodyElsesList) {
  const Buffer foreign = createCrl({.authority = other});
  EXPECT_EQ(refusal({.authority = ca, .crl = foreign}).code(), "ERR_INVALID_CRL");
  const Buffer own = createCrl({.authority = ca});
  const Error two = refusal({.authority = ca, .crl = own.toString() + own.toString()});
  EXPECT_EQ(two.got(), "2");
  EXPECT_EQ(refusal({.authority = ca, .crl = "no list"}).code(), "ERR_INVALID_CRL");
}

TEST_F(Crl, IsMadeByWhoMayMakeOne) {
  const Authority noLists = makeAuthority(
      CertificateSpec{.commonName = "Signs", .isCa = true, .keyUsage = "keyCertSign"});
  const Error error = refusal({.authority = {.key = noLists.own.key, .cert = noLists.own.cert}});
  EXPECT_EQ(error.code(), "ERR_NOT_AN_AUTHORITY");
  EXPECT_EQ(refusal({.authority = {.key = key, .cert = ca.cert}}).code(), "ERR_KEY_MISMATCH");
}

}  // namespace
}  // namespace securepair::test
