// What a server's handshake stops for, outside of OpenSSL: a context, a protocol, an OCSP response,
// a session.
#include <optional>
#include <utility>

#include <openssl/ssl.h>

#include "crypto/protocol_list.h"
#include "engine/engine.h"
#include "engine/failure.h"
#include "engine/hello_field.h"

namespace securepair::engine {
namespace {

// In wire format; empty where the hello has none, or one that OpenSSL refuses by itself.
std::string offeredProtocolsIn(SSL* ssl) {
  BytesView extension = extensionOf(ssl, TLSEXT_TYPE_application_layer_protocol_negotiation);
  BytesView list;
  if (!cutField(extension, list)) return {};
  return {reinterpret_cast<const char*>(list.data()), list.size()};
}

bool wantsOcspResponse(SSL* ssl) noexcept {
  const BytesView extension = extensionOf(ssl, TLSEXT_TYPE_status_request);
  return !extension.empty() && extension[0] == std::byte{TLSEXT_STATUSTYPE_ocsp};
}

Buffer derOf(X509* certificate) {
  unsigned char* bytes = nullptr;
  const int size = certificate != nullptr ? i2d_X509(certificate, &bytes) : 0;
  const crypto::OpensslMemory<unsigned char> owned(bytes);
  return size > 0 ? Buffer(bytes, static_cast<std::size_t>(size)) : Buffer();
}

}  // namespace

Engine::Asks Engine::asks() const noexcept {
  if (naming_ == Naming::asked) return Asks::context;
  if (beginning().protocol == LookUp::asked) return Asks::protocol;
  if (beginning().status == LookUp::asked) return Asks::status;
  return lookUp_ == LookUp::asked ? Asks::session : Asks::nothing;
}

void Engine::refuse(Error reason) {
  if (asks() == Asks::nothing) return;
  makeExtras().hookFailure = std::make_unique<Error>(std::move(reason));
  beginning_->refused = asks();
  naming_ = Naming::ownContext;
  beginning_->protocol = beginning_->status = lookUp_ = LookUp::answered;
}

int Engine::refusalAlert() const noexcept {
  switch (beginning().refused) {
    case Asks::protocol:
      return SSL_AD_NO_APPLICATION_PROTOCOL;
    case Asks::status:
      return SSL_AD_INTERNAL_ERROR;
    default:
      return SSL_AD_UNRECOGNIZED_NAME;
  }
}

void Engine::resume(const ContextChoice& choice) {
  if (naming_ != Naming::asked) return;
  if (choice.context != nullptr) use(choice);
  naming_ = choice.context != nullptr ? Naming::chosenContext : Naming::ownContext;
}

// Each of these is asked once: a later hello gets the answer that the first got.
bool Engine::asksForProtocol(SSL* ssl) {
  if (!settings_->asksForProtocol || secure_) return false;
  if (beginning_->protocol == LookUp::none) {
    beginning_->offer.protocols = offeredProtocolsIn(ssl);
    beginning_->protocol = beginning_->offer.protocols.empty() ? LookUp::answered : LookUp::asked;
  }
  return beginning_->protocol == LookUp::asked;
}

std::vector<std::string> Engine::offeredProtocols() const {
  return protocolsIn(beginning().offer.protocols);
}

void Engine::answerProtocol(const std::string& chosen) {
  if (asks() != Asks::protocol) return;
  const std::string& offered = beginning_->offer.protocols;
  if (!crypto::hasProtocol(offered, chosen)) return refuse(protocolNotChosen(chosen, offered));
  beginning_->protocol = LookUp::answered;
  beginning_->chosenProtocol = chosen;
}

// A renegotiation stays with what the first handshake has agreed on.
Engine::Choice Engine::chosenProtocol(std::string_view offered) const noexcept {
  const std::string& chosen =
      extras().first != nullptr ? extras().first->alpn : beginning().chosenProtocol;
  if (chosen.empty()) return {};
  const bool isOffered = crypto::hasProtocol(offered, chosen);
  return {.protocol = isOffered ? std::string_view(chosen) : "", .mustAgree = true};
}

bool Engine::asksForStatus(SSL* ssl) {
  if (!settings_->asksForStatus || secure_) return false;
  if (beginning_->status == LookUp::none) {
    beginning_->status = wantsOcspResponse(ssl) ? LookUp::asked : LookUp::answered;
  }
  return beginning_->status == LookUp::asked;
}

tls::OcspRequest Engine::ocspRequest() const {
  STACK_OF(X509)* chain = nullptr;
  SSL_get0_chain_certs(ssl_.get(), &chain);
  return {.certificate = derOf(SSL_get_certificate(ssl_.get())),
          .issuer = derOf(sk_X509_num(chain) > 0 ? sk_X509_value(chain, 0) : nullptr)};
}

void Engine::answerStatus(const Buffer& response) {
  if (asks() != Asks::status) return;
  beginning_->status = LookUp::answered;
  beginning_->ocspResponse = response.toString();
}

std::string_view Engine::ocspResponse() const noexcept { return beginning().ocspResponse; }

}  // namespace securepair::engine
