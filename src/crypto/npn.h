#pragma once
#include <openssl/ssl.h>

#ifdef SECUREPAIR_HOST_OPENSSL
// A program that brings its own OpenSSL, as Node does, may have left NPN out of it.
#pragma weak SSL_CTX_set_next_protos_advertised_cb
#pragma weak SSL_CTX_set_next_proto_select_cb
#pragma weak SSL_get0_next_proto_negotiated
#endif

namespace securepair::crypto {

/// Whether this OpenSSL has Next Protocol Negotiation. Without it protocols are agreed on by ALPN
/// alone.
inline bool hasNpn() noexcept {
#ifdef SECUREPAIR_HOST_OPENSSL
  return SSL_CTX_set_next_protos_advertised_cb != nullptr &&
         SSL_CTX_set_next_proto_select_cb != nullptr && SSL_get0_next_proto_negotiated != nullptr;
#else
  return true;
#endif
}

}  // namespace securepair::crypto
