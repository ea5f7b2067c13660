#pragma once
#include <securepair/error.h>
#include <securepair/net.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "cli/proxy_header.h"

namespace securepair::cli {

/// Reads the PROXY header with which a connection has to begin. One of the two is called, unless
/// the connection fails before: `done` with the addresses in it, if any, and what has come after
/// it. `within` 0: for ever.
void readProxyHeader(
    net::Socket& socket, std::chrono::milliseconds within,
    std::function<void(const std::optional<ProxiedAddresses>&, const Data& rest)> done,
    std::function<void(const Error&)> failed);

}  // namespace securepair::cli
