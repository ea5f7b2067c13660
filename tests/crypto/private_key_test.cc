#include "crypto/private_key.h"

#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/err.h>

#include "crypto/kdf_cost.h"
#include "support/certificates.h"
#include "support/error_of.h"

namespace securepair::test {
namespace {

using crypto::readKey;

class PrivateKey : public testing::Test {
 protected:
  void TearDown() override { EXPECT_EQ(ERR_peek_error(), 0U) << "left on the queue"; }

  static std::string codeFor(const std::string& key, const std::string& passphrase = {}) {
    const Error error = errorOf([&] { readKey(key, passphrase); });
    EXPECT_NE(error.fix(), "") << error.what();
    if (!passphrase.empty()) {
      EXPECT_EQ(std::string(error.what()).find(passphrase), std::string::npos);
    }
    return error.code();
  }

  static inline const Identity identity = selfSigned("localhost");
};

TEST_F(PrivateKey, OfEveryKind) {
  EXPECT_NE(readKey(identity.key, ""), nullptr);
  EXPECT_EQ(EVP_PKEY_get_bits(readKey(selfSigned({.rsaBits = 2048}).key, "").get()), 2048);
}

TEST_F(PrivateKey, StandsAnywhereInTheText) {
  const std::string parameters =
      "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
  for (const std::string& text :
       {identity.cert + identity.key, parameters + identity.key, "\xEF\xBB\xBF" + identity.key,
        "Bag Attributes\n    localKeyID: 01\n" + identity.key}) {
    EXPECT_NE(readKey(text, ""), nullptr);
  }
}

TEST_F(PrivateKey, IsDecrypted) {
  for (const std::string& key : {encryptKey(identity.key, "correct horse"),
                                 encryptKeyTraditionally(identity.key, "correct horse")}) {
    EXPECT_EQ(EVP_PKEY_eq(readKey(key, "correct horse").get(), readKey(identity.key, "").get()), 1);
    EXPECT_EQ(codeFor(key), "ERR_PASSPHRASE_REQUIRED");
    EXPECT_EQ(codeFor(key, "wrong horse"), "ERR_WRONG_PASSPHRASE");
    EXPECT_EQ(codeFor(key, std::string(5000, 'x')), "ERR_WRONG_PASSPHRASE");
  }
  const std::string longPassphrase(1000, 'p');
  EXPECT_NE(readKey(encryptKey(identity.key, longPassphrase), longPassphrase), nullptr);
}

TEST_F(PrivateKey, EveryWrongPassphraseIsRecognized) {
  // Some decrypt to something: one in 256 ends in what could be padding.
  for (const std::string& key :
       {encryptKey(identity.key, "right"), encryptKeyTraditionally(identity.key, "right")}) {
    for (int i = 0; i < 300; ++i) {
      ASSERT_EQ(codeFor(key, "wrong " + std::to_string(i)), "ERR_WRONG_PASSPHRASE") << i;
    }
  }
}

TEST_F(PrivateKey, APassphraseThatIsNotNeededDoesNoHarm) {
  EXPECT_NE(readKey(identity.key, "unneeded"), nullptr);
}

TEST_F(PrivateKey, SaysWhatItGotInstead) {
  struct Wrong {
    std::string content;
    std::string got;
    std::string fix;
  };
  std::string cut = identity.key;
  cut.replace(40, 4, "????");
  for (const Wrong& wrong : std::vector<Wrong>{
           {identity.cert, "CERTIFICATE", "`cert`"},
           {"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "PUBLIC KEY",
            "private"},
           {"-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n",
            "OPENSSH", "ssh-keygen -p -m PEM"},
           {"PuTTY-User-Key-File-3: ssh-rsa\n", "PuTTY", "puttygen"},
           {derOf(identity.key), "private key in DER", "openssl pkey -inform DER"},
           {derOf(encryptKey(identity.key, "x")), "private key in DER", "openssl pkey -inform DER"},
           {pfx(identity), "PFX", "`pfx`"},
           {"server-key.pem", "name of a file", "readFileSync"},
           {cut, "damaged", "openssl pkey"},
           {"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "damaged",
            "openssl pkey"},
       }) {
    const Error error = errorOf([&] { readKey(wrong.content, ""); });
    EXPECT_EQ(error.code(), "ERR_INVALID_KEY") << error.what();
    EXPECT_NE(error.message().find("`key`"), std::string::npos) << error.what();
    EXPECT_NE(error.got().find(wrong.got), std::string::npos) << error.what();
    EXPECT_NE(error.fix().find(wrong.fix), std::string::npos) << error.what();
  }
}

// PKCS#8 whose salt and ciphertext are nonsense: what it asks for is refused before it is done.
std::string keyWithRounds(long rounds, bool scrypt) {
  const crypto::OpensslPtr<X509_ALGOR, X509_ALGOR_free> algorithm(
      scrypt ? PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), nullptr, 0, nullptr, 16384, 1,
                                     static_cast<std::uint64_t>(rounds) / 16384)
             : PKCS5_pbe2_set(EVP_aes_256_cbc(), static_cast<int>(rounds), nullptr, 0));
  std::string body(64, 'x');
  const crypto::OpensslPtr<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free> octets(
      ASN1_OCTET_STRING_new());
  ASN1_OCTET_STRING_set(octets.get(), reinterpret_cast<const unsigned char*>(body.data()), 64);
  unsigned char* parts[2] = {nullptr, nullptr};
  const int first = i2d_X509_ALGOR(algorithm.get(), &parts[0]);
  const int second = i2d_ASN1_OCTET_STRING(octets.get(), &parts[1]);
  std::string content(reinterpret_cast<char*>(parts[0]), static_cast<std::size_t>(first));
  content.append(reinterpret_cast<char*>(parts[1]), static_cast<std::size_t>(second));
  OPENSSL_free(parts[0]);
  OPENSSL_free(parts[1]);
  std::string der("\x30\x81", 2);
  der += static_cast<char>(content.size());
  der += content;
  std::string base64(4 * ((der.size() + 2) / 3) + 1, '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(base64.data()),
                  reinterpret_cast<const unsigned char*>(der.data()), static_cast<int>(der.size()));
  base64.pop_back();
  for (std::size_t at = 64; at < base64.size(); at += 65) base64.insert(at, "\n");
  return "-----BEGIN ENCRYPTED PRIVATE KEY-----\n" + base64 +
         "\n-----END ENCRYPTED PRIVATE KEY-----\n";
}

TEST_F(PrivateKey, ThatAsksForTooMuchWorkIsRefusedAtOnce) {
  const auto start = std::chrono::steady_clock::now();
  for (const std::string& key :
       {keyWithRounds(2'000'000'000, false), keyWithRounds(1L << 26, true)}) {
    const Error error = errorOf([&] { readKey(key, "x"); });
    EXPECT_EQ(error.code(), "ERR_INVALID_KEY") << error.what();
    EXPECT_NE(error.message().find("work"), std::string::npos) << error.what();
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
  EXPECT_EQ(codeFor(keyWithRounds(2048, false), "hunter2"), "ERR_WRONG_PASSPHRASE");
  EXPECT_EQ(codeFor(keyWithRounds(1L << 15, true), "hunter2"), "ERR_WRONG_PASSPHRASE");
}

}  // namespace
}  // namespace securepair::test
