#include "crypto/alt_names.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/err.h>

namespace securepair::test {
namespace {

// One ASN.1 value; none here is longer than 65,535 bytes.
std::string der(int tag, const std::string& content) {
  std::string result(1, static_cast<char>(tag));
  const std::size_t size = content.size();
  if (size >= 0x100) {
    result += "\x82";
    result += static_cast<char>(size >> 8);
  } else if (size >= 0x80) {
    result += "\x81";
  }
  result += static_cast<char>(size);
  return result + content;
}

// What is told of a certificate with this extension.
std::string told(const std::string& extension) {
  const crypto::X509Ptr certificate(X509_new());
  const crypto::OpensslPtr<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free> octets(
      ASN1_OCTET_STRING_new());
  ASN1_OCTET_STRING_set(octets.get(), reinterpret_cast<const unsigned char*>(extension.data()),
                        static_cast<int>(extension.size()));
  const crypto::OpensslPtr<X509_EXTENSION, X509_EXTENSION_free> made(
      X509_EXTENSION_create_by_NID(nullptr, NID_subject_alt_name, 0, octets.get()));
  X509_add_ext(certificate.get(), made.get(), -1);
  const std::string text = crypto::altNameText(certificate.get());
  ERR_clear_error();
  return text;
}

std::string toldOf(const std::string& names) { return told(der(0x30, names)); }

constexpr int dns = 0x82;
constexpr int ip = 0x87;

TEST(AltNames, AsOpensslPrintsThem) {
  EXPECT_EQ(toldOf(der(dns, "a.test") + der(dns, "*.b.test")), "DNS:a.test, DNS:*.b.test");
  EXPECT_EQ(toldOf(der(0x86, "http://a/?b=c")), "URI:http://a/?b=c");
  EXPECT_EQ(toldOf(der(0x81, "a@b.test")), "email:a@b.test");
  EXPECT_EQ(toldOf(der(0x88, "\x2A\x03\x04")), "Registered ID:1.2.3.4");
}

TEST(AltNames, Addresses) {
  EXPECT_EQ(toldOf(der(ip, "\xC0\xFF\x02\x01")), "IP Address:192.255.2.1");
  const std::string version6("\x20\x01\x0D\xB8\0\0\0\0\0\0\0\0\0\0\0\x01", 16);
  EXPECT_EQ(toldOf(der(ip, version6)), "IP Address:2001:DB8:0:0:0:0:0:1");
  for (const std::size_t size : {0U, 3U, 5U, 15U, 17U, 32U}) {
    EXPECT_EQ(toldOf(der(ip, std::string(size, 'x'))), "IP Address:<invalid>");
  }
}

TEST(AltNames, OneCannotPassForTwo) {
  EXPECT_EQ(toldOf(der(dns, "a, DNS:b")), "DNS:a\\2C DNS:b");
  EXPECT_EQ(toldOf(der(dns, std::string("good\0.evil", 10))), "DNS:good\\00.evil");
  EXPECT_EQ(toldOf(der(0x86, "http://a/, DNS:b")), "URI:http://a/\\2C DNS:b");
  EXPECT_EQ(toldOf(der(dns, "a\xC3\xBC\"'\\")), "DNS:a\\C3\\BC\\22\\27\\\\");
  const auto directory = [](const std::string& commonName) {
    const std::string attribute = der(0x06, "\x55\x04\x03") + der(0x0C, commonName);
    return toldOf(der(0xA4, der(0x30, der(0x31, der(0x30, attribute)))));
  };
  EXPECT_EQ(directory("x"), "DirName:/CN=x");
  EXPECT_EQ(directory("x, DNS:b"), "DirName:/CN=x\\2C DNS:b");
  EXPECT_EQ(directory("x/CN=y"), "DirName:/CN=x\\2FCN=y");
}

TEST(AltNames, OfUnknownKindsAreNamed) {
  EXPECT_EQ(toldOf(der(0xA0, der(0x06, "\x2A\x03") + der(0xA0, der(0x0C, "x")))),
            "othername:<unsupported>");
}

TEST(AltNames, ThatCannotBeReadAreNone) {
  for (const std::string& extension :
       {std::string(), std::string("\x30\x7F"), std::string("\x30\x03\x82\x7F\x00", 5),
        der(0x31, der(dns, "a")), std::string("a.test")}) {
    EXPECT_EQ(told(extension), "");
  }
  EXPECT_EQ(toldOf(""), "");
}

TEST(AltNames, ManyAndLongOnesDoNoHarm) {
  std::string names;
  for (int i = 0; i < 2000; ++i) names += der(dns, "name" + std::to_string(i) + ".test");
  EXPECT_TRUE(toldOf(names).ends_with(", DNS:name1999.test"));
  EXPECT_EQ(toldOf(der(dns, std::string(60000, 'x'))).size(), 60004U);
}

}  // namespace
}  // namespace securepair::test
