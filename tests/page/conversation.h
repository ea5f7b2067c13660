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

/// The server greets, the client says goodbye.
Seen converse(const tls::ServerOptions& server, const tls::ConnectOptions& client,
              const std::string& host = "localhost");

}  // namespace securepair::test
