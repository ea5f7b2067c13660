#pragma once
#include <securepair/crypto.h>

#include "crypto/openssl_ptr.h"

namespace securepair::crypto {

/// Security level, versions, ciphers. To be set before a key or certificate is.
void applyPolicy(SSL_CTX* ctx, const CredentialsOptions& options);

/// Throws where `ciphers` has no suite for a server with this key below TLS 1.3.
void requireSuiteFor(SSL_CTX* ctx, const EVP_PKEY* key, const CredentialsOptions& options);

}  // namespace securepair::crypto
