#pragma once
#include <algorithm>
#include <array>

#include "kdf/hmac.h"

namespace securepair::kdf {

// The functions of TLS 1.3's key schedule (RFC 8446, 7.1), which are HKDF's (RFC 5869).

/// HKDF-Extract. `secret` has room for Sha::size bytes.
template <class Sha>
void extract(View salt, View key, unsigned char* secret) noexcept {
  Hmac<Sha>(salt).add(key).finish(secret);
}

/// HKDF-Expand. False where `out` is longer than HKDF can fill.
template <class Sha>
bool expand(View secret, View info, MutableView out) noexcept {
  if (out.size() > 255 * Sha::size) return false;
  const Hmac<Sha> keyed(secret);
  SecretOf<Sha> part;
  for (unsigned char number = 1; !out.empty(); ++number) {
    Hmac<Sha> hmac(keyed);
    if (number > 1) hmac.add(part.bytes);
    hmac.add(info).add({&number, 1}).finish(part.bytes.data());
    const std::size_t taken = std::min(out.size(), Sha::size);
    std::copy_n(part.bytes.begin(), taken, out.begin());
    out = out.subspan(taken);
  }
  return true;
}

/// HKDF-Expand-Label. `prefix` is "tls13 ". False where a length does not fit into the label.
template <class Sha>
bool expandLabel(View secret, View prefix, View label, View context, MutableView out) noexcept {
  const std::size_t name = prefix.size() + label.size();
  if (out.size() > 0xffff || name > 0xff || context.size() > 0xff) return false;
  unsigned char info[2 + 1 + 0xff + 1 + 0xff];
  unsigned char* at = info;
  *at++ = static_cast<unsigned char>(out.size() >> 8);
  *at++ = static_cast<unsigned char>(out.size() & 0xff);
  *at++ = static_cast<unsigned char>(name);
  at = std::copy(prefix.begin(), prefix.end(), at);
  at = std::copy(label.begin(), label.end(), at);
  *at++ = static_cast<unsigned char>(context.size());
  at = std::copy(context.begin(), context.end(), at);
  return expand<Sha>(secret, View(info, at), out);
}

/// One step down the schedule: Derive-Secret(previous, label, "") is the salt of the next secret.
/// Without a previous secret, and without a key, there are zeros in their place. `secret` has room
/// for Sha::size bytes.
template <class Sha>
bool nextSecret(View previous, View prefix, View label, View key, unsigned char* secret) noexcept {
  static constexpr std::array<unsigned char, Sha::size> zeros{};
  const View in = key.data() == nullptr ? View(zeros) : key;
  if (previous.data() == nullptr) {
    extract<Sha>({}, in, secret);
    return true;
  }
  typename Sha::State empty;
  std::array<unsigned char, Sha::size> hash{};
  Sha::start(empty);
  Sha::finish(empty, hash.data());
  SecretOf<Sha> salt;
  if (!expandLabel<Sha>(previous, prefix, label, hash, salt.bytes)) return false;
  extract<Sha>(salt.bytes, in, secret);
  return true;
}

}  // namespace securepair::kdf
