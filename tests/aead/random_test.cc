// Against libcrypto, byte for byte.
#include <string>

#include "aead/evp.h"

namespace securepair::aead {
namespace {

class AeadAgainstOpenssl : public AeadTest, public ::testing::WithParamInterface<std::size_t> {
 protected:
  Message message(std::size_t size, std::size_t aadSize = 13, std::size_t ivSize = 12) const {
    return {randomBytes(GetParam()), randomBytes(ivSize), randomBytes(aadSize), randomBytes(size)};
  }

  void expectTheSame(const Message& clear, const Pieces& pieces = {}) const {
    const Sealed sealed = seal(fast(GetParam()), clear, pieces);
    ASSERT_EQ(sealed, seal(openssls(GetParam()), clear, pieces)) << clear.text.size();
    Message closed = clear;
    closed.text = sealed.text;
    ASSERT_EQ(open(fast(GetParam()), closed, sealed.tag, pieces), clear.text);
    ASSERT_EQ(open(openssls(GetParam()), closed, sealed.tag, pieces), clear.text);
  }
};

TEST_P(AeadAgainstOpenssl, TextsOfEverySize) {
  for (std::size_t size = 0; size <= 3000; ++size) expectTheSame(message(size));
}

TEST_P(AeadAgainstOpenssl, LongTexts) {
  for (const std::size_t size : {4095U, 4096U, 16383U, 16384U, 16385U, 100'000U, 1'000'003U}) {
    expectTheSame(message(size));
  }
}

TEST_P(AeadAgainstOpenssl, AadOfEverySize) {
  for (std::size_t size = 0; size <= 1000; ++size) expectTheSame(message(size % 50, size));
}

TEST_P(AeadAgainstOpenssl, IvsOfEveryLengthThatOpensslTakes) {
  for (std::size_t size = 1; size <= 128; ++size) expectTheSame(message(100, 20, size));
}

TEST_P(AeadAgainstOpenssl, TextAndAadInPieces) {
  for (const Pieces& pieces : {Pieces{1},
                               {2, 3},
                               {15, 1},
                               {16},
                               {17},
                               {5, 16, 11},
                               {31, 33},
                               {47, 48, 49},
                               {64, 1, 256},
                               {255, 257, 1},
                               {767, 768, 769},
                               {1000}}) {
    for (std::size_t size = 1; size <= 4000; size += 57) {
      expectTheSame(message(size, size % 101), pieces);
    }
  }
}

TEST_P(AeadAgainstOpenssl, InPlace) {
  for (std::size_t size = 1; size <= 2000; size += 13) {
    const Message clear = message(size);
    const Sealed expected = seal(openssls(GetParam()), clear);
    std::string text = clear.text;
    const auto context = newContext();
    int length = 0;
    EVP_EncryptInit_ex(context.get(), fast(GetParam()), nullptr, bytesOf(clear.key),
                       bytesOf(clear.iv));
    EVP_EncryptUpdate(context.get(), nullptr, &length, bytesOf(clear.aad), 13);
    EVP_EncryptUpdate(context.get(), bytesOf(text), &length, bytesOf(text), static_cast<int>(size));
    ASSERT_EQ(text, expected.text);
    EVP_DecryptInit_ex(context.get(), nullptr, nullptr, nullptr, bytesOf(clear.iv));
    EVP_DecryptUpdate(context.get(), nullptr, &length, bytesOf(clear.aad), 13);
    EVP_DecryptUpdate(context.get(), bytesOf(text), &length, bytesOf(text), static_cast<int>(size));
    ASSERT_EQ(text, clear.text);
  }
}

TEST_P(AeadAgainstOpenssl, AChangeOfAnyBitIsRefused) {
  const Message clear = message(50);
  const Sealed sealed = seal(fast(GetParam()), clear);
  Message closed = clear;
  closed.text = sealed.text;
  const auto flipEach = [&](std::string& bytes, const std::string& tag) {
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
      bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ 1 << bit % 8);
      EXPECT_EQ(open(fast(GetParam()), closed, tag), std::nullopt) << bit;
      bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ 1 << bit % 8);
    }
  };
  std::string tag = sealed.tag;
  flipEach(closed.text, tag);
  flipEach(closed.aad, tag);
  flipEach(closed.iv, tag);
  flipEach(closed.key, tag);
  for (std::size_t bit = 0; bit < 128; ++bit) {
    std::string wrong = tag;
    wrong[bit / 8] = static_cast<char>(wrong[bit / 8] ^ 1 << bit % 8);
    EXPECT_EQ(open(fast(GetParam()), closed, wrong), std::nullopt) << bit;
  }
  EXPECT_EQ(open(fast(GetParam()), closed, tag), clear.text);
}

TEST_P(AeadAgainstOpenssl, AShorterTagIsComparedInItsLength) {
  const Message clear = message(50);
  const Sealed sealed = seal(fast(GetParam()), clear);
  Message closed = clear;
  closed.text = sealed.text;
  for (std::size_t size = 1; size <= 16; ++size) {
    std::string tag = sealed.tag.substr(0, size);
    EXPECT_EQ(open(fast(GetParam()), closed, tag), clear.text);
    tag.back() = static_cast<char>(tag.back() ^ 1);
    EXPECT_EQ(open(fast(GetParam()), closed, tag), std::nullopt);
  }
}

INSTANTIATE_TEST_SUITE_P(Keys, AeadAgainstOpenssl, ::testing::Values(16, 32),
                         [](const auto& key) { return std::to_string(key.param * 8); });

}  // namespace
}  // namespace securepair::aead
