#pragma once
#include <securepair/bytes.h>

#include <string>

#include "crypto/openssl_ptr.h"

namespace securepair::engine {

/// The first identity in the extension pre_shared_key (RFC 8446); empty where there is none.
std::string firstIdentityIn(BytesView extension);

/// Whether the extension supported_versions of a client's hello has TLS 1.3.
bool hasTls13(BytesView extension) noexcept;

/// By which id a client's hello asks for a session of ours, in the version that is going to be
/// spoken; empty where it asks for none. Only within the callback for the hello.
std::string offeredSession(SSL* ssl);

}  // namespace securepair::engine
