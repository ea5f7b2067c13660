#pragma once
#include <openssl/params.h>
#include <openssl/proverr.h>

#include "kdf/sha2.h"

namespace securepair::kdf {

/// SHA-256 and SHA-384 are those of TLS 1.3 and 1.2. What asks for another one, as TLS 1.0 and 1.1
/// do, is left to OpenSSL.
enum class Digest : unsigned char { none, sha256, sha384, other };

/// Reads the name of a digest.
bool readDigest(const OSSL_PARAM& param, Digest& digest) noexcept;

/// Reads bytes, which are seen where they are; false where they are none.
bool readBytes(const OSSL_PARAM& param, View& bytes) noexcept;

/// Raises OpenSSL's error and answers false.
bool fail(int reason) noexcept;

/// Calls `function` with the hash, by an object of its type; false, with OpenSSL's error, where
/// there is none.
template <class F>
bool withHash(Digest digest, F function) noexcept {
  switch (digest) {
    case Digest::sha256:
      return function(Sha256());
    case Digest::sha384:
      return function(Sha384());
    case Digest::none:
    case Digest::other:
      break;
  }
  return fail(PROV_R_MISSING_MESSAGE_DIGEST);
}

}  // namespace securepair::kdf
