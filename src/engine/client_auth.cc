#include "engine/client_auth.h"

namespace securepair::engine {

void ClientAuth::watch(SSL* ssl) {
  // On a client OpenSSL calls this when the server has asked.
  const auto asks = [](SSL*, void* auth) {
    static_cast<ClientAuth*>(auth)->asked = true;
    return 1;
  };
  SSL_set_cert_cb(ssl, asks, this);
}

// A server of TLS 1.2 sends its Finished only after it has looked.
void ClientAuth::secured(const SSL* ssl) noexcept {
  accepted = !asked || SSL_version(ssl) < TLS1_3_VERSION;
}

// A server that has asked sends tickets only after it has looked (RFC 8446, section 4.6.1). It
// might send data sooner; the known ones do not.
void ClientAuth::heard(const SSL* ssl, bool isData) noexcept {
  accepted = accepted || isData || SSL_SESSION_has_ticket(SSL_get0_session(ssl)) == 1;
}

bool ClientAuth::shown(const SSL* ssl) const noexcept {
  int signature = NID_undef;
  return asked && SSL_get_signature_type_nid(ssl, &signature) == 1;
}

}  // namespace securepair::engine
