#include <securepair/crypto/chores.h>

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/err.h>

#include "support/error_of.h"
#include "support/requests.h"

namespace securepair::test {
namespace {

using crypto::createCsr;
using crypto::readCsr;

class Request : public testing::Test {
 protected:
  void TearDown() override { EXPECT_EQ(ERR_peek_error(), 0U) << "left on the queue"; }

  static crypto::CsrInfo read(crypto::CsrOptions options) {
    options.key = key;
    return readCsr(createCsr(options));
  }

  static Error refusal(crypto::CsrOptions options) {
    options.key = key;
    const Error error = errorOf([&] { createCsr(options); });
    EXPECT_NE(error.fix(), "") << error.what();
    EXPECT_NE(error.expected(), "") << error.what();
    return error;
  }

  static Error unreadable(const std::string& csr) {
    const Error error = errorOf([&] { readCsr(csr); });
    EXPECT_NE(error.message().find("`csr`"), std::string::npos) << error.what();
    EXPECT_NE(error.fix(), "") << error.what();
    return error;
  }

  static inline const Buffer key = crypto::generateKey();
};

TEST_F(Request, SaysWhoItIsForAndUnderWhichNames) {
  const auto info = read({.subject = {{"C", "UK"}, {"O", "node.js"}, {"CN", "localhost"}},
                          .altNames = {"*.example.org", "127.0.0.1", "::1"}});
  const std::vector<tls::DistinguishedName::Field> fields(info.subject.begin(), info.subject.end());
  EXPECT_EQ(fields, (std::vector<tls::DistinguishedName::Field>{
                        {"C", "UK"}, {"O", "node.js"}, {"CN", "localhost"}}));
  EXPECT_EQ(info.subjectaltname,
            "DNS:*.example.org, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, DNS:localhost");
  EXPECT_EQ(info.keyType, "EC");
  EXPECT_EQ(info.keyBits, 256);
}

TEST_F(Request, TheCnCountsWhereItIsAName) {
  EXPECT_EQ(read({.subject = "localhost"}).subjectaltname, "DNS:localhost");
  EXPECT_EQ(read({.subject = "192.0.2.1"}).subjectaltname, "IP Address:192.0.2.1");
  EXPECT_EQ(read({.subject = "a client"}).subjectaltname, "");
}

TEST_F(Request, EachNameStandsOnce) {
  EXPECT_EQ(read({.subject = "LocalHost", .altNames = {"localhost", "LOCALHOST", "::1", "0::0:1"}})
                .subjectaltname,
            "DNS:localhost, IP Address:0:0:0:0:0:0:0:1");
}

TEST_F(Request, WithoutASubjectTheFirstNameIsIt) {
  EXPECT_EQ(read({.altNames = {"example.org", "www.example.org"}}).subject["CN"], "example.org");
  EXPECT_EQ(refusal({}).code(), "ERR_MISSING_OPTION");
}

TEST_F(Request, NamesComeAsOneTextOrAsAnyList) {
  EXPECT_EQ(read({.altNames = "localhost"}).subjectaltname, "DNS:localhost");
  const std::vector<std::string> list{"a.test", "b.test"};
  EXPECT_EQ(read({.altNames = list}).subjectaltname, "DNS:a.test, DNS:b.test");
}

TEST_F(Request, SubjectsAreOfAnyFieldsAndInUtf8) {
  const auto info = read({.subject = {{"DC", "org"},
                                      {"OU", "\xC3\x84pfel"},
                                      {"emailAddress", "a@example.org"},
                                      {"2.5.4.12", "Dr."},
                                      {"CN", "somebody"}}});
  EXPECT_EQ(info.subject["DC"], "org");
  EXPECT_EQ(info.subject["OU"], "\\C3\\84pfel");
  EXPECT_EQ(info.subject["emailAddress"], "a@example.org");
  EXPECT_EQ(info.subject["title"], "Dr.");
}

TEST_F(Request, WhatIsNoNameIsRefused) {
  for (const std::string& name :
       {std::string(),
        std::string("a b"),
        std::string("*"),
        std::string("*.org"),
        std::string("w*.example.org"),
        std::string("a.*.example.org"),
        std::string("a..b"),
        std::string(".a"),
        std::string("example.org."),
        std::string("-a.test"),
        std::string("a-.test"),
        std::string("\xC3\xA4.test"),
        std::string("[::1]"),
        std::string("https://a.test"),
        std::string("a.test:443"),
        std::string("127.0.0.256"),
        std::string("10.0.0.0/8"),
        std::string("1.2.3"),
        std::string("a@b.test"),
        std::string("a.test\0.b.test", 14),
        std::string("a,DNS:b"),
        std::string(64, 'a') + ".test",
        std::string(250, 'a').replace(60, 1, ".").replace(120, 1, ".").replace(180, 1, ".") +
            ".test"}) {
    const Error error = refusal({.subject = "x", .altNames = {"localhost", name}});
    EXPECT_EQ(error.code(), "ERR_INVALID_ALTNAME") << error.what();
    EXPECT_NE(error.message().find("`altNames`"), std::string::npos) << error.what();
  }
  EXPECT_NE(refusal({.altNames = "\xC3\xA4.test"}).fix().find("xn--"), std::string::npos);
}

TEST_F(Request, WhatIsNoSubjectIsRefused) {
  for (const crypto::Subject& subject : std::vector<crypto::Subject>{
           {{"C", "Britain"}},
           {{"XX", "value"}},
           {{"", "value"}},
           {{"O", ""}},
           {{"O", "\xFF"}},
           {{"CN", std::string("localhost\0.example.org", 22)}},
           {{"CN", "two\nlines"}},
           std::string(65, 'x'),
           "/CN=localhost/O=node.js",
       }) {
    const Error error = refusal({.subject = subject});
    EXPECT_EQ(error.code(), "ERR_INVALID_SUBJECT") << error.what();
    EXPECT_NE(error.message().find("`subject`"), std::string::npos) << error.what();
  }
}

TEST_F(Request, IsMadeWithAnyKey) {
  const std::vector<crypto::KeyOptions> kinds{{.type = crypto::KeyType::rsa},
                                              {.bits = 384},
                                              {.bits = 521},
                                              {.type = crypto::KeyType::ed25519},
                                              {.passphrase = "correct horse"}};
  for (const auto& kind : kinds) {
    const Buffer csr = createCsr(
        {.key = generateKey(kind), .passphrase = kind.passphrase, .subject = "localhost"});
    EXPECT_EQ(readCsr(csr).subject["CN"], "localhost");
  }
}

TEST_F(Request, NeedsAKeyThatCanBeRead) {
  EXPECT_EQ(errorOf([] { createCsr({.subject = "x"}); }).code(), "ERR_INVALID_KEY");
  const Buffer sealed = crypto::generateKey({.passphrase = "correct horse"});
  EXPECT_EQ(errorOf([&] { createCsr({.key = sealed, .subject = "x"}); }).code(),
            "ERR_PASSPHRASE_REQUIRED");
}

TEST_F(Request, OfAnotherProgramIsRead) {
  const auto info =
      readCsr(makeRequest({.kind = "RSA 1024",
                           .subject = {{.field = "CN", .value = "a"}, {.field = "O", .value = "b"}},
                           .extensions = {{"subjectAltName", "email:a@example.org,DNS:a.test"},
                                          {"basicConstraints", "critical,CA:TRUE"}}}));
  EXPECT_EQ(info.subject["O"], "b");
  EXPECT_EQ(info.subjectaltname, "email:a@example.org, DNS:a.test");
  EXPECT_EQ(info.keyType, "RSA");
  EXPECT_EQ(info.keyBits, 1024);
  EXPECT_TRUE(readCsr(makeRequest({.subject = {}})).subject.empty());
}

TEST_F(Request, SignedByNobodyWhoHasTheKeyIsRefused) {
  EXPECT_EQ(unreadable(makeRequest({.isForged = true})).code(), "ERR_CSR_SIGNATURE");
}

TEST_F(Request, WithAKeyThatNoCertificateCanHaveIsRefused) {
  for (const std::string kind : {"DSA", "P-256 written out"}) {
    const Error error = unreadable(makeRequest({.kind = kind}));
    EXPECT_EQ(error.code(), "ERR_INVALID_CSR") << error.what();
    EXPECT_NE(error.message().find("key"), std::string::npos) << error.what();
    EXPECT_NE(error.got(), "") << error.what();
  }
}

TEST_F(Request, ThatNamesItsNamesTwiceIsRefused) {
  EXPECT_EQ(unreadable(makeRequest({.extensions = {{"subjectAltName", "DNS:a.test"},
                                                   {"subjectAltName", "DNS:b.test"}}}))
                .code(),
            "ERR_INVALID_CSR");
  EXPECT_EQ(unreadable(makeRequest({.extensions = {{"subjectAltName", "DER:0403020100"}}})).code(),
            "ERR_INVALID_CSR");
}

TEST_F(Request, SaysWhatItGotInstead) {
  const std::string csr = createCsr({.key = key, .subject = "localhost"}).toString();
  std::string damaged = csr;
  damaged.replace(60, 4, "????");
  struct Wrong {
    std::string content;
    std::string got;
  };
  for (const Wrong& wrong : std::vector<Wrong>{{"", "nothing"},
                                               {key.toString(), "PRIVATE KEY"},
                                               {selfSigned("localhost").cert, "CERTIFICATE"},
                                               {derOf(csr), "request in DER"},
                                               {"csr.pem", "name of a file"},
                                               {damaged, "damaged"},
                                               {csr + csr, "2"},
                                               {"-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n"
                                                "-----END CERTIFICATE REQUEST-----\n",
                                                "damaged"}}) {
    const Error error = unreadable(wrong.content);
    EXPECT_EQ(error.code(), "ERR_INVALID_CSR") << error.what();
    EXPECT_NE(error.got().find(wrong.got), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace securepair::test
