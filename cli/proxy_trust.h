#pragma once
#include <securepair/address.h>

#include <optional>
#include <string>
#include <vector>

#include "cli/proxy_ip.h"

namespace securepair::cli {

/// Proxies whose PROXY headers are believed: an address, a network as "192.0.2.0/24", or "unix",
/// which is whoever can open the Unix socket.
struct TrustedProxy {
  IpBytes network = {};  ///< empty: unix
  int prefix = 0;

  bool covers(const IpBytes& ip) const;
};

/// Nobody is trusted by a name, and not everybody by a network.
void readValue(const std::string& text, TrustedProxy& proxy);

/// Whether the peer of a connection is one of them. A peer who is gone is none.
bool isTrusted(const std::vector<TrustedProxy>& proxies, const std::optional<net::Address>& peer);

}  // namespace securepair::cli
