#include "crypto/identity.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/pem.h>

#include "support/certificates.h"

namespace securepair::test {
namespace {

crypto::X509Ptr certificateIn(const std::string& pem) {
  const crypto::BioPtr reader(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return crypto::X509Ptr(PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr));
}

CertificateSpec withNames(const std::string& commonName, std::vector<std::string> dns,
                          std::vector<std::string> ips = {}) {
  CertificateSpec spec;
  spec.commonName = commonName;
  spec.dnsNames = std::move(dns);
  spec.ips = std::move(ips);
  return spec;
}

bool isFor(const CertificateSpec& spec, const std::string& name) {
  const auto certificate = certificateIn(selfSigned(spec).cert);
  return !crypto::checkServerIdentity(certificate.get(), name);
}

TEST(Identity, ANameIsComparedWithoutCaseAndWithoutOneTrailingDot) {
  const auto spec = withNames("x", {"a.example.test"});
  EXPECT_TRUE(isFor(spec, "a.example.test"));
  EXPECT_TRUE(isFor(spec, "A.Example.TEST"));
  EXPECT_TRUE(isFor(spec, "a.example.test."));
  EXPECT_FALSE(isFor(spec, "a.example.test.."));
  EXPECT_FALSE(isFor(spec, "example.test"));
  EXPECT_FALSE(isFor(spec, "b.a.example.test"));
  EXPECT_FALSE(isFor(spec, ""));
}

TEST(Identity, AWildcardIsTheWholeLeftMostLabelAndStandsForOne) {
  const auto spec = withNames("x", {"*.example.test"});
  EXPECT_TRUE(isFor(spec, "a.example.test"));
  EXPECT_FALSE(isFor(spec, "example.test"));
  EXPECT_FALSE(isFor(spec, "a.b.example.test"));
  EXPECT_FALSE(isFor(spec, ".example.test"));
  for (const char* partial :
       {"a*.example.test", "*a.example.test", "a*b.example.test", "a.*.test", "*"}) {
    EXPECT_FALSE(isFor(withNames("x", {partial}), "ab.example.test")) << partial;
  }
}

TEST(Identity, ALeadingDotIsNoName) {
  EXPECT_FALSE(isFor(withNames("x", {"a.example.test"}), ".example.test"));
}

TEST(Identity, TheCommonNameCountsOnlyWithoutAnyAlternativeName) {
  EXPECT_TRUE(isFor(withNames("example.test", {}), "example.test"));
  EXPECT_FALSE(isFor(withNames("example.test", {"other.test"}), "example.test"));
  EXPECT_FALSE(isFor(withNames("example.test", {}, {"192.0.2.1"}), "example.test"));
}

TEST(Identity, AnAddressIsComparedWithAddressesOnly) {
  const auto spec = withNames("192.0.2.9", {"192.0.2.8"}, {"192.0.2.1", "2001:db8::1"});
  EXPECT_TRUE(isFor(spec, "192.0.2.1"));
  EXPECT_TRUE(isFor(spec, "2001:db8::1"));
  EXPECT_TRUE(isFor(spec, "2001:DB8:0:0:0:0:0:1"));
  EXPECT_TRUE(isFor(spec, "[2001:db8::1]"));
  EXPECT_FALSE(isFor(spec, "192.0.2.8")) << "a DNS name that looks like an address";
  EXPECT_FALSE(isFor(spec, "192.0.2.9")) << "a common name that looks like an address";
  EXPECT_FALSE(isFor(withNames("192.0.2.9", {}), "192.0.2.9"));
  EXPECT_FALSE(isFor(spec, "192.0.2.8.")) << "a dot makes no name of it";
}

TEST(Identity, ANulInANameHidesNothing) {
  CertificateSpec spec;
  spec.commonName = "x";
  // SEQUENCE { [2] "good.test\0.evil.test" }
  const std::string name("good.test\0.evil.test", 20);
  spec.rawAltNames = std::string("\x30\x16\x82\x14", 4) + name;
  EXPECT_FALSE(isFor(spec, "good.test"));
  EXPECT_FALSE(isFor(spec, name));
  EXPECT_FALSE(isFor(spec, std::string("good.test\0", 10)));
}

TEST(Identity, AZoneIsNoPartOfAnAddress) {
  EXPECT_TRUE(crypto::isAddress("fe80::1%eth0"));
  EXPECT_TRUE(isFor(withNames("x", {}, {"fe80::1"}), "fe80::1%eth0"));
  EXPECT_FALSE(isFor(withNames("x", {}, {"fe80::2"}), "fe80::1%eth0"));
}

TEST(Identity, ANulInAnAddressHidesNothing) {
  const std::string name("192.0.2.1\0.evil.test", 20);
  EXPECT_FALSE(crypto::isAddress(name));
  EXPECT_FALSE(isFor(withNames("x", {}, {"192.0.2.1"}), name));
}

TEST(Identity, WhatIsNotAsciiIsNoName) {
  // As bytes they would be equal.
  EXPECT_FALSE(isFor(withNames("b\xC3\xBC"
                               "cher.test",
                               {}),
                     "b\xC3\xBC"
                     "cher.test"));
  EXPECT_TRUE(isFor(withNames("x", {"xn--bcher-kva.test"}), "xn--bcher-kva.test"));
  EXPECT_FALSE(isFor(withNames("x", {"a b.test"}), "a b.test"));
}

TEST(Identity, AlternativeNamesThatCannotBeReadAreNotNone) {
  CertificateSpec spec;
  spec.commonName = "good.test";
  spec.rawAltNames = std::string("\x30\x7f\x82", 3);
  EXPECT_FALSE(isFor(spec, "good.test"));
}

TEST(Identity, AUriIsNoName) {
  CertificateSpec spec;
  spec.commonName = "good.test";
  spec.rawAltNames = std::string("\x30\x14\x86\x12", 4) + "https://good.test/";
  EXPECT_FALSE(isFor(spec, "good.test"));
}

TEST(Identity, TheErrorTellsTheNamesAndCannotBeLedAstray) {
  CertificateSpec spec;
  spec.commonName = "x";
  spec.rawAltNames = std::string("\x30\x18\x82\x16", 4) + "one.test, DNS:good.tes";
  const auto certificate = certificateIn(selfSigned(spec).cert);
  const auto error = crypto::checkServerIdentity(certificate.get(), "good.test");
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), "ERR_TLS_CERT_ALTNAME_INVALID");
  EXPECT_NE(error->got().find("one.test"), std::string::npos);
  EXPECT_EQ(error->got().find(", DNS:good.tes"), std::string::npos) << error->got();
  EXPECT_NE(error->certificate(), "");
  EXPECT_NE(error->fix(), "");
}

TEST(Identity, AddressesAreKnown) {
  for (const char* address : {"127.0.0.1", "::1", "[::1]", "2001:db8::1"}) {
    EXPECT_TRUE(crypto::isAddress(address)) << address;
  }
  for (const char* name : {"localhost", "127.0.0.1.test", "1.2.3", "", "[]", "::g"}) {
    EXPECT_FALSE(crypto::isAddress(name)) << name;
  }
}

}  // namespace
}  // namespace securepair::test
