#pragma once
#include <securepair/error.h>

#include <chrono>
#include <string>

#include "crypto/verify.h"
#include "engine/client_auth.h"
#include "engine/offer.h"
#include "engine/opening.h"
#include "engine/settings.h"

namespace securepair::engine {

/// What is known of a connection that cannot go on.
struct Circumstances {
  SSL* ssl;
  const crypto::Verification& verification;
  const ClientAuth& auth;
  const Opening& opening;
  const ClientOffer& offer;
  const Settings& settings;
  bool secure;
  bool suspended;  ///< a client's hello waits for what this side's program answers
};

/// Reads OpenSSL's error queue, empties it, and tells why the connection cannot go on.
Error explainFailure(const Circumstances& at);

/// The transport ended before the handshake was done.
Error hungUp(const Circumstances& at);

/// The transport failed before the handshake was done: `error` is what it says of that.
Error lostInHandshake(const Error& error, const Circumstances& at);

/// The handshake was not done in time.
Error tookTooLong(const Circumstances& at);

/// The transport ended without the peer's close_notify. `accepted`: not perhaps because a server
/// has refused this client.
Error truncated(bool accepted);

/// A server has chosen a protocol by ALPN that was not offered to it.
Error protocolNotOffered(const std::string& protocol);

/// A server's user has chosen none of what the client offers by ALPN, in wire format.
Error protocolNotChosen(const std::string& chosen, const std::string& offered);

/// A client's later hello asks for another name than its first.
Error nameChanged(const std::string& first, const std::string& later);

/// The peer asks for more than the limits allow: `what` is "renegotiations" or "key updates".
Error asksTooOften(const std::string& what, int limit, std::chrono::seconds window,
                   const std::string& option);

}  // namespace securepair::engine
