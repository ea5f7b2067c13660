#pragma once
#include <securepair/bytes.h>

#include <string>
#include <vector>

#include "crypto/openssl_ptr.h"

namespace securepair::crypto {

/// The rounds of key derivation in what is written: each guess at a passphrase costs its maker as
/// much as opening costs the owner, about 30 ms.
constexpr int roundsToWrite = 100'000;

/// PKCS#8; encrypted with AES-256 where there is a passphrase.
Buffer pemOf(const EVP_PKEY* key, const std::string& passphrase);
Buffer pemOf(X509_REQ* request);
Buffer pemOf(X509_CRL* list);
/// In order; what a certificate is trusted for stays with it.
Buffer pemOf(const std::vector<X509Ptr>& certificates);
Buffer pemOf(X509* certificate);

/// Throws Error where openssl, which takes a passphrase for a C string, would see another one.
void requireCString(const std::string& passphrase);

}  // namespace securepair::crypto
