#pragma once
#include <functional>
#include <string>
#include <vector>

namespace securepair::tls {

/// What a client says before a protocol is chosen for it.
struct AlpnOffer {
  std::string servername = {};  ///< as CleartextStream::servername() has it
  std::vector<std::string> protocols = {};
};

/// Chooses one of the protocols that a client offers by ALPN. An empty answer, like an exception,
/// refuses the handshake: the client gets the alert no_application_protocol.
using AlpnCallback = std::function<std::string(const AlpnOffer& offer)>;

}  // namespace securepair::tls
