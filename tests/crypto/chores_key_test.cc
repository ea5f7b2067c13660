#include <securepair/crypto/chores.h>
#include <securepair/fs.h>

#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/err.h>

#include "crypto/kdf_cost.h"
#include "crypto/key_kind.h"
#include "crypto/pem_blocks.h"
#include "crypto/private_key.h"
#include "support/child.h"
#include "support/error_of.h"

namespace securepair::test {
namespace {

using crypto::generateKey;
using crypto::KeyType;
using crypto::readKey;

class NewKey : public testing::Test {
 protected:
  void TearDown() override { EXPECT_EQ(ERR_peek_error(), 0U) << "left on the queue"; }

  static std::string kindOf(const crypto::KeyOptions& options) {
    return crypto::kindOf(readKey(generateKey(options), options.passphrase).get());
  }
};

TEST_F(NewKey, IsOfTheKindThatIsAskedFor) {
  EXPECT_EQ(kindOf({}), "EC of 256 bits");
  EXPECT_EQ(kindOf({.bits = 384}), "EC of 384 bits");
  EXPECT_EQ(kindOf({.type = KeyType::ec, .bits = 521}), "EC of 521 bits");
  EXPECT_EQ(kindOf({.type = KeyType::rsa}), "RSA of 2048 bits");
  EXPECT_EQ(kindOf({.type = KeyType::rsa, .bits = 2056}), "RSA of 2056 bits");
  EXPECT_EQ(kindOf({.type = KeyType::ed25519}), "ED25519 of 256 bits");
}

TEST_F(NewKey, IsAnotherOneEachTime) { EXPECT_FALSE(generateKey() == generateKey()); }

TEST_F(NewKey, OfASizeThatThereIsNotIsRefused) {
  for (const crypto::KeyOptions& options :
       std::vector<crypto::KeyOptions>{{.bits = 255},
                                       {.type = KeyType::rsa, .bits = -2048},
                                       {.type = KeyType::rsa, .bits = 1023, .allowSmallKey = true},
                                       {.type = KeyType::rsa, .bits = 16385},
                                       {.type = KeyType::ed25519, .bits = 256}}) {
    const Error error = errorOf([&] { generateKey(options); });
    EXPECT_EQ(error.code(), "ERR_OUT_OF_RANGE");
    EXPECT_NE(error.message().find("`bits`"), std::string::npos) << error.what();
    EXPECT_EQ(error.got(), std::to_string(*options.bits));
    EXPECT_NE(error.expected(), "");
  }
}

TEST_F(NewKey, OfThePagesSizeIsRefusedWithBothWaysOut) {
  const Error error = errorOf([] { generateKey({.type = KeyType::rsa, .bits = 1024}); });
  EXPECT_EQ(error.code(), "ERR_KEY_TOO_SMALL");
  EXPECT_EQ(error.got(), "1024");
  EXPECT_NE(error.fix().find("2048"), std::string::npos) << error.what();
  EXPECT_NE(error.fix().find("`allowSmallKey`"), std::string::npos) << error.what();
  EXPECT_NE(error.fix().find("`securityLevel`"), std::string::npos) << error.what();
  EXPECT_EQ(kindOf({.type = KeyType::rsa, .bits = 1024, .allowSmallKey = true}),
            "RSA of 1024 bits");
}

TEST_F(NewKey, IsEncrypted) {
  const Buffer key = generateKey({.passphrase = "correct horse"});
  EXPECT_TRUE(key.text().starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));
  EXPECT_NE(readKey(key, "correct horse"), nullptr);
  EXPECT_EQ(errorOf([&] { readKey(key, "wrong horse"); }).code(), "ERR_WRONG_PASSPHRASE");
  EXPECT_EQ(errorOf([&] { readKey(key, ""); }).code(), "ERR_PASSPHRASE_REQUIRED");

  const auto pem = crypto::readPem(key);
  const unsigned char* der = pem.blocks.front().der.get();
  const crypto::X509SigPtr sealed(d2i_X509_SIG(nullptr, &der, pem.blocks.front().size()));
  const X509_ALGOR* algorithm = nullptr;
  X509_SIG_get0(sealed.get(), &algorithm, nullptr);
  EXPECT_GE(crypto::roundsOf(algorithm), 100'000U);
}

TEST_F(NewKey, HasNoPassphraseThatOtherProgramsWouldCutOff) {
  const Error error =
      errorOf([] { generateKey({.passphrase = std::string("correct\0horse", 13)}); });
  EXPECT_EQ(error.code(), "ERR_INVALID_PASSPHRASE");
  EXPECT_EQ(std::string(error.what()).find("horse"), std::string::npos);
}

TEST_F(NewKey, IsWrittenForItsOwnerAloneAndOverwritesNothing) {
  const std::string path = ownFolder() + "/key.pem";
  const Buffer key = generateKey();
  crypto::writeKeyFile(path, key);
  EXPECT_EQ(fs::readFileSync(path), key);
  EXPECT_EQ(std::filesystem::status(path).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  EXPECT_EQ(errorOf([&] { crypto::writeKeyFile(path, generateKey()); }).code(), "EEXIST");
  EXPECT_EQ(fs::readFileSync(path), key);
}

}  // namespace
}  // namespace securepair::test
