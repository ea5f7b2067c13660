#pragma once
#include <openssl/params.h>

#include "kdf/params.h"

namespace securepair::kdf {

/// OpenSSL's "TLS13-KDF": what it has been told, as views, and what follows from it.
class Tls13Kdf {
 public:
  static constexpr const char* name = "TLS13-KDF";
  static const OSSL_PARAM* settable() noexcept;

  /// False, with OpenSSL's error, where a parameter cannot be.
  bool read(const OSSL_PARAM* params) noexcept;
  /// Whether this is for OpenSSL's own to do.
  bool isForeign() const noexcept { return digest_ == Digest::other; }
  /// How much derive() gives; SIZE_MAX where that is for the caller to say, 0 where it is not
  /// known.
  std::size_t size() const noexcept;
  bool derive(MutableView out) const noexcept;

 private:
  bool readOne(const OSSL_PARAM& param) noexcept;

  int mode_ = 0;
  Digest digest_ = Digest::none;
  View key_ = {};
  View salt_ = {};
  View prefix_ = {};
  View label_ = {};
  View data_ = {};
};

}  // namespace securepair::kdf
