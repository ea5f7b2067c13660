#include "kdf/derivation.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/params.h>

#include "kdf/provider.h"
#include "support/must.h"

namespace securepair::kdf {
namespace {

using test::must;

// Views of `params`.
std::vector<OSSL_PARAM> listOf(const Params& params) {
  std::vector<OSSL_PARAM> list;
  for (const auto& [name, value] : params) {
    char* const data = const_cast<char*>(value.data());
    list.push_back(name == "digest" || name == "mode"
                       ? OSSL_PARAM_construct_utf8_string(name.c_str(), data, 0)
                       : OSSL_PARAM_construct_octet_string(name.c_str(), data, value.size()));
  }
  list.push_back(OSSL_PARAM_construct_end());
  return list;
}

}  // namespace

void KdfTest::SetUp() { ASSERT_TRUE(provide()); }

KdfCtxPtr newKdf(const char* algorithm, Whose whose) {
  EVP_KDF* const kdf = must(EVP_KDF_fetch(
      nullptr, algorithm, whose == Whose::ours ? "provider=securepair" : "provider=default"));
  KdfCtxPtr context(must(EVP_KDF_CTX_new(kdf)), EVP_KDF_CTX_free);
  EVP_KDF_free(kdf);
  return context;
}

bool set(EVP_KDF_CTX* kdf, const Params& params) {
  if (EVP_KDF_CTX_set_params(kdf, listOf(params).data()) == 1) return true;
  ERR_clear_error();
  return false;
}

std::optional<std::string> derive(EVP_KDF_CTX* kdf, std::size_t size, const Params& params) {
  // Memory of exactly this size: a sanitizer sees each byte beyond.
  const std::unique_ptr<unsigned char[]> out(new unsigned char[size]);
  if (EVP_KDF_derive(kdf, out.get(), size, listOf(params).data()) != 1) {
    ERR_clear_error();
    return std::nullopt;
  }
  return std::string(out.get(), out.get() + size);
}

std::optional<std::string> derive(const char* algorithm, Whose whose, std::size_t size,
                                  const Params& params) {
  return derive(newKdf(algorithm, whose).get(), size, params);
}

std::string hex(std::string_view digits) {
  std::string bytes(digits.size() / 2, '\0');
  std::size_t size = 0;
  EXPECT_EQ(OPENSSL_hexstr2buf_ex(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(),
                                  &size, std::string(digits).c_str(), '\0'),
            1);
  return bytes;
}

std::string toHex(std::string_view bytes) {
  constexpr const char* digits = "0123456789abcdef";
  std::string text;
  for (const char byte : bytes) {
    text += digits[static_cast<unsigned char>(byte) >> 4];
    text += digits[static_cast<unsigned char>(byte) & 0xf];
  }
  return text;
}

}  // namespace securepair::kdf
