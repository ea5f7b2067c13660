#pragma once
#include <securepair/address.h>

#include <optional>
#include <string>

#include "cli/exit.h"
#include "cli/io.h"

namespace securepair::cli {

/// Says where a server listens, once all its workers do; its supervisor too. `fingerprint`: of the
/// pair that was made for it, empty where it has its own.
void tellListening(Io& io, const net::Address& address, const std::string& fingerprint);

/// How a server ends that was told to: ok where no connection had to be cut, else throws a Failure
/// that says how many were, and the fix.
Exit drained(int cut, const std::string& fix);

/// "127.0.0.1:51234", or the path of a Unix socket.
std::string addressText(const net::Address& address);
/// The same of a client, who may have no address, or none any more.
std::string peerText(const std::optional<net::Address>& peer);

}  // namespace securepair::cli
