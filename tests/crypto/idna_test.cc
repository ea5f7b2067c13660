#include "crypto/idna.h"

#include <string>

#include <gtest/gtest.h>

namespace securepair::test {
namespace {

using crypto::asciiName;

TEST(Idna, AnAsciiNameStaysAsItIs) {
  for (const char* name :
       {"", "example.test", "EXAMPLE.test.", "xn--bcher-kva.test", "192.0.2.1"}) {
    EXPECT_EQ(asciiName(name), name);
  }
}

TEST(Idna, OtherScriptsHaveAnAsciiForm) {
  EXPECT_EQ(asciiName("bücher.test"), "xn--bcher-kva.test");
  EXPECT_EQ(asciiName("a.bücher.Test."), "a.xn--bcher-kva.test.");
  EXPECT_EQ(asciiName("straße.test"), "xn--strae-oqa.test");
  EXPECT_EQ(asciiName("ü"), "xn--tda");
  EXPECT_EQ(asciiName("例え.テスト"), "xn--r8jz45g.xn--zckzah");
  EXPECT_EQ(asciiName("пример.испытание"), "xn--e1afmkfd.xn--80akhbyknj4f");
  EXPECT_EQ(asciiName("☃.test"), "xn--n3h.test");
  EXPECT_EQ(asciiName("😀.test"), "xn--e28h.test");
}

// The examples of RFC 3492, section 7.1, in which one letter decides on all that follow.
TEST(Idna, LongLabelsAreEncodedAsTheRfcHasThem) {
  EXPECT_EQ(asciiName("ليهمابتكلموشعربي؟"), "xn--egbpdaj6bu4bxfgehfvwxn");
  EXPECT_EQ(asciiName("他们为什么不说中文"), "xn--ihqwcrb4cv8a8dqg056pqjye");
  EXPECT_EQ(asciiName("למההםפשוטלאמדבריםעברית"), "xn--4dbcagdahymbxekheh6e0a7fei0b");
}

TEST(Idna, CaseAndDotsOfOtherScriptsAreFolded) {
  EXPECT_EQ(asciiName("BÜCHER.TEST"), "xn--bcher-kva.test");
  EXPECT_EQ(asciiName("ПРИМЕР.test"), "xn--e1afmkfd.test");
  EXPECT_EQ(asciiName("bücher。test"), "xn--bcher-kva.test");
}

TEST(Idna, WhatIsNoTextOrTooLongStaysAndIsNoName) {
  std::string tooLong;
  for (int i = 0; i < 60; ++i) tooLong += "ü";
  for (const std::string& name :
       {std::string("b\xFC"
                    "cher.test"),
        std::string("\xC3"), std::string("\xED\xA0\x80"), std::string("\xC0\xAF"),
        std::string("\xF5\x80\x80\x80"), std::string("\xE2\x82"), tooLong + ".test",
        std::string(64, 'a') + ".ü"}) {
    EXPECT_EQ(asciiName(name), name);
  }
}

}  // namespace
}  // namespace securepair::test
