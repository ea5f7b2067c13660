#pragma once
#include <securepair/bytes.h>

#include <string>

#include "crypto/openssl_ptr.h"

namespace securepair::engine {

/// The host name in the extension server_name (RFC 6066); empty where there is none, or the
/// extension is malformed, which OpenSSL then refuses by itself.
std::string serverNameIn(BytesView extension);

/// The host name that a client's hello asks for; only within the callback for it.
std::string requestedName(SSL* ssl);

}  // namespace securepair::engine
