#pragma once
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/evp.h>

namespace securepair::aead {

/// The provider is loaded in OpenSSL's default library context, over the best kernels of this CPU,
/// VAES or not: they differ in nothing but speed.
class AeadTest : public ::testing::Test {
 protected:
  void SetUp() override;
};

/// How many messages the provider has begun in this process.
std::size_t messagesBegun();

using CipherPtr = std::unique_ptr<EVP_CIPHER, decltype(&EVP_CIPHER_free)>;
using ContextPtr = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

/// The provider's cipher, and the one that it has to agree with. The key's length is in bytes.
const EVP_CIPHER* fast(std::size_t keyLength);
const EVP_CIPHER* openssls(std::size_t keyLength);
ContextPtr newContext();

struct Message {
  std::string key = {};
  std::string iv = {};
  std::string aad = {};
  std::string text = {};  ///< in the clear or not
};

struct Sealed {
  std::string text;
  std::string tag;
  bool operator==(const Sealed&) const = default;
};

/// AAD and text are fed in pieces of these sizes, over and over; whole where there are none.
using Pieces = std::vector<std::size_t>;

/// Fails the test where OpenSSL refuses.
Sealed seal(const EVP_CIPHER* cipher, const Message& message, const Pieces& pieces = {});
/// Nothing where the tag is refused.
std::optional<std::string> open(const EVP_CIPHER* cipher, const Message& message,
                                std::string_view tag, const Pieces& pieces = {});

std::string randomBytes(std::size_t size);
std::string hex(std::string_view digits);

inline unsigned char* bytesOf(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}
inline const unsigned char* bytesOf(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace securepair::aead
