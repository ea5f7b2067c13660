#pragma once
#include "crypto/openssl_ptr.h"

namespace securepair::crypto {

/// Writes each message of the connection's handshakes, and each record's head, to the standard
/// error as OpenSSL tells them. False where this OpenSSL was built without.
bool traceHandshakes(SSL* ssl);

}  // namespace securepair::crypto
