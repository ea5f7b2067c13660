#include "cli/proxy_flags.h"

#include <set>

#include "cli/exit.h"

namespace securepair::cli {
namespace {

void addWays(Verb& verb, ProxyFlags& flags) {
  verb.flag("listen", "ADDRESS",
            "HOST:PORT, PORT of 127.0.0.1, or the path of a Unix socket; port 0 is any",
            flags.listen);
  verb.flag("to", "TARGET", "where to: HOST:PORT, or the path of a Unix socket", flags.to);
  verb.flag("route", "NAME=TARGET",
            "where to for clients that ask for a name, \"*.example.org\" too", flags.routes);
  verb.toggle("client", "takes plain connections, and goes on over TLS", flags.client);
  verb.toggle("unsafe-target", "plain text may leave this machine", flags.unsafeTarget).weakens();
}

void addClients(Verb& verb, ProxyFlags& flags) {
  verb.flag("allow-cn", "NAME", "lets clients through whose certificate has this common name",
            flags.rules.commonNames);
  verb.flag("allow-san", "NAME",
            "lets clients through whose certificate is for this name: a DNS name or an address, or "
            "DNS:, IP:, URI: or email: before it",
            flags.rules.names);
  verb.toggle("allow-any", "lets all clients through whose certificate --ca has signed",
              flags.rules.any)
      .weakens();
}

void addProxyProtocol(Verb& verb, ProxyFlags& flags) {
  verb.flag("proxy-protocol", "VERSION", "tells the target who the client is", flags.proxyProtocol)
      .choices({"v1", "v2"});
  verb.flag("trusted-proxies", "ADDRESS",
            "takes who the client is from this proxy: its address, 192.0.2.0/24, or unix",
            flags.trustedProxies)
      .weakens();
}

void addLimits(Verb& verb, ProxyFlags& flags) {
  verb.flag("handshake-timeout", "TIME",
            "how long a client's handshake may take, and its PROXY header; 0: for ever",
            flags.handshakeTimeout)
      .preset("30s");
  verb.flag("connect-timeout", "TIME", "how long it may take to reach the target; 0: for ever",
            flags.connectTimeout)
      .preset("10s");
  verb.flag("idle-timeout", "TIME", "ends a connection on which nothing comes or goes; 0: never",
            flags.idleTimeout)
      .preset("10m");
  verb.flag("drain", "TIME", "how long open connections may go on after SIGTERM or SIGINT",
            flags.drain)
      .preset("30s");
  verb.flag("max-connections", "N", "closes further ones of a worker at once; 0: no limit",
            flags.maxConnections)
      .between(0, 1'000'000)
      .preset("0");
  verb.flag("workers", "N", "threads that share the port", flags.workers)
      .between(1, 1024)
      .preset("1");
}

void checkTarget(const ProxyFlags& flags, const Target& target, const std::string& flag) {
  if (!flags.client && !flags.unsafeTarget && !isLocal(target)) {
    throw usageFailure(
        flag + " sends plain text to another machine, '" + target.text() + "'",
        "name a target on this one, 127.0.0.1:PORT or a Unix socket, or say --unsafe-target");
  }
  const bool isNamed = flags.listen.given() && !flags.listen.handed;
  if (isNamed && target.text() == flags.listen.text()) {
    throw usageFailure(flag + " is where --listen is: a loop");
  }
}

void checkTargets(const ProxyFlags& flags) {
  if (!flags.to && (flags.routes.empty() || flags.client)) throw usageFailure("--to is missing");
  if (flags.to) checkTarget(flags, *flags.to, "--to");
  std::set<std::string> names;
  for (const Route& route : flags.routes) {
    checkTarget(flags, route.target, "--route");
    if (!names.insert(route.name).second) {
      throw usageFailure("--route is given twice for '" + route.name + "'",
                         "leave one of them out");
    }
  }
}

void checkServer(const ProxyFlags& flags) {
  if (!flags.servername.empty() || flags.insecure) {
    throw usageFailure(std::string(flags.insecure ? "--insecure" : "--servername") +
                       " is of connections to a TLS server, and needs --client");
  }
  const ClientRules& rules = flags.rules;
  const bool named = !rules.commonNames.empty() || !rules.names.empty();
  if (rules.any && named) {
    throw usageFailure("--allow-any leaves nothing for --allow-cn and --allow-san to decide");
  }
  if (rules.given() && !flags.tls.pfx.empty()) {
    throw usageFailure("--pfx brings authorities of its own, and clients are judged by --ca",
                       "give --key and --cert in place of --pfx");
  }
  const bool hasAuthorities = !flags.tls.ca.empty();
  if (rules.given() && !hasAuthorities) {
    throw usageFailure(
        "clients are judged by certificates that --ca has signed, and it is missing");
  }
  if (hasAuthorities && !rules.given()) {
    throw usageFailure("--ca lets nobody through by itself",
                       "say who: --allow-cn NAME, --allow-san NAME, or --allow-any");
  }
}

void checkClient(const ProxyFlags& flags) {
  if (!flags.routes.empty() || !flags.sni.empty()) {
    throw usageFailure("plain clients ask for no name: --route and --sni are not for --client");
  }
  if (flags.rules.given()) {
    throw usageFailure(
        "plain clients have no certificate: --allow-cn, --allow-san and --allow-any "
        "are not for --client");
  }
  if (flags.insecure && !flags.tls.ca.empty()) {
    throw usageFailure("--insecure and --ca exclude each other", "leave --insecure out");
  }
  if (!flags.insecure && flags.servername.empty() && !flags.to->path.empty()) {
    throw usageFailure("a Unix socket has no name for which a certificate could be",
                       "say --servername NAME");
  }
}

}  // namespace

void addProxyFlags(Verb& verb, ProxyFlags& flags) {
  addWays(verb, flags);
  addTlsFlags(verb, flags.tls);
  verb.flag("sni", "NAME=CERT,KEY", "another certificate for a name, \"*.example.org\" too",
            flags.sni);
  addClients(verb, flags);
  verb.flag("servername", "NAME",
            "with --client: asks for this name, and the certificate must be for it",
            flags.servername)
      .preset("the target's host");
  verb.toggle("insecure", "with --client: goes on with a server that is not authorized",
              flags.insecure)
      .weakens();
  addProxyProtocol(verb, flags);
  addLimits(verb, flags);
  verb.toggle("check-config", "reads and checks everything, and ends", flags.checkConfig)
      .commandLineOnly();
}

void checkProxyFlags(const ProxyFlags& flags) {
  checkTargets(flags);
  if (flags.client) {
    checkClient(flags);
  } else {
    checkServer(flags);
  }
  if (flags.workers > 1 && !flags.listen.path.empty()) {
    throw usageFailure("--workers " + std::to_string(flags.workers) +
                       " cannot share a Unix socket");
  }
}

}  // namespace securepair::cli
