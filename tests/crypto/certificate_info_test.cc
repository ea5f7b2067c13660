#include <securepair/crypto/certificate_info.h>
#include <securepair/crypto/chores.h>

#include <gtest/gtest.h>
#include <openssl/err.h>

#include "support/certificates.h"
#include "support/error_of.h"

namespace securepair::test {

using namespace securepair::crypto;

TEST(CertificateInfo, IsWhatTheCertificateSays) {
  const CertificateAuthority ca = createCa({.subject = "Example CA", .days = 10});
  const Buffer key = generateKey({.type = KeyType::rsa});
  const Buffer csr = createCsr({.key = key, .altNames = "localhost"});
  const Buffer leaf = signCsr({.csr = csr, .authority = ca, .copyAltNames = true});
  const auto all = readCertificates(leaf.toString() + ca.cert.toString());
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].certificate.subject["CN"], "localhost");
  EXPECT_EQ(all[0].certificate.subjectaltname, "DNS:localhost");
  EXPECT_EQ(all[0].keyType, "RSA");
  EXPECT_EQ(all[0].keyBits, 2048);
  EXPECT_EQ(all[0].signedWith, "ecdsa-with-SHA256");
  EXPECT_FALSE(all[0].isAuthority);
  EXPECT_FALSE(all[0].isSelfSigned);
  EXPECT_EQ(all[1].keyType, "EC");
  EXPECT_TRUE(all[1].isAuthority);
  EXPECT_TRUE(all[1].isSelfSigned);
  const auto lasts = all[1].validTo - all[1].validFrom;
  EXPECT_EQ(lasts, std::chrono::hours(10 * 24 + 1));
}

TEST(CertificateInfo, ReachesTheEndOfTime) {
  CertificateSpec spec = specFor("localhost");
  spec.untilDays = 2'900'000;
  const auto all = readCertificates(selfSigned(spec).cert);
  EXPECT_GT(all.front().validTo - all.front().validFrom, std::chrono::days(2'900'000));
}

TEST(CertificateInfo, IsNotMadeUp) {
  for (const char* text :
       {"", "text", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"}) {
    EXPECT_EQ(errorOf([text] { readCertificates(text); }).code(), "ERR_INVALID_CERTIFICATE");
  }
  EXPECT_EQ(ERR_peek_error(), 0UL);
}

}  // namespace securepair::test
