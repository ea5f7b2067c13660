#pragma once
#include <string>

#include "support/tls_world.h"

namespace securepair::test {

/// Where the sessions of a test's servers are, all of which can open them.
enum class Kept : unsigned char { inTickets, inAStore };

struct Seen {
  bool reused = false;
  bool authorized = false;        ///< the server, for the client
  bool clientAuthorized = false;  ///< the client, for the server
  std::string clientName;         ///< in the certificate that the server knows of it
  Buffer session;
  std::string error;
  std::string clientError;
};

/// One connection, which ends when the server's greeting, and in it a ticket, has come.
Seen connectTo(tls::Server& server, const tls::ConnectOptions& options);

/// The same options with this session to be resumed.
tls::ConnectOptions with(const Buffer& session, tls::ConnectOptions options);

}  // namespace securepair::test
