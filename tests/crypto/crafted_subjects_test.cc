// Subjects that are made to look like others.
#include <string>

#include <gtest/gtest.h>
#include <openssl/pem.h>

#include "crypto/certificate.h"
#include "crypto/identity.h"
#include "support/certificates.h"

namespace securepair::test {
namespace {

crypto::X509Ptr certificateOf(const CertificateSpec& spec) {
  const std::string der = derOf(selfSigned(spec).cert);
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  return crypto::X509Ptr(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
}

CertificateSpec of(std::vector<SubjectField> subject) {
  CertificateSpec spec;
  spec.subject = std::move(subject);
  return spec;
}

bool isTakenFor(const CertificateSpec& spec, const std::string& name) {
  return !crypto::checkServerIdentity(certificateOf(spec).get(), name);
}

TEST(CraftedSubjects, AFieldThatLooksLikeACommonNameIsNone) {
  for (const char* value :
       {"x/CN=good.test", "x, CN=good.test", "x + CN=good.test", "x\nCN=good.test", "good.test"}) {
    EXPECT_FALSE(isTakenFor(of({{"O", value}}), "good.test")) << value;
    EXPECT_FALSE(isTakenFor(of({{"O", value}, {"CN", "evil.test"}}), "good.test")) << value;
    EXPECT_FALSE(isTakenFor(of({{"OU", value}, {"O", "y", true}}), "good.test")) << value;
  }
  EXPECT_FALSE(isTakenFor(of({{"CN", "evil.test/CN=good.test"}}), "good.test"));
  EXPECT_FALSE(isTakenFor(of({{"CN", "evil.test + CN=good.test"}}), "good.test"));
}

TEST(CraftedSubjects, ANulInACommonNameHidesNothing) {
  const std::string name("good.test\0.evil.test", 20);
  EXPECT_FALSE(isTakenFor(of({{"CN", name}}), "good.test"));
  EXPECT_FALSE(isTakenFor(of({{"CN", name}}), name));
  const std::string told = crypto::describe(certificateOf(of({{"CN", name}})).get()).subject["CN"];
  EXPECT_EQ(told, "good.test\\00.evil.test");
}

TEST(CraftedSubjects, ACommonNameIsReadInItsEncoding) {
  const std::string wide("\0g\0o\0.\0t", 8);
  EXPECT_TRUE(isTakenFor(of({{"CN", wide, false, true}}), "go.t"));
  EXPECT_FALSE(isTakenFor(of({{"CN", wide, false, true}}), wide));
}

TEST(CraftedSubjects, OfTheKindOfAnAddressAreNone) {
  EXPECT_FALSE(isTakenFor(of({{"CN", "192.0.2.1"}}), "192.0.2.1"));
  EXPECT_FALSE(isTakenFor(of({{"CN", "2001:db8::1"}}), "2001:db8::1"));
}

}  // namespace
}  // namespace securepair::test
