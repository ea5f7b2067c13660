// TLS 1.2's records, as libssl has EVP make and open them: in place, with a part of the IV in front
// and the tag behind.
#include <optional>
#include <string>

#include <openssl/err.h>

#include "aead/evp.h"

namespace securepair::aead {
namespace {

constexpr std::size_t overhead = 8 + 16;

class Side {
 public:
  Side(const EVP_CIPHER* cipher, std::string_view key, std::string fixedIv, bool encrypting) {
    EXPECT_EQ(EVP_CipherInit_ex(context_.get(), cipher, nullptr, bytesOf(key), nullptr,
                                encrypting ? 1 : 0),
              1);
    EXPECT_EQ(EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_SET_IV_FIXED, 4, fixedIv.data()),
              1);
  }

  // What EVP_CTRL_AEAD_TLS1_AAD answers.
  int announce(std::size_t length, char type = 23) {
    std::string aad = std::string(8, '\0') + type + "\3\3";
    aad += static_cast<char>(length >> 8);
    aad += static_cast<char>(length);
    return EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_TLS1_AAD, 13, aad.data());
  }

  std::optional<std::string> seal(std::string_view content) {
    std::string record = std::string(8, '?') + std::string(content) + std::string(16, '?');
    EXPECT_EQ(announce(content.size() + 8), 16);
    int length = -1;
    if (EVP_CipherUpdate(context_.get(), bytesOf(record), &length, bytesOf(record),
                         static_cast<int>(record.size())) != 1) {
      return std::nullopt;
    }
    EXPECT_EQ(static_cast<std::size_t>(length), record.size());
    return record;
  }

  // `record` has the content in it afterwards, whatever the answer.
  std::optional<std::string> open(std::string& record, char type = 23) {
    EXPECT_EQ(announce(record.size(), type), 16);
    int length = -1;
    if (EVP_CipherUpdate(context_.get(), bytesOf(record), &length, bytesOf(record),
                         static_cast<int>(record.size())) != 1) {
      return std::nullopt;
    }
    return record.substr(8, static_cast<std::size_t>(length));
  }

  int update(unsigned char* out, const unsigned char* in, std::size_t size) {
    int length = -1;
    return EVP_CipherUpdate(context_.get(), out, &length, in, static_cast<int>(size));
  }

  EVP_CIPHER_CTX* native() { return context_.get(); }

 private:
  ContextPtr context_ = newContext();
};

class AeadRecords : public AeadTest, public ::testing::WithParamInterface<std::size_t> {
 protected:
  ~AeadRecords() override { ERR_clear_error(); }

  Side sideOf(const EVP_CIPHER* cipher, bool encrypting) const {
    return {cipher, key, fixedIv, encrypting};
  }

  const std::string key = randomBytes(GetParam());
  const std::string fixedIv = randomBytes(4);
};

TEST_P(AeadRecords, OfEverySizeAreOpenedByOpensslAndTheOtherWayRound) {
  Side fastSealer = sideOf(fast(GetParam()), true);
  Side fastOpener = sideOf(fast(GetParam()), false);
  Side opensslSealer = sideOf(openssls(GetParam()), true);
  Side opensslOpener = sideOf(openssls(GetParam()), false);
  for (std::size_t size = 0; size <= 16384; size += size < 600 ? 1 : 97) {
    const std::string content = randomBytes(size);
    auto record = fastSealer.seal(content);
    ASSERT_TRUE(record);
    ASSERT_EQ(opensslOpener.open(*record), content);
    record = opensslSealer.seal(content);
    ASSERT_TRUE(record);
    ASSERT_EQ(fastOpener.open(*record), content);
  }
}

TEST_P(AeadRecords, EachHasAnIvOfItsOwn) {
  Side sealer = sideOf(fast(GetParam()), true);
  std::string before;
  for (int i = 0; i < 1000; ++i) {
    const auto iv = sealer.seal("the same").value().substr(0, 8);
    if (!before.empty()) {
      for (auto byte = before.rbegin(); byte != before.rend() && ++*byte == 0;) ++byte;
      EXPECT_EQ(iv, before) << "it does not count";
    }
    before = iv;
  }
}

TEST_P(AeadRecords, WhatWasChangedIsRefusedAndNothingOfItIsLeft) {
  Side sealer = sideOf(fast(GetParam()), true);
  Side opener = sideOf(fast(GetParam()), false);
  const std::string content = randomBytes(40);
  const auto whole = sealer.seal(content).value();
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string record = whole;
    record[at] = static_cast<char>(record[at] ^ 1);
    EXPECT_EQ(opener.open(record), std::nullopt) << at;
    EXPECT_EQ(record.substr(8, content.size()), std::string(content.size(), '\0')) << at;
  }
  std::string record = whole;
  EXPECT_EQ(opener.open(record, 22), std::nullopt) << "it is of another kind";
  record = whole;
  EXPECT_EQ(opener.open(record), content) << "it is no use to refuse everything";
}

TEST_P(AeadRecords, OnesThatAreTooShortAreRefused) {
  for (const bool encrypting : {true, false}) {
    Side side = sideOf(fast(GetParam()), encrypting);
    const std::size_t least = encrypting ? 8 : overhead;
    for (std::size_t length = 0; length < least; ++length) EXPECT_LE(side.announce(length), 0);
    std::string record(overhead - 1, 'x');
    for (std::size_t size = 1; size < overhead; ++size) {
      ASSERT_EQ(side.announce(least), 16);
      EXPECT_EQ(side.update(bytesOf(record), bytesOf(record), size), 0) << size;
    }
  }
}

TEST_P(AeadRecords, AreMadeInPlaceAlone) {
  Side side = sideOf(fast(GetParam()), true);
  std::string in(100, 'x');
  std::string out(100, 'x');
  ASSERT_EQ(side.announce(76 + 8), 16);
  EXPECT_EQ(side.update(bytesOf(out), bytesOf(in), in.size()), 0);
  ASSERT_EQ(side.announce(76 + 8), 16);
  EXPECT_EQ(side.update(nullptr, bytesOf(in), in.size()), 0);
  EXPECT_EQ(in, out) << "something was written";
}

TEST_P(AeadRecords, ARecordIsNoMessageThatEnds) {
  Side side = sideOf(fast(GetParam()), true);
  ASSERT_EQ(side.announce(50), 16);
  unsigned char none = 0;
  int length = 0;
  EXPECT_EQ(EVP_CipherFinal_ex(side.native(), &none, &length), 0);
  EXPECT_TRUE(side.seal("the next one"));
}

TEST_P(AeadRecords, ThereAreNoneWithoutAnIv) {
  for (const int encrypting : {0, 1}) {
    const auto context = newContext();
    ASSERT_EQ(EVP_CipherInit_ex(context.get(), fast(GetParam()), nullptr, bytesOf(key),
                                bytesOf(randomBytes(12)), encrypting),
              1);
    std::string aad(13, '\1');
    ASSERT_EQ(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_TLS1_AAD, 13, aad.data()), 16);
    std::string record(300, 'x');
    int length = 0;
    EXPECT_EQ(EVP_CipherUpdate(context.get(), bytesOf(record), &length, bytesOf(record), 300), 0);
  }
}

INSTANTIATE_TEST_SUITE_P(Keys, AeadRecords, ::testing::Values(16, 32),
                         [](const auto& key) { return std::to_string(key.param * 8); });

}  // namespace
}  // namespace securepair::aead
