#pragma once
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/kdf.h>

namespace securepair::kdf {

/// The project's key derivations beside OpenSSL's, by way of OpenSSL's own calls.
class KdfTest : public ::testing::Test {
 protected:
  void SetUp() override;
};

using KdfCtxPtr = std::unique_ptr<EVP_KDF_CTX, decltype(&EVP_KDF_CTX_free)>;

enum class Whose : unsigned char { ours, openssls };

KdfCtxPtr newKdf(const char* algorithm, Whose whose);

/// Names and values as EVP_KDF(3) has them; "digest" and "mode" are text, the others bytes.
using Params = std::vector<std::pair<std::string, std::string>>;

/// False where it is refused.
bool set(EVP_KDF_CTX* kdf, const Params& params);
/// Nothing where it is refused, with an error in OpenSSL's queue that this takes out.
std::optional<std::string> derive(EVP_KDF_CTX* kdf, std::size_t size, const Params& params);
/// By a new object.
std::optional<std::string> derive(const char* algorithm, Whose whose, std::size_t size,
                                  const Params& params);

std::string hex(std::string_view digits);
std::string toHex(std::string_view bytes);

}  // namespace securepair::kdf
