#pragma once
#include <optional>
#include <string>

#include "support/tls_world.h"

namespace securepair::test {

/// What both sides of a connection have seen.
struct Seen {
  std::string received = {};                 ///< by the client
  std::optional<std::string> byServer = {};  ///< "authorized", or why the client is not
  std::optional<std::string> byClient = {};
  std::string clientError = {};  ///< of the server
  std::string error = {};        ///< of the client
  std::string servername = {};   ///< what the client asked for
  std::string cipher = {};
  tls::PeerCertificate ofClient = {};
  tls::PeerCertificate ofServer = {};
};

/// "authorized", or the reason why it is not; "unauthorized" where there is none.
std::string verdictOf(const tls::CleartextStream& stream);

/// The server greets, the client says goodbye.
Seen converse(const tls::ServerOptions& server, const tls::ConnectOptions& client,
              const std::string& host = "localhost");

/// The server of the page's examples: asks for a certificate, trusts the world's authority.
tls::ServerOptions optionsOfAServerThatAsks();

/// The same options with the key and the certificate of this one.
template <class Options>
Options as(const Identity& identity, Options options) {
  options.key = identity.key;
  options.cert = identity.cert;
  return options;
}

}  // namespace securepair::test
