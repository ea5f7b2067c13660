#include "crypto/certificate.h"

#include <regex>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/pem.h>

#include "support/certificates.h"
#include "support/child.h"

namespace securepair::test {
namespace {

tls::PeerCertificate describe(const CertificateSpec& spec) {
  const std::string pem = selfSigned(spec).cert;
  const crypto::BioPtr reader(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const crypto::X509Ptr certificate(PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr));
  return crypto::describe(certificate.get());
}

TEST(Certificate, ThePagesExampleInItsOrder) {
  const auto certificate = describe(pageSpec());
  const std::vector<std::pair<std::string, std::string>> expected{
      {"C", "UK"},      {"ST", "Acknack Ltd"},          {"L", "Rhys Jones"},
      {"O", "node.js"}, {"OU", "Test TLS Certificate"}, {"CN", "localhost"}};
  EXPECT_TRUE(std::equal(certificate.subject.begin(), certificate.subject.end(), expected.begin(),
                         expected.end()));
  EXPECT_EQ(certificate.subject, certificate.issuer);
  EXPECT_EQ(certificate.subject["CN"], "localhost");
  EXPECT_EQ(certificate.subject["emailAddress"], "");
}

TEST(Certificate, PrintsAsThePageDoes) {
  auto certificate = describe(pageSpec());
  certificate.fingerprint = "2A:7A:C2:DD:E5:F9:CC:53:72:35:99:7A:02:5A:71:38:52:EC:8A:DF";
  std::ostringstream printed;
  printed << certificate;
  const std::string page = readFile(SECUREPAIR_SOURCE_DIR "/docs/node-v0.6.18-tls.txt");
  const auto begin = page.find("{ subject: ");
  ASSERT_NE(begin, std::string::npos);
  EXPECT_EQ(printed.str(),
            page.substr(begin, page.find(" }", page.find("fingerprint: ")) + 2 - begin));
}

TEST(Certificate, PrintsWhatThePeerHasWrittenInQuotes) {
  tls::PeerCertificate certificate;
  std::ostringstream none;
  none << certificate;
  EXPECT_EQ(none.str(), "{}");
  certificate.fingerprint = "00";
  certificate.subject.set("CN", "it's");
  certificate.subject.set("1.2.3", "x");
  std::ostringstream printed;
  printed << certificate;
  EXPECT_EQ(printed.str(),
            "{ subject: \n   { CN: 'it\\'s',\n     '1.2.3': 'x' },\n  issuer: {},\n"
            "  valid_from: '',\n  valid_to: '',\n  fingerprint: '00' }");
}

TEST(Certificate, DatesAndFingerprintsHaveThePagesForm) {
  const auto certificate = describe(pageSpec());
  EXPECT_EQ(certificate.valid_from, "Nov 11 09:52:22 2009 GMT");
  EXPECT_EQ(certificate.valid_to, "Nov  6 09:52:22 2029 GMT");
  EXPECT_TRUE(
      std::regex_match(certificate.fingerprint, std::regex("([0-9A-F]{2}:){19}[0-9A-F]{2}")))
      << certificate.fingerprint;
  EXPECT_TRUE(
      std::regex_match(certificate.fingerprint256, std::regex("([0-9A-F]{2}:){31}[0-9A-F]{2}")))
      << certificate.fingerprint256;
  EXPECT_FALSE(certificate.empty());
  EXPECT_TRUE(tls::PeerCertificate().empty());
}

TEST(Certificate, ModulusAndExponentOfRsaOnly) {
  auto spec = pageSpec();
  EXPECT_EQ(describe(spec).modulus, "");
  EXPECT_EQ(describe(spec).exponent, "");
  spec.rsaBits = 2048;
  EXPECT_EQ(describe(spec).modulus.size(), 512U);
  EXPECT_EQ(describe(spec).exponent, "10001");
}

TEST(Certificate, ARepeatedFieldKeepsItsLastValue) {
  CertificateSpec spec;
  spec.subject = {{"OU", "first"}, {"OU", "last"}, {"CN", "x"}};
  EXPECT_EQ(describe(spec).subject["OU"], "last");
}

TEST(Certificate, AFieldThatSharesAnRdnIsNotTakenForItsOwn) {
  CertificateSpec spec;
  spec.subject = {{"OU", "x"}, {"CN", "admin", true}};
  const auto subject = describe(spec).subject;
  // The encoding decides which of the two comes first; neither may pass for a field of its own.
  EXPECT_EQ(std::distance(subject.begin(), subject.end()), 1);
  EXPECT_NE(subject.begin()->second.find(" + "), std::string::npos);
}

TEST(Certificate, WhatIsNotPlainIsEscaped) {
  CertificateSpec spec;
  spec.subject = {{"CN", std::string("a\nb\x01")}};
  const auto name = describe(spec).subject["CN"];
  EXPECT_EQ(name.find('\n'), std::string::npos);
  EXPECT_EQ(name.find('\x01'), std::string::npos);
  EXPECT_NE(name.find('\\'), std::string::npos);
}

TEST(Certificate, ANameCannotPassForTwo) {
  CertificateSpec spec;
  spec.commonName = "x";
  spec.rawAltNames = std::string("\x30\x14\x82\x12", 4) + "a.test, DNS:b.test";
  const auto names = describe(spec).subjectaltname;
  EXPECT_EQ(names.find(", DNS:b.test"), std::string::npos) << names;
}

TEST(Certificate, SubjectAltNamesAsOpensslPrintsThem) {
  CertificateSpec spec;
  spec.commonName = "x";
  spec.dnsNames = {"a.test", "*.b.test"};
  spec.ips = {"192.0.2.1"};
  EXPECT_EQ(describe(spec).subjectaltname, "DNS:a.test, DNS:*.b.test, IP Address:192.0.2.1");
}

TEST(Certificate, ExtendedKeyUsagesAreDottedNumbers) {
  CertificateSpec spec;
  spec.commonName = "x";
  spec.purpose = Purpose::client;
  EXPECT_EQ(describe(spec).ext_key_usage, std::vector<std::string>{"1.3.6.1.5.5.7.3.2"});
}

TEST(Certificate, AnEmptySubjectAndBrokenNamesDoNoHarm) {
  EXPECT_TRUE(describe(CertificateSpec()).subject.empty());
  CertificateSpec spec;
  spec.rawAltNames = std::string("\x30\x03\x82\x7f\x00", 5);  // longer than it is
  EXPECT_EQ(describe(spec).subjectaltname, "");
  CertificateSpec bmp;
  bmp.subject = {{"CN", std::string("\x00x\x00y", 4), false, true}};
  EXPECT_EQ(describe(bmp).subject["CN"], "xy");
}

}  // namespace
}  // namespace securepair::test
