#include "crypto/pem.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/err.h>

#include "crypto/certificate.h"
#include "support/certificates.h"
#include "support/error_of.h"

namespace securepair::test {
namespace {

using crypto::CaList;
using crypto::readCas;
using crypto::readChain;
using crypto::readCrls;

struct Wrong {
  std::string what;
  std::string content;
  std::string got;  ///< a part of it
  std::string fix;
};

class Pem : public testing::Test {
 protected:
  void TearDown() override { EXPECT_EQ(ERR_peek_error(), 0U) << "left on the queue"; }

  static std::string withCrlf(const std::string& text) {
    std::string result;
    for (const char c : text) result += c == '\n' ? "\r\n" : std::string(1, c);
    return result;
  }

  static std::string damaged(std::string pem) {
    pem.replace(pem.find('\n') + 10, 4, "!!!!");
    return pem;
  }

  // Base64 that is in order, of what is no certificate.
  static std::string nonsense(const std::string& label) {
    return "-----BEGIN " + label + "-----\nAAAA\n-----END " + label + "-----\n";
  }

  static inline const Authority authority = makeAuthority();
  static inline const Identity identity = issue(authority, "localhost");
};

TEST_F(Pem, ReadsAChainInItsOrder) {
  const auto chain = readChain(identity.cert + authority.own.cert);
  ASSERT_EQ(chain.size(), 2U);
  EXPECT_EQ(crypto::subjectOf(chain[0].get()), "CN=localhost");
  EXPECT_EQ(crypto::subjectOf(chain[1].get()), "CN=Test Root");
}

TEST_F(Pem, ToleratesWhatStandsAroundTheBlocks) {
  const std::string& cert = identity.cert;
  for (const std::string& text :
       {withCrlf(cert), "\xEF\xBB\xBF" + cert, "subject=/CN=localhost\n\n" + cert + "\n# the end\n",
        cert.substr(0, cert.size() - 1), identity.key + cert, cert + identity.key,
        "\n\n" + cert + "\n\n"}) {
    EXPECT_EQ(readChain(text).size(), 1U) << text;
  }
}

TEST_F(Pem, ReadsEveryBlockOfEveryItem) {
  const auto other = makeAuthority("Other Root");
  EXPECT_EQ(readCas({authority.own.cert + other.own.cert, identity.cert}).size(), 3U);
  EXPECT_EQ(readCas(authority.own.cert).size(), 1U);
}

TEST_F(Pem, KnowsOtherNamesOfACertificate) {
  std::string old = authority.own.cert;
  for (auto at = old.find(" CERT"); at != std::string::npos; at = old.find(" CERT", at + 10)) {
    old.insert(at, " X509");
  }
  EXPECT_EQ(readCas(old).size(), 1U);
  std::string trusted = authority.own.cert;
  for (auto at = trusted.find(" CERT"); at != std::string::npos;
       at = trusted.find(" CERT", at + 13)) {
    trusted.insert(at, " TRUSTED");
  }
  EXPECT_EQ(readCas(trusted).size(), 1U);
}

TEST_F(Pem, SaysWhatItGotInPlaceOfACertificate) {
  const std::string der = derOf(identity.cert);
  const std::string csr = nonsense("CERTIFICATE REQUEST");
  for (const Wrong& wrong : std::vector<Wrong>{
           {"DER", der, "certificate in DER", "openssl x509 -inform DER"},
           {"a key", identity.key, "PRIVATE KEY", "`key`"},
           {"a request", csr, "CERTIFICATE REQUEST", "openssl x509 -req"},
           {"PKCS#7", nonsense("PKCS7"), "PKCS7", "openssl pkcs7 -print_certs"},
           {"a PFX", pfx(identity), "PFX", "`pfx`"},
           {"a file's name", "server-cert.pem", "name of a file", "readFileSync"},
           {"UTF-16", std::string("\xFF\xFE-\0-\0", 6), "UTF-16", "UTF-8"},
           {"text", "no\nPEM\n", "without a PEM block", "openssl"},
           {"a list", makeCrl(authority), "X509 CRL", "`crl`"},
           {"damage", damaged(identity.cert), "damaged PEM block", "openssl x509"},
           {"nonsense", nonsense("CERTIFICATE"), "damaged PEM block", "openssl x509"},
           {"one good, one bad", identity.cert + damaged(authority.own.cert), "damaged", "openssl"},
           {"cut off", identity.cert.substr(0, 200), "damaged", "openssl"},
           {"binary", std::string("\x30\x82\0\0", 4), "DER", "openssl"},
       }) {
    const Error error = errorOf([&] { readChain(wrong.content); });
    EXPECT_EQ(error.code(), "ERR_INVALID_CERTIFICATE") << wrong.what;
    EXPECT_NE(error.message().find("`cert`"), std::string::npos) << error.what();
    EXPECT_NE(error.got().find(wrong.got), std::string::npos) << wrong.what << ": " << error.what();
    EXPECT_NE(error.fix().find(wrong.fix), std::string::npos) << wrong.what << ": " << error.what();
  }
}

TEST_F(Pem, NamesTheItem) {
  const auto messageOf = [](const CaList& ca) { return errorOf([&] { readCas(ca); }).message(); };
  EXPECT_NE(messageOf({authority.own.cert, identity.cert, "nothing"}).find("`ca[2]`"),
            std::string::npos);
  EXPECT_NE(messageOf("nothing").find("`ca`"), std::string::npos);
  EXPECT_NE(messageOf({authority.own.cert, ""}).find("`ca[1]`"), std::string::npos);
}

TEST_F(Pem, RefusesAnEmptyList) {
  const Error ca = errorOf([] { readCas(std::vector<std::string>()); });
  EXPECT_EQ(ca.code(), "ERR_EMPTY_LIST");
  EXPECT_NE(ca.message().find("`ca`"), std::string::npos);
  const Error crl = errorOf([] { readCrls(std::vector<std::string>()); });
  EXPECT_EQ(crl.code(), "ERR_EMPTY_LIST");
  EXPECT_NE(crl.message().find("`crl`"), std::string::npos);
}

TEST_F(Pem, ReadsRevocationLists) {
  const std::string list = makeCrl(authority);
  EXPECT_EQ(readCrls({list + list, list}).size(), 3U);
  for (const std::string& wrong : {identity.cert, derOf(list), damaged(list), std::string("x")}) {
    const Error error = errorOf([&] { readCrls({list, wrong}); });
    EXPECT_EQ(error.code(), "ERR_INVALID_CRL");
    EXPECT_NE(error.message().find("`crl[1]`"), std::string::npos);
    EXPECT_NE(error.fix(), "");
  }
}

TEST_F(Pem, ToldContentIsNoSecret) {
  // Of a content that is refused, nothing is told but labels.
  const std::string body = identity.key.substr(identity.key.find('\n') + 1, 40);
  const Error error = errorOf([] { readChain(identity.key); });
  EXPECT_EQ(std::string(error.what()).find(body), std::string::npos);
  const Error text = errorOf([] { readChain("hunter2"); });
  EXPECT_EQ(std::string(text.what()).find("hunter2"), std::string::npos);
}

}  // namespace
}  // namespace securepair::test
