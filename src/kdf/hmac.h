#pragma once
#include <algorithm>
#include <array>

#include <openssl/crypto.h>

#include "kdf/sha2.h"

namespace securepair::kdf {

/// HMAC (RFC 2104). A copy goes on from where the original stands: one that has its key and nothing
/// else yet saves the hashing of the key.
template <class Sha>
class Hmac {
 public:
  explicit Hmac(View key) noexcept {
    std::array<unsigned char, Sha::block> pad{};
    if (key.size() <= pad.size()) {
      std::copy(key.begin(), key.end(), pad.begin());
    } else {
      Sha::start(inner_);
      Sha::add(inner_, key);
      Sha::finish(inner_, pad.data());
    }
    startWith(inner_, pad, 0x36);
    startWith(outer_, pad, 0x36 ^ 0x5c);
    OPENSSL_cleanse(pad.data(), pad.size());
  }
  Hmac(const Hmac&) noexcept = default;
  Hmac& operator=(const Hmac&) = delete;
  ~Hmac() {
    OPENSSL_cleanse(&inner_, sizeof(inner_));
    OPENSSL_cleanse(&outer_, sizeof(outer_));
  }

  Hmac& add(View bytes) noexcept {
    Sha::add(inner_, bytes);
    return *this;
  }
  /// `mac` has room for Sha::size bytes. Nothing can be added afterwards.
  void finish(unsigned char* mac) noexcept {
    Sha::finish(inner_, mac);
    Sha::add(outer_, {mac, Sha::size});
    Sha::finish(outer_, mac);
  }

 private:
  static void startWith(typename Sha::State& state, std::array<unsigned char, Sha::block>& pad,
                        unsigned char mask) noexcept {
    for (unsigned char& byte : pad) byte ^= mask;
    Sha::start(state);
    Sha::add(state, pad);
  }

  typename Sha::State inner_;
  typename Sha::State outer_;
};

/// A value of Sha::size bytes that nobody can read afterwards.
template <class Sha>
struct SecretOf {
  SecretOf() noexcept = default;
  SecretOf(const SecretOf&) = delete;
  SecretOf& operator=(const SecretOf&) = delete;
  ~SecretOf() { OPENSSL_cleanse(bytes.data(), bytes.size()); }

  std::array<unsigned char, Sha::size> bytes = {};
};

}  // namespace securepair::kdf
