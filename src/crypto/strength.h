#pragma once
#include <string>
#include <string_view>

#include "crypto/openssl_ptr.h"

namespace securepair::crypto {

/// The highest of OpenSSL's security levels that is content with this strength.
int levelFor(int securityBits);

/// What a security level is content with, from RSA of 2048 bits and SHA-256 up.
struct LevelNeeds {
  std::string_view keys;    ///< "RSA of 2048 bits or more, or P-256"
  std::string_view curve;   ///< the least of openssl's names
  std::string_view rsa;     ///< the least, as openssl takes it: "rsa:2048"
  std::string_view digest;  ///< the least: "SHA-256"
  std::string_view flag;    ///< openssl's for that: "-sha256"
};
const LevelNeeds& needsOf(int level) noexcept;

/// The digest that a certificate is signed with: "SHA1".
std::string digestOf(const X509* certificate);
/// The strength of a certificate's signature, as levelFor() takes it; 0 where it is not known.
int signatureBits(X509* certificate);

}  // namespace securepair::crypto
