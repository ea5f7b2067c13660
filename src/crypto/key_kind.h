#pragma once
#include <string>

#include "crypto/openssl_ptr.h"

namespace securepair::crypto {

/// "RSA of 2048 bits"
std::string kindOf(const EVP_PKEY* key);

/// Throws Error where a key is too small for OpenSSL's security level 2, Debian's, at which a
/// certificate for it, or signed with it, is refused. `wayOut` ends the advice.
void requireStrength(const EVP_PKEY* key, const std::string& option, const std::string& wayOut);

/// The digest for signatures of this key; null where its kind has its own.
const EVP_MD* digestFor(const EVP_PKEY* key);

}  // namespace securepair::crypto
