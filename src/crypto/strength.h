#pragma once
#include <string>

#include "crypto/openssl_ptr.h"

namespace securepair::crypto {

/// The highest of OpenSSL's security levels that is content with this strength.
int levelFor(int securityBits);

/// The digest that a certificate is signed with: "SHA1".
std::string digestOf(const X509* certificate);
/// The strength of a certificate's signature, as levelFor() takes it; 0 where it is not known.
int signatureBits(X509* certificate);

}  // namespace securepair::crypto
