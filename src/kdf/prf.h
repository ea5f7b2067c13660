#pragma once
#include <algorithm>

#include "kdf/hmac.h"

namespace securepair::kdf {

/// The pseudorandom function of TLS 1.2 (RFC 5246, 5): P_hash(secret, seed), where `seed` has the
/// label in front.
template <class Sha>
void prf(View secret, View seed, MutableView out) noexcept {
  const Hmac<Sha> keyed(secret);
  SecretOf<Sha> a;
  Hmac<Sha>(keyed).add(seed).finish(a.bytes.data());
  while (true) {
    SecretOf<Sha> part;
    Hmac<Sha>(keyed).add(a.bytes).add(seed).finish(part.bytes.data());
    const std::size_t taken = std::min(out.size(), Sha::size);
    std::copy_n(part.bytes.begin(), taken, out.begin());
    out = out.subspan(taken);
    if (out.empty()) return;
    Hmac<Sha>(keyed).add(a.bytes).finish(a.bytes.data());
  }
}

}  // namespace securepair::kdf
