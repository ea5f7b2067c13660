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
  return {.engine = std::move(settings),
          .handshakeTimeout = notNegative("handshakeTimeout", options.handshakeTimeout),
          .closeTimeout = notNegative("closeTimeout", options.closeTimeout),
          .keylog = keylogOf(options)};
}

}  // namespace securepair::detail
