#include "crypto/strength.h"

#include <algorithm>
#include <array>

namespace securepair::crypto {

int levelFor(int securityBits) {
  constexpr std::array bits{80, 112, 128, 192, 256};
  return static_cast<int>(std::upper_bound(bits.begin(), bits.end(), securityBits) - bits.begin());
}

const LevelNeeds& needsOf(int level) noexcept {
  static constexpr std::array<LevelNeeds, 4> fromLevelTwo{{
      {"RSA of 2048 bits or more, or P-256", "P-256", "rsa:2048", "SHA-256", "-sha256"},
      {"RSA of 3072 bits or more, or P-256", "P-256", "rsa:3072", "SHA-256", "-sha256"},
      {"P-384 or P-521, or RSA of 7680 bits or more", "P-384", "rsa:7680", "SHA-384", "-sha384"},
      {"P-521, or RSA of 15360 bits or more", "P-521", "rsa:15360", "SHA-512", "-sha512"},
  }};
  return fromLevelTwo.at(static_cast<std::size_t>(std::clamp(level, 2, 5) - 2));
}

std::string digestOf(const X509* certificate) {
  int digest = NID_undef;
  OBJ_find_sigid_algs(X509_get_signature_nid(certificate), &digest, nullptr);
  return digest == NID_undef ? "an unknown digest" : OBJ_nid2sn(digest);
}

int signatureBits(X509* certificate) {
  int bits = 0;
  X509_get_signature_info(certificate, nullptr, nullptr, &bits, nullptr);
  return bits;
}

}  // namespace securepair::crypto
