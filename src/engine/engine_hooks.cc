// What OpenSSL asks the engine in the middle of its work.
#include <algorithm>
#include <new>
#include <utility>

#include <openssl/ssl.h>

#include "crypto/key_exchange.h"
#include "crypto/protocol_list.h"
#include "engine/engine.h"
#include "engine/failure.h"
#include "engine/server_name.h"

namespace securepair::engine {
namespace {

constexpr std::string_view npnWithoutList = "\x08http/1.1";

// SSL_set_SSL_CTX() takes over certificates, trust and ciphers, but not policy.
void takeOverPolicy(SSL* ssl, const crypto::Context& context) {
  SSL_CTX* const ctx = context.native();
  SSL_set_min_proto_version(ssl, static_cast<int>(SSL_CTX_get_min_proto_version(ctx)));
  SSL_set_max_proto_version(ssl, static_cast<int>(SSL_CTX_get_max_proto_version(ctx)));
  // set1() adds flags, and takes none away.
  X509_VERIFY_PARAM_clear_flags(SSL_get0_param(ssl), X509_V_FLAG_PARTIAL_CHAIN);
  X509_VERIFY_PARAM_set1(SSL_get0_param(ssl), SSL_CTX_get0_param(ctx));
  SSL_clear_options(ssl, SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_set_options(ssl, SSL_CTX_get_options(ctx) & SSL_OP_CIPHER_SERVER_PREFERENCE);
  if (!crypto::takeOverGroups(ssl, context.groups())) throw std::bad_alloc();
}

}  // namespace

// Called for each hello of a client: the first, one after a HelloRetryRequest, and those that ask
// for a renegotiation. Called again for the first when it goes on after a wait.
Engine::Hello Engine::clientHello(SSL* ssl, int& alert) noexcept {
  try {
    const std::string name = requestedName(ssl);
    if (!std::exchange(helloSeen_, true)) {
      beginning_->offer.versions = versionsIn(ssl);
      if (!name.empty()) keepName(name);
      if (settings_->asksForContext && !name.empty()) naming_ = Naming::asked;
    } else if (!isSecondHelloFit(name, alert)) {
      return Hello::refuse;
    }
    if (naming_ == Naming::asked) return Hello::wait;
    alert = refusalAlert();
    if (extras().hookFailure) return Hello::refuse;
    bindSession();
    const bool asks = asksForProtocol(ssl) || asksForStatus(ssl) || asksForSession(ssl);
    return asks ? Hello::wait : Hello::go;
  } catch (...) {
    alert = SSL_AD_INTERNAL_ERROR;
    return Hello::refuse;
  }
}

void Engine::keepName(std::string_view name) {
  auto kept = std::make_unique<char[]>(name.size() + 1);
  std::copy(name.begin(), name.end(), kept.get());
  servername_ = std::move(kept);
}

bool Engine::isSecondHelloFit(const std::string& name, int& alert) {
  if (name != servername()) {
    alert = SSL_AD_ILLEGAL_PARAMETER;
    makeExtras().hookFailure =
        std::make_unique<Error>(nameChanged(std::string(servername()), name));
    return false;
  }
  if (!secure_) return true;
  // OpenSSL would ask for a certificate again where the first handshake has resumed a session.
  SSL_set_verify(ssl_.get(), SSL_VERIFY_NONE, nullptr);
  if (requests().renegotiations.pass(base::RateWindow::Clock::now())) return true;
  const Limits& limits = settings_->limits;
  alert = SSL_AD_NO_RENEGOTIATION;
  makeExtras().hookFailure = std::make_unique<Error>(
      asksTooOften("renegotiations", limits.renegotiations, limits.window, "clientRenegLimit"));
  return false;
}

void Engine::use(const ContextChoice& choice) {
  if (SSL_set_SSL_CTX(ssl_.get(), choice.context->native()) == nullptr) throw std::bad_alloc();
  context_ = choice.context;
  takeOverPolicy(ssl_.get(), *context_);
  if (settings_->usesPsk) prepareForPsk();
  if (extras().keyLines != nullptr) KeyLines::contextChanged(ssl_.get());
  if (verification_ != nullptr) verification_->expect.trustAs(*context_);
  if (!choice.clientCertificate) return;
  const auto policy = *choice.clientCertificate;
  demandCertificate(policy != tls::ClientCertificate::none,
                    policy == tls::ClientCertificate::required);
}

Engine::Choice Engine::chooseAlpn(std::string_view offered) noexcept {
  if (settings_->asksForProtocol) return chosenProtocol(offered);
  const Protocols* const own = settings_->protocols.get();
  if (own == nullptr || own->alpn.empty()) return {};
  const Choice choice{.protocol = crypto::sharedProtocol(own->alpn, offered),
                      .mustAgree = own->alpnRequired};
  if (choice.protocol.empty() && choice.mustAgree) keepForFailure(offered);
  return choice;
}

void Engine::keepForFailure(std::string_view protocols) noexcept {
  try {
    if (beginning_ != nullptr) beginning_->offer.protocols = protocols;
  } catch (const std::bad_alloc&) {  // the message does without
  }
}

std::string_view Engine::advertisedNpn() const noexcept {
  return settings_->protocols != nullptr ? std::string_view(settings_->protocols->npn) : "";
}

// The server's order decides. Where nothing is shared a client says what it will speak all the
// same, as NPN has it.
std::string_view Engine::chooseNpn(std::string_view advertised) noexcept {
  const Protocols* const protocols = settings_->protocols.get();
  const bool hasList = protocols != nullptr && !protocols->npn.empty();
  const std::string_view own = hasList ? std::string_view(protocols->npn) : npnWithoutList;
  const std::string_view shared = crypto::sharedProtocol(advertised, own);
  npnAgreed_ = hasList && !shared.empty();
  return shared.empty() ? crypto::firstProtocol(own) : shared;
}

bool Engine::agreedWithinOffer() const {
  const std::string agreed = alpnProtocol();
  if (agreed.empty()) return true;
  return settings_->protocols != nullptr && crypto::hasProtocol(settings_->protocols->alpn, agreed);
}

void Engine::keyUpdated() noexcept {
  try {
    if (requests().keyUpdates.pass(base::RateWindow::Clock::now())) return;
  } catch (...) {  // no memory to count them
  }
  updatesTooOften_ = true;
  wire_.input = {};  // whatever else lies ready is not even looked at
}

}  // namespace securepair::engine
