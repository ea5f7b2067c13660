#pragma once
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "crypto/openssl_ptr.h"

namespace securepair::crypto {

/// The digest of a list of fields. Each goes in with its length: no two lists make the same bytes.
class Sha256 {
 public:
  static constexpr std::size_t size = 32;

  Sha256();
  Sha256& add(std::string_view field);
  /// With what it is trusted for, where that is said.
  Sha256& add(X509* certificate);
  Sha256& add(X509_CRL* list);
  /// Ends it.
  std::string digest();

 private:
  OpensslPtr<EVP_MD_CTX, EVP_MD_CTX_free> ctx_;
};

}  // namespace securepair::crypto
