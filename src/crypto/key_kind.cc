#include "crypto/key_kind.h"

#include <securepair/error.h>

namespace securepair::crypto {

std::string kindOf(const EVP_PKEY* key) {
  return std::string(EVP_PKEY_get0_type_name(key)) + " of " +
         std::to_string(EVP_PKEY_get_bits(key)) + " bits";
}

void requireStrength(const EVP_PKEY* key, const std::string& option, const std::string& wayOut) {
  constexpr int bitsOfLevel2 = 112;
  if (EVP_PKEY_get_security_bits(key) >= bitsOfLevel2) return;
  throw Error({.code = "ERR_KEY_TOO_SMALL",
               .message = "`" + option + "` has a key that is too small to be trusted",
               .expected = "RSA of 2048 bits or more, or P-256",
               .got = kindOf(key),
               .fix = "make a bigger key: crypto::generateKey(), or openssl genpkey -algorithm EC "
                      "-pkeyopt ec_paramgen_curve:P-256 -out key.pem" +
                      wayOut});
}

const EVP_MD* digestFor(const EVP_PKEY* key) {
  if (EVP_PKEY_is_a(key, "ED25519") == 1 || EVP_PKEY_is_a(key, "ED448") == 1) return nullptr;
  if (EVP_PKEY_is_a(key, "EC") != 1 || EVP_PKEY_get_bits(key) <= 256) return EVP_sha256();
  return EVP_PKEY_get_bits(key) <= 384 ? EVP_sha384() : EVP_sha512();
}

}  // namespace securepair::crypto
