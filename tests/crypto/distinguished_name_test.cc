#include "crypto/distinguished_name.h"

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace securepair::test {
namespace {

struct Part {
  std::string field;
  std::string value;
  int type = MBSTRING_UTF8;
  bool inSameRdn = false;
};

crypto::X509NamePtr nameOf(const std::vector<Part>& parts) {
  crypto::X509NamePtr name(X509_NAME_new());
  for (const Part& part : parts) {
    EXPECT_EQ(X509_NAME_add_entry_by_txt(name.get(), part.field.c_str(), part.type,
                                         reinterpret_cast<const unsigned char*>(part.value.data()),
                                         static_cast<int>(part.value.size()), -1,
                                         part.inSameRdn ? -1 : 0),
              1);
  }
  return name;
}

std::string valueIn(const Part& part) { return crypto::fieldsOf(nameOf({part}).get())[part.field]; }

TEST(DistinguishedName, KeepsTheOrderAndTheLastValue) {
  const auto name = nameOf({{"C", "UK"}, {"OU", "first"}, {"CN", "x"}, {"OU", "last"}});
  std::vector<std::pair<std::string, std::string>> fields;
  for (const auto& field : crypto::fieldsOf(name.get())) fields.push_back(field);
  const std::vector<std::pair<std::string, std::string>> expected{
      {"C", "UK"}, {"OU", "last"}, {"CN", "x"}};
  EXPECT_EQ(fields, expected);
  EXPECT_EQ(crypto::lineOf(name.get()), "C=UK, OU=first, CN=x, OU=last");
}

TEST(DistinguishedName, UnknownFieldsAreDottedNumbers) {
  EXPECT_EQ(valueIn({"1.2.3.4.5", "x"}), "x");
  EXPECT_EQ(valueIn({"emailAddress", "a@b"}), "a@b");
}

TEST(DistinguishedName, EscapesWhatIsNotPlain) {
  EXPECT_EQ(valueIn({"CN",
                     "b\xC3\xBC"
                     "cher"}),
            "b\\C3\\BCcher");
  EXPECT_EQ(valueIn({"CN", std::string("a\0b\nc\x7F", 6)}), "a\\00b\\0Ac\\7F");
  EXPECT_EQ(valueIn({"CN", "a\\b"}), "a\\\\b");
  EXPECT_EQ(valueIn({"CN", "a\\00b"}), "a\\\\00b") << "not what a NUL gives";
  EXPECT_EQ(valueIn({"CN", "C++, \"x\"/y"}), "C++, \"x\"/y");
}

TEST(DistinguishedName, ReadsEveryKindOfText) {
  EXPECT_EQ(valueIn({"CN", std::string("\0a\x20\xAC", 4), V_ASN1_BMPSTRING}), "a\\E2\\82\\AC");
  EXPECT_EQ(valueIn({"CN", std::string("\0\0\0a", 4), V_ASN1_UNIVERSALSTRING}), "a");
  EXPECT_EQ(valueIn({"CN", "\xE4", V_ASN1_T61STRING}), "\\C3\\A4");
  EXPECT_EQ(valueIn({"CN", "plain", V_ASN1_PRINTABLESTRING}), "plain");
  EXPECT_EQ(valueIn({"CN", "", V_ASN1_UTF8STRING}), "");
}

TEST(DistinguishedName, WhatIsNoTextIsShownAsItIs) {
  EXPECT_EQ(valueIn({"CN", "\xFF\xFE", V_ASN1_UTF8STRING}), "\\FF\\FE");
  EXPECT_EQ(valueIn({"CN", "bits", V_ASN1_BIT_STRING}), "bits");
}

TEST(DistinguishedName, FieldsOfOneRdnStandInTheValueOfTheFirst) {
  const auto name = nameOf({{"O", "x"}, {"OU", "a"}, {"CN", "admin", MBSTRING_UTF8, true}});
  const auto fields = crypto::fieldsOf(name.get());
  EXPECT_EQ(fields["OU"], "a + CN=admin");
  EXPECT_EQ(fields["CN"], "");
}

TEST(DistinguishedName, AValueCannotPassForFieldsOfOneRdn) {
  EXPECT_EQ(valueIn({"OU", "a + CN=admin"}), "a \\2B CN=admin");
  EXPECT_EQ(valueIn({"OU", "a + + b"}), "a \\2B \\2B b");
  EXPECT_EQ(valueIn({"OU", "C++ + x"}), "C++ \\2B x");
}

TEST(DistinguishedName, AValueCannotPassForFurtherFieldsOfALine) {
  EXPECT_EQ(crypto::lineOf(nameOf({{"O", "x, CN=admin"}}).get()), "O=x\\2C CN=admin");
  EXPECT_EQ(crypto::lineOf(nameOf({{"O", "x/CN=admin"}}).get(), "/"), "O=x\\2FCN=admin");
  EXPECT_EQ(crypto::lineOf(nameOf({}).get()), "");
}

TEST(DistinguishedName, IsSetAndAsked) {
  tls::DistinguishedName name;
  EXPECT_TRUE(name.empty());
  name.set("CN", "x");
  name.set("O", "y");
  name.set("CN", "z");
  EXPECT_EQ(name["CN"], "z");
  EXPECT_EQ(name["O"], "y");
  EXPECT_EQ(name["OU"], "");
  EXPECT_EQ(std::distance(name.begin(), name.end()), 2);
}

}  // namespace
}  // namespace securepair::test
