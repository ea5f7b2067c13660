#include <securepair/crypto/chores.h>
#include <securepair/error.h>

#include <string>

#include <openssl/rsa.h>

#include "crypto/making.h"
#include "crypto/pem_writer.h"

namespace securepair::crypto {
namespace {

constexpr int leastRsaBits = 2048;
constexpr int leastSmallRsaBits = 1024;
constexpr int mostRsaBits = 16384;

Error wrongBits(const std::string& expected, int got) {
  return Error({.code = "ERR_OUT_OF_RANGE",
                .message = "`bits` is no size of a key of this `type`",
                .expected = expected,
                .got = std::to_string(got),
                .fix = "leave it out for the default"});
}

Error tooSmall(int bits) {
  return Error({.code = "ERR_KEY_TOO_SMALL",
                .message = "`bits` makes an RSA key that is too small to be trusted",
                .expected = std::to_string(leastRsaBits) + " or more",
                .got = std::to_string(bits),
                .fix = "leave `bits` out, or set it to " + std::to_string(leastRsaBits) +
                       "; or, where the risk is known, set `allowSmallKey`, and `securityLevel` to "
                       "1 where the key is used"});
}

EvpPkeyPtr newRsa(const KeyOptions& options) {
  const int bits = options.bits.value_or(leastRsaBits);
  if (bits < leastSmallRsaBits || bits > mostRsaBits) {
    throw wrongBits(std::to_string(leastRsaBits) + " to " + std::to_string(mostRsaBits), bits);
  }
  if (bits < leastRsaBits && !options.allowSmallKey) throw tooSmall(bits);
  return EvpPkeyPtr(EVP_RSA_gen(static_cast<unsigned int>(bits)));
}

EvpPkeyPtr newEc(const KeyOptions& options) {
  switch (const int bits = options.bits.value_or(256)) {
    case 256:
      return EvpPkeyPtr(EVP_EC_gen("P-256"));
    case 384:
      return EvpPkeyPtr(EVP_EC_gen("P-384"));
    case 521:
      return EvpPkeyPtr(EVP_EC_gen("P-521"));
    default:
      throw wrongBits("256, 384 or 521", bits);
  }
}

EvpPkeyPtr newEd25519(const KeyOptions& options) {
  if (options.bits) throw wrongBits("nothing: such keys are of one size", *options.bits);
  return EvpPkeyPtr(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
}

EvpPkeyPtr newKey(const KeyOptions& options) {
  switch (options.type) {
    case KeyType::rsa:
      return newRsa(options);
    case KeyType::ed25519:
      return newEd25519(options);
    default:
      return newEc(options);
  }
}

}  // namespace

Buffer generateKey(KeyOptions options) {
  const CleanErrors clean;
  const EvpPkeyPtr key = newKey(options);
  require(key != nullptr, "a key");
  return pemOf(key.get(), options.passphrase);
}

}  // namespace securepair::crypto
