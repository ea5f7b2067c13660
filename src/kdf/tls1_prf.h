#pragma once
#include <openssl/params.h>

#include "kdf/params.h"

namespace securepair::kdf {

/// OpenSSL's "TLS1-PRF" with the hashes of TLS 1.2: what it has been told, and what follows from
/// it.
class Tls1Prf {
 public:
  static constexpr const char* name = "TLS1-PRF";
  static const OSSL_PARAM* settable() noexcept;

  Tls1Prf() noexcept = default;
  Tls1Prf(const Tls1Prf&) = delete;
  Tls1Prf& operator=(const Tls1Prf&) = delete;
  ~Tls1Prf();

  /// False, with OpenSSL's error, where a parameter cannot be. Seeds add to those before.
  bool read(const OSSL_PARAM* params) noexcept;
  /// Whether this is for OpenSSL's own to do.
  bool isForeign() const noexcept { return digest_ == Digest::other || isLong_; }
  std::size_t size() const noexcept;
  bool derive(MutableView out) const noexcept;

 private:
  bool readOne(const OSSL_PARAM& param) noexcept;
  void addSeed(View seed) noexcept;

  // Of a handshake it is 77 bytes; of an exporter as much as somebody wants.
  static constexpr std::size_t mostSeed = 1024;

  Digest digest_ = Digest::none;
  View secret_ = {};
  std::size_t seedSize_ = 0;
  bool isLong_ = false;
  unsigned char seed_[mostSeed];
};

}  // namespace securepair::kdf
