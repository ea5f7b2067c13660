#pragma once
#include <string>

#include "crypto/openssl_ptr.h"

namespace securepair::crypto {

/// What a certificate may be used for, for a message: "extended key usage clientAuth; key usage
/// digitalSignature". Says so where it does not say.
std::string usesOf(X509* certificate);

/// The critical extensions that OpenSSL does not know, by their numbers; empty: none.
std::string unknownCriticalOf(const X509* certificate);

/// The names that an authority is allowed to certify, and those that it is not: "permitted
/// DNS:example.org; excluded DNS:secret.example.org". Empty: any.
std::string nameConstraintsOf(const X509* authority);

/// Where a certificate says that its issuer's can be had; empty: it does not. The peer's own words.
std::string issuerUrlOf(const X509* certificate);

}  // namespace securepair::crypto
