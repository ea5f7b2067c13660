#pragma once
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "cli/endpoint.h"
#include "cli/proxy_routes.h"
#include "cli/proxy_rules.h"
#include "cli/proxy_trust.h"
#include "cli/sni_flag.h"
#include "cli/tls_flags.h"
#include "cli/verb.h"

namespace securepair::cli {

/// What `proxy` is told on its command line.
struct ProxyFlags {
  ListenAddress listen = {};
  std::optional<Target> to = {};
  std::vector<Route> routes = {};
  bool client = false;
  bool unsafeTarget = false;
  TlsFlags tls = {};
  std::vector<SniFlag> sni = {};
  ClientRules rules = {};
  std::string servername = {};
  bool insecure = false;
  std::string proxyProtocol = {};
  std::vector<TrustedProxy> trustedProxies = {};
  std::chrono::milliseconds handshakeTimeout = std::chrono::seconds(30);
  std::chrono::milliseconds connectTimeout = std::chrono::seconds(10);
  std::chrono::milliseconds idleTimeout = std::chrono::minutes(10);
  std::chrono::milliseconds drain = std::chrono::seconds(30);
  std::size_t maxConnections = 0;
  int workers = 1;
  bool checkConfig = false;
};

void addProxyFlags(Verb& verb, ProxyFlags& flags);

/// Refuses what contradicts itself, and what would be less safe than it looks.
void checkProxyFlags(const ProxyFlags& flags);

}  // namespace securepair::cli
