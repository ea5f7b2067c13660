#pragma once
#include <securepair/tls/options.h>

#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include "base/secret_file.h"
#include "engine/settings.h"
#include "pair/core.h"

namespace securepair::detail {

/// What is offered by ALPN and NPN. Throws Error where a list is not usable.
std::shared_ptr<const engine::Protocols> protocolsOf(const tls::ProtocolList& alpn,
                                                     const tls::ProtocolList& npn);

/// Throws Error where one is negative. What is not given is the process's setting.
engine::Limits limitsOf(const std::optional<int>& renegotiations,
                        const std::optional<std::chrono::seconds>& window, int keyUpdates);

/// Throws Error, which names the option, where the time is negative.
std::chrono::milliseconds notNegative(const char* option, std::chrono::milliseconds time);

template <class Options>
std::shared_ptr<base::SecretFile> keylogOf(const Options& options) {
  if constexpr (requires { options.keylogFile; }) {
    if (!options.keylogFile.empty()) {
      return std::make_shared<base::SecretFile>(options.keylogFile, "keylogFile");
    }
  }
  return nullptr;
}

/// The session that getSession() gave so; null where the bytes are none.
std::shared_ptr<const engine::Session> sessionOf(const Buffer& bytes);

/// Throws Error where both are given.
void refuseTwoChoices(const tls::AlpnCallback& callback, const tls::ProtocolList& list);
/// Throws Error where the hint cannot be sent, or has no callback.
void checkHint(const tls::ServerPskCallback& callback, const std::string& hint);

/// Whom a handshake asks, which the settings are made to say; null where it asks nobody.
template <class Options>
std::shared_ptr<const HandshakeCallbacks> callbacksOf(const Options& options,
                                                      engine::Settings& settings) {
  HandshakeCallbacks callbacks;
  if constexpr (requires { options.ALPNCallback; }) {
    refuseTwoChoices(options.ALPNCallback, options.ALPNProtocols);
    callbacks.alpn = options.ALPNCallback;
    settings.asksForProtocol = settings.isServer && callbacks.alpn;
  }
  if constexpr (requires { options.OCSPCallback; }) {
    callbacks.ocsp = options.OCSPCallback;
    settings.asksForStatus = static_cast<bool>(callbacks.ocsp);
  }
  if constexpr (requires { options.pskIdentityHint; }) {
    checkHint(options.pskCallback, options.pskIdentityHint);
    callbacks.serverPsk = options.pskCallback;
    settings.pskIdentityHint = options.pskIdentityHint;
  } else if constexpr (requires { options.pskCallback; }) {
    callbacks.clientPsk = options.pskCallback;
  }
  settings.usesPsk = callbacks.serverPsk || callbacks.clientPsk;
  const bool asks = settings.asksForProtocol || settings.asksForStatus || settings.usesPsk;
  return asks ? std::make_shared<const HandshakeCallbacks>(std::move(callbacks)) : nullptr;
}

/// The part of a server's, a client's or a pair's options that makes a pair. Throws Error where one
/// of them is not usable.
template <class Options>
PairOptions pairOptionsOf(const Options& options, engine::Settings settings) {
  settings.protocols = protocolsOf(options.ALPNProtocols, options.NPNProtocols);
  settings.allowTruncation = options.allowTruncation;
  if constexpr (requires { options.clientRenegLimit; }) {
    settings.limits =
        limitsOf(options.clientRenegLimit, options.clientRenegWindow, options.keyUpdateLimit);
  } else {
    settings.limits = limitsOf({}, {}, options.keyUpdateLimit);
  }
  auto callbacks = callbacksOf(options, settings);
  return {.engine = std::move(settings),
          .handshakeTimeout = notNegative("handshakeTimeout", options.handshakeTimeout),
          .closeTimeout = notNegative("closeTimeout", options.closeTimeout),
          .keylog = keylogOf(options),
          .callbacks = std::move(callbacks),
          .trace = options.enableTrace};
}

}  // namespace securepair::detail
