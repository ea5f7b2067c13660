#pragma once
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "engine/session.h"
#include "engine/ticket_keys.h"

namespace securepair::engine {

/// What is offered by ALPN and NPN, in wire format; empty: nothing.
struct Protocols {
  std::string alpn = {};
  std::string npn = {};
  bool alpnRequired = false;  ///< a server ends a handshake in which nothing is agreed
};

/// What a peer may ask of us after the handshake, within a window of time.
struct Limits {
  int renegotiations = 3;  ///< servers only; 0: refused without further ado
  int keyUpdates = 32;
  std::chrono::seconds window{600};
};

struct Settings {
  bool isServer = false;
  bool requestCert = false;         ///< servers only: clients always see the server's certificate
  bool rejectUnauthorized = false;  ///< an unauthorized peer fails the handshake
  std::string servername = {};      ///< clients only: the SNI name to send; empty: none
  std::string identity = {};        ///< clients only: the name or address that was meant
  std::shared_ptr<const Protocols> protocols = {};  ///< none: nothing is offered
  bool asksForContext = false;   ///< servers only: Want::suspended for a client that names a server
  bool asksForProtocol = false;  ///< the same for one that offers protocols by ALPN
  bool asksForStatus = false;    ///< the same for one that wants an OCSP response
  bool requestOCSP = false;      ///< clients only: wants an OCSP response with the certificate
  bool usesPsk = false;          ///< see Engine::usePsk()
  std::string pskIdentityHint = {};  ///< servers only
  bool allowTruncation = false;      ///< the end of the transport is the peer's
  Limits limits = {};
  std::string sessionIdContext = {};            ///< servers only
  std::shared_ptr<TicketKeys> ticketKeys = {};  ///< servers only; none: no tickets
  /// Servers only, in place of tickets: sessions can be found by their id for so long.
  std::optional<std::chrono::seconds> sessionsStoredFor = {};
  std::shared_ptr<const Session> session = {};  ///< clients only: to be resumed if it fits
};

}  // namespace securepair::engine
