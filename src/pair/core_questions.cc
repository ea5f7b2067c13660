// What a handshake asks of the user: for a server's client a protocol and an OCSP response, for
// either side a key that both have.
#include <memory>
#include <utility>

#include "base/host.h"
#include "pair/callback_threw.h"
#include "pair/core.h"
#include "pair/pending_ocsp.h"

namespace securepair::detail {

using engine::Engine;

void PairCore::prepareHandshake() {
  if (options_.keylog != nullptr) engine_.logKeys();
  if (options_.trace) trace();
  if (!options_.engine.usesPsk) return;
  engine_.usePsk([this](const std::string& name) { return findPsk(name); });
}

void PairCore::trace() {
  if (engine_.trace()) return;
  base::warn(
      Error({.code = "WARN_NO_TRACE",
             .message = "`enableTrace`: this program's OpenSSL was built without it",
             .fix = "record the connection with tcpdump, and give `keylogFile` to read it"}));
}

bool PairCore::answerHello() {
  switch (engine_.asks()) {
    case Engine::Asks::context:
      return findContext();
    case Engine::Asks::protocol:
      return chooseProtocol();
    case Engine::Asks::status:
      return findStatus();
    default:
      return findSession();
  }
}

// False where the callback has ended the connection.
bool PairCore::chooseProtocol() {
  try {
    engine_.answerProtocol(
        options_.callbacks->alpn({.servername = std::string(engine_.servername()),
                                  .protocols = engine_.offeredProtocols()}));
  } catch (...) {
    engine_.refuse(callbackThrew("ERR_TLS_ALPN_CALLBACK", "ALPNCallback",
                                 "let it return an empty text where no protocol will do"));
  }
  return state_ == State::handshaking;
}

// False where the answer comes later, or the callback has ended the connection.
bool PairCore::findStatus() {
  if (std::exchange(statusAsked_, true)) return false;
  try {
    options_.callbacks->ocsp(
        engine_.ocspRequest(),
        tls::OcspAnswer(std::make_shared<PendingOcsp>(std::weak_ptr(shared_from_this()))));
  } catch (...) {
    engine_.refuse(callbackThrew("ERR_TLS_OCSP_CALLBACK", "OCSPCallback",
                                 "let it answer with an empty Buffer where it has no response"));
  }
  return engine_.asks() != Engine::Asks::status && state_ == State::handshaking;
}

void PairCore::answerStatus(const Buffer& response) {
  if (state_ != State::handshaking || !statusAsked_) return;
  engine_.answerStatus(response);
  cycle();
}

void PairCore::refuseStatus(const Error& error) {
  if (state_ != State::handshaking || !statusAsked_) return;
  engine_.refuse(error);
  cycle();
}

// Called from within OpenSSL.
std::optional<tls::PskIdentity> PairCore::findPsk(const std::string& name) {
  const HandshakeCallbacks& callbacks = *options_.callbacks;
  try {
    if (!isServer()) return callbacks.clientPsk(name);
    return tls::PskIdentity{.identity = name, .psk = callbacks.serverPsk(cleartext, name)};
  } catch (...) {
    throw callbackThrew("ERR_TLS_PSK_CALLBACK", "pskCallback",
                        "let it return nothing where there is no key");
  }
}

}  // namespace securepair::detail
