#include "crypto/handshake_hooks.h"

#include <openssl/ssl.h>

#include "crypto/npn.h"

namespace securepair::crypto {
namespace {

// Ex data would take a hundred bytes of a server's connection. What it has here is of no other use:
// OpenSSL asks for a passphrase where a connection is given a file to read, which none is.
HandshakeHooks* hooksOf(const SSL* ssl) noexcept {
  return static_cast<HandshakeHooks*>(SSL_get_default_passwd_cb_userdata(const_cast<SSL*>(ssl)));
}

std::string_view viewOf(const unsigned char* bytes, unsigned int size) noexcept {
  return {reinterpret_cast<const char*>(bytes), size};
}

const unsigned char* bytesOf(std::string_view text) noexcept {
  return reinterpret_cast<const unsigned char*>(text.data());
}

int clientHello(SSL* ssl, int* alert, void*) noexcept {
  HandshakeHooks* const hooks = hooksOf(ssl);
  if (hooks == nullptr) return SSL_CLIENT_HELLO_SUCCESS;
  switch (hooks->clientHello(ssl, *alert)) {
    case HandshakeHooks::Hello::go:
      return SSL_CLIENT_HELLO_SUCCESS;
    case HandshakeHooks::Hello::wait:
      return SSL_CLIENT_HELLO_RETRY;
    case HandshakeHooks::Hello::refuse:
      break;
  }
  return SSL_CLIENT_HELLO_ERROR;
}

int acknowledgeName(SSL* ssl, int*, void*) noexcept {
  const HandshakeHooks* const hooks = hooksOf(ssl);
  return hooks != nullptr && hooks->servesName() ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

int chooseAlpn(SSL* ssl, const unsigned char** chosen, unsigned char* size,
               const unsigned char* offered, unsigned int offeredSize, void*) noexcept {
  HandshakeHooks* const hooks = hooksOf(ssl);
  if (hooks == nullptr) return SSL_TLSEXT_ERR_NOACK;
  const auto choice = hooks->chooseAlpn(viewOf(offered, offeredSize));
  if (choice.protocol.empty()) {
    return choice.mustAgree ? SSL_TLSEXT_ERR_ALERT_FATAL : SSL_TLSEXT_ERR_NOACK;
  }
  *chosen = bytesOf(choice.protocol);
  *size = static_cast<unsigned char>(choice.protocol.size());
  return SSL_TLSEXT_ERR_OK;
}

int advertiseNpn(SSL* ssl, const unsigned char** list, unsigned int* size, void*) noexcept {
  const HandshakeHooks* const hooks = hooksOf(ssl);
  if (hooks == nullptr) return SSL_TLSEXT_ERR_NOACK;
  const std::string_view wire = hooks->advertisedNpn();
  *list = bytesOf(wire);
  *size = static_cast<unsigned int>(wire.size());
  return SSL_TLSEXT_ERR_OK;
}

int chooseNpn(SSL* ssl, unsigned char** chosen, unsigned char* size,
              const unsigned char* advertised, unsigned int advertisedSize, void*) noexcept {
  HandshakeHooks* const hooks = hooksOf(ssl);
  if (hooks == nullptr) return SSL_TLSEXT_ERR_ALERT_FATAL;
  const std::string_view choice = hooks->chooseNpn(viewOf(advertised, advertisedSize));
  *chosen = const_cast<unsigned char*>(bytesOf(choice));  // OpenSSL only reads it
  *size = static_cast<unsigned char>(choice.size());
  return SSL_TLSEXT_ERR_OK;
}

// A client looks at what has come when the handshake is done.
int staple(SSL* ssl, void*) noexcept {
  if (SSL_is_server(ssl) == 0) return 1;
  const HandshakeHooks* const hooks = hooksOf(ssl);
  const std::string_view response = hooks != nullptr ? hooks->ocspResponse() : "";
  if (response.empty()) return SSL_TLSEXT_ERR_NOACK;
  void* const copy = OPENSSL_memdup(response.data(), response.size());
  if (copy == nullptr) return SSL_TLSEXT_ERR_ALERT_FATAL;
  SSL_set_tlsext_status_ocsp_resp(ssl, copy, static_cast<long>(response.size()));
  return SSL_TLSEXT_ERR_OK;
}

std::span<std::byte> spanOf(unsigned char* bytes, unsigned int size) noexcept {
  return {reinterpret_cast<std::byte*>(bytes), size};
}

unsigned int serversPsk(SSL* ssl, const char* identity, unsigned char* key,
                        unsigned int most) noexcept {
  HandshakeHooks* const hooks = hooksOf(ssl);
  if (hooks == nullptr) return 0;
  return static_cast<unsigned int>(
      hooks->serversPsk(identity != nullptr ? identity : "", spanOf(key, most)));
}

unsigned int clientsPsk(SSL* ssl, const char* hint, char* name, unsigned int longestName,
                        unsigned char* key, unsigned int most) noexcept {
  HandshakeHooks* const hooks = hooksOf(ssl);
  if (hooks == nullptr) return 0;
  return static_cast<unsigned int>(
      hooks->clientsPsk(hint != nullptr ? hint : "", {name, longestName}, spanOf(key, most)));
}

int ticketKey(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
              EVP_MAC_CTX* mac, int isNew) noexcept {
  HandshakeHooks* const hooks = hooksOf(ssl);
  return hooks == nullptr ? 0 : hooks->ticketKey(isNew == 1, name, iv, cipher, mac);
}

int tagTicket(SSL* ssl, void*) noexcept {
  HandshakeHooks* const hooks = hooksOf(ssl);
  if (hooks == nullptr) return 1;
  const std::string tag = hooks->ticketTag();
  return SSL_SESSION_set1_ticket_appdata(SSL_get_session(ssl), tag.data(), tag.size());
}

SSL_TICKET_RETURN takeTicket(SSL* ssl, SSL_SESSION* session, const unsigned char*, std::size_t,
                             SSL_TICKET_STATUS status, void*) noexcept {
  const HandshakeHooks* const hooks = hooksOf(ssl);
  const bool isOpen = status == SSL_TICKET_SUCCESS || status == SSL_TICKET_SUCCESS_RENEW;
  if (hooks == nullptr || !isOpen) return SSL_TICKET_RETURN_IGNORE_RENEW;
  void* tag = nullptr;
  std::size_t size = 0;
  SSL_SESSION_get0_ticket_appdata(session, &tag, &size);
  if (!hooks->isResumable({static_cast<const char*>(tag), size})) {
    return SSL_TICKET_RETURN_IGNORE_RENEW;
  }
  return status == SSL_TICKET_SUCCESS ? SSL_TICKET_RETURN_USE : SSL_TICKET_RETURN_USE_RENEW;
}

SSL_SESSION* findSession(SSL* ssl, const unsigned char* id, int size, int* copy) noexcept {
  HandshakeHooks* const hooks = hooksOf(ssl);
  *copy = 0;
  if (hooks == nullptr) return nullptr;
  return hooks->findSession(viewOf(id, static_cast<unsigned int>(size)));
}

// Before a server's hello, which else would name a session that nobody can resume.
int forgetId(SSL* ssl, void*) noexcept {
  const HandshakeHooks* const hooks = hooksOf(ssl);
  if (SSL_is_server(ssl) == 0 || (hooks != nullptr && hooks->givesSessionId())) return 1;
  const unsigned char none = 0;
  return SSL_SESSION_set1_id(SSL_get_session(ssl), &none, 0);
}

// 0: OpenSSL keeps its reference.
int sessionMade(SSL* ssl, SSL_SESSION* session) noexcept {
  if (HandshakeHooks* const hooks = hooksOf(ssl)) hooks->sessionMade(session);
  return 0;
}

// Both are called once in each state of a handshake, and of what else is said outside of data.
void seeKeyUpdate(const SSL* ssl, int where, int) noexcept {
  if ((where & SSL_CB_LOOP) == 0) return;
  const OSSL_HANDSHAKE_STATE state = SSL_get_state(ssl);
  if (state != TLS_ST_SR_KEY_UPDATE && state != TLS_ST_CR_KEY_UPDATE) return;
  if (HandshakeHooks* const hooks = hooksOf(ssl)) hooks->keyUpdated();
}

void seeRenegotiation(const SSL* ssl, int where, int) noexcept {
  HandshakeHooks* const hooks = hooksOf(ssl);
  if (hooks == nullptr) return;
  if (where == SSL_CB_HANDSHAKE_START) hooks->renegotiationBegins();
  if (where == SSL_CB_HANDSHAKE_DONE) hooks->renegotiationDone();
}

}  // namespace

void installHooks(SSL_CTX* ctx) {
  SSL_CTX_set_client_hello_cb(ctx, clientHello, nullptr);
  SSL_CTX_set_tlsext_servername_callback(ctx, acknowledgeName);
  SSL_CTX_set_alpn_select_cb(ctx, chooseAlpn, nullptr);
  if (hasNpn()) {
    SSL_CTX_set_next_protos_advertised_cb(ctx, advertiseNpn, nullptr);
    SSL_CTX_set_next_proto_select_cb(ctx, chooseNpn, nullptr);
  }
  SSL_CTX_set_tlsext_status_cb(ctx, staple);
  SSL_CTX_set_tlsext_ticket_key_evp_cb(ctx, ticketKey);
  SSL_CTX_set_session_ticket_cb(ctx, tagTicket, takeTicket, nullptr);
  SSL_CTX_sess_set_get_cb(ctx, findSession);
  SSL_CTX_sess_set_new_cb(ctx, sessionMade);
  SSL_CTX_set_cert_cb(ctx, forgetId, nullptr);
}

void setHooks(SSL* ssl, HandshakeHooks* hooks) noexcept {
  SSL_set_default_passwd_cb_userdata(ssl, hooks);
}

void askForPsk(SSL* ssl) noexcept {
  if (SSL_is_server(ssl) == 1) {
    SSL_set_psk_server_callback(ssl, serversPsk);
  } else {
    SSL_set_psk_client_callback(ssl, clientsPsk);
  }
}

void watchLaterHandshakes(SSL* ssl) noexcept {
  const bool canRenegotiate = SSL_version(ssl) != TLS1_3_VERSION;
  SSL_set_info_callback(ssl, canRenegotiate ? seeRenegotiation : seeKeyUpdate);
}

}  // namespace securepair::crypto
