// Renegotiations of TLS 1.2: what a client asks for, and what stays as it was on both sides.
#include <memory>
#include <new>
#include <utility>

#include <openssl/ssl.h>

#include "engine/engine.h"

namespace securepair::engine {
namespace {

// For this once: a server that asks for one is still refused.
void ask(SSL* ssl) {
  SSL_clear_options(ssl, SSL_OP_NO_RENEGOTIATION);
  SSL_renegotiate(ssl);
  SSL_set_options(ssl, SSL_OP_NO_RENEGOTIATION);
}

}  // namespace

// OpenSSL begins when it is not in the middle of a record. It is driven by reads alone, for those
// take what the server has sent before it saw the question; a peek leaves that where it is.
Engine::Want Engine::renegotiate() {
  if (renegotiation_ == Renegotiation::none) {
    ask(ssl_.get());
    renegotiation_ = Renegotiation::asked;
  }
  const Want want = peek().want;
  if (want == Want::failed) return want;
  if (renegotiation_ == Renegotiation::done) {
    renegotiation_ = Renegotiation::none;
    return Want::nothing;
  }
  return want == Want::nothing ? Want::input : want;
}

// On a server neither is asked for a second time; a client's server has to show the same again.
void Engine::renegotiationBegins() noexcept {
  if (extras().first != nullptr) return;
  try {
    makeExtras().first = std::make_unique<const Agreed>(Agreed{
        .peer = crypto::X509Ptr(SSL_get1_peer_certificate(ssl_.get())), .alpn = alpnProtocol()});
    if (verification_ != nullptr) verification_->before = extras_->first->peer.get();
  } catch (const std::bad_alloc&) {
    wire_.outOfMemory = true;
    wire_.input = {};
  }
}

void Engine::renegotiationDone() noexcept {
  if (renegotiation_ == Renegotiation::asked) renegotiation_ = Renegotiation::done;
}

}  // namespace securepair::engine
