#pragma once
#include <securepair/crypto.h>

#include <string>

#include "crypto/openssl_ptr.h"

namespace securepair::crypto {

/// Groups, signature algorithms and whose order counts. To be called after applyPolicy(). Answers
/// the groups that were given and are known; empty: OpenSSL's own.
std::string applyKeyExchange(SSL_CTX* ctx, const CredentialsOptions& options);

/// The groups that such a context was given, for a connection that was begun with another one.
/// False where there is no memory.
bool takeOverGroups(SSL* ssl, const std::string& groups) noexcept;

}  // namespace securepair::crypto
