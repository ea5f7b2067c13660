#include "crypto/strength.h"

#include <algorithm>
#include <array>

namespace securepair::crypto {

int levelFor(int securityBits) {
  constexpr std::array bits{80, 112, 128, 192, 256};
  return static_cast<int>(std::upper_bound(bits.begin(), bits.end(), securityBits) - bits.begin());
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
