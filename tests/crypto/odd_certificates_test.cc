// Certificates that nobody would issue, as getPeerCertificate() tells them: without harm, in
// bounded time, and the same each time.
#include <ctime>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "crypto/certificate.h"
#include "support/certificates.h"

namespace securepair::test {
namespace {

crypto::X509Ptr certificateOfDer(const std::string& der) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  return crypto::X509Ptr(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
}

std::string textOf(const tls::PeerCertificate& certificate) {
  std::ostringstream all;
  all << certificate << certificate.subjectaltname << certificate.modulus << certificate.exponent
      << certificate.serialNumber << certificate.fingerprint256 << certificate.raw.text();
  for (const auto& usage : certificate.ext_key_usage) all << usage;
  return all.str();
}

tls::PeerCertificate describeTwice(const CertificateSpec& spec) {
  const auto certificate = certificateOfDer(derOf(selfSigned(spec).cert));
  const std::clock_t begin = std::clock();  // of this process alone
  const auto described = crypto::describe(certificate.get());
  crypto::summary(certificate.get());
  EXPECT_LT(std::clock() - begin, CLOCKS_PER_SEC);
  EXPECT_EQ(textOf(described), textOf(crypto::describe(certificate.get())));
  return described;
}

TEST(OddCertificates, OfVersion1HaveWhatTheyHave) {
  const auto told = describeTwice({.commonName = "old", .isVersion1 = true});
  EXPECT_EQ(told.subject["CN"], "old");
  EXPECT_EQ(told.subjectaltname, "");
  EXPECT_TRUE(told.ext_key_usage.empty());
}

TEST(OddCertificates, ANegativeSerialNumber) {
  EXPECT_EQ(describeTwice({.commonName = "x", .serialNumber = -1}).serialNumber, "-01");
  EXPECT_EQ(describeTwice({.commonName = "x", .serialNumber = -4096}).serialNumber, "-1000");
}

TEST(OddCertificates, AMegabyteOfNames) {
  CertificateSpec spec{.commonName = "x"};
  spec.dnsNames.assign(55'000, "name-of-a-host.test");
  const auto told = describeTwice(spec);
  EXPECT_GT(told.raw.size(), 1'000'000U);
  EXPECT_TRUE(told.subjectaltname.starts_with("DNS:name-of-a-host.test, DNS:name"));
}

TEST(OddCertificates, AnAlternativeNameOfAMegabyte) {
  CertificateSpec spec{.commonName = "x"};
  const std::string name(1'000'000, '\x01');
  // SEQUENCE { [2] name }, each with a length of three bytes.
  spec.rawAltNames = std::string("\x30\x83\x0F\x42\x45\x82\x83\x0F\x42\x40", 10) + name;
  EXPECT_EQ(describeTwice(spec).subjectaltname.size(), 4 + 3 * name.size());
}

TEST(OddCertificates, AValueFullOfWhatIsEscaped) {
  std::string pluses;
  for (int i = 0; i < 100'000; ++i) pluses += " + ";
  CertificateSpec spec;
  spec.subject = {{"1.2.3.4", pluses}};
  EXPECT_EQ(describeTwice(spec).subject["1.2.3.4"].find(" + "), std::string::npos);
  spec.subject = {{"1.2.3.4", "a + + + b"}};
  EXPECT_EQ(describeTwice(spec).subject["1.2.3.4"], "a \\2B \\2B \\2B b");
}

TEST(OddCertificates, TenThousandKindsOfFields) {
  CertificateSpec spec;
  for (int i = 0; i < 10'000; ++i) spec.subject.push_back({"1.2.3." + std::to_string(i), "x"});
  EXPECT_EQ(describeTwice(spec).subject["1.2.3.9999"], "x");
}

TEST(OddCertificates, DatesThatAreNone) {
  const auto told = describeTwice({.commonName = "x", .notBefore = "yesterday", .notAfter = ""});
  EXPECT_EQ(told.valid_from, "");
}

// Each byte of a certificate spoiled in turn: what still is one is told, whatever it says.
TEST(OddCertificates, SpoiledAnywhereDoNoHarm) {
  CertificateSpec spec = specFor("localhost");
  spec.purpose = Purpose::server;
  spec.ips = {"192.0.2.1"};
  spec.subject = {{"O", "Example"}, {"CN", "x", true}};
  const std::string der = derOf(selfSigned(spec).cert);
  int told = 0;
  for (std::size_t at = 0; at < der.size(); ++at) {
    for (const char byte : {'\0', '\x01', '\x1E', '\x14', '\x30', '\x7F', '\xFF'}) {
      std::string spoiled = der;
      spoiled[at] = byte;
      const auto certificate = certificateOfDer(spoiled);
      if (certificate == nullptr) continue;
      const std::string text = textOf(crypto::describe(certificate.get()));
      ASSERT_EQ(text, textOf(crypto::describe(certificate.get())));
      crypto::summary(certificate.get());
      ++told;
    }
    ASSERT_EQ(certificateOfDer(der.substr(0, at)), nullptr);
  }
  EXPECT_GT(told, 1000);
}

}  // namespace
}  // namespace securepair::test
