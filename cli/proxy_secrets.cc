#include "cli/proxy_secrets.h"

#include "cli/throw_away_pair.h"
#include "cli/ticket_secret.h"

namespace securepair::cli {

std::shared_ptr<tls::Server> makeProxyServer(const ProxySecrets& secrets) {
  auto server = tls::createServer(secrets.server);
  for (const auto& [name, credentials] : secrets.contexts) server->addContext(name, credentials);
  return server;
}

ProxySecretsReader::ProxySecretsReader(Io& io, const ProxyFlags& flags) : flags_(flags) {
  checkTlsFlags(flags.tls);
  if (flags.tls.passphrase.descriptor) passphrase_ = readPassphrase(io, flags.tls.passphrase);
  if (flags.client) return;
  // Workers, and the servers before and after a reload, resume each other's sessions.
  lasting_.ticketSecret = newTicketSecret();
  lasting_.securityLevel = flags.tls.securityLevel;
  const bool hasCertificate =
      !flags.tls.cert.empty() || !flags.tls.pfx.empty() || !flags.sni.empty();
  if (!hasCertificate) fingerprint_ = makeThrowAwayPair(lasting_);
}

std::shared_ptr<const ProxySecrets> ProxySecretsReader::read(Io& io) const {
  auto secrets = std::make_shared<ProxySecrets>();
  if (flags_.client) {
    fillClient(io, *secrets);
  } else {
    fillServer(io, *secrets);
    makeProxyServer(*secrets);  // throws here what it would throw in a worker
  }
  return secrets;
}

std::shared_ptr<const ProxySecrets> ProxySecretsReader::readAnew(Io& io) const {
  std::vector<std::string> paths = flags_.tls.ca;
  paths.insert(paths.end(),
               {flags_.tls.key, flags_.tls.cert, flags_.tls.pfx, flags_.tls.passphrase.file});
  for (const SniFlag& sni : flags_.sni) paths.insert(paths.end(), {sni.cert, sni.key});
  for (const std::string& path : paths) {
    if (!path.empty()) requireRegularFile(path);
  }
  return read(io);
}

template <class Options>
void ProxySecretsReader::applyTls(Io& io, Options& options) const {
  TlsFlags flags = flags_.tls;
  const bool wasRead = flags.passphrase.descriptor.has_value();
  if (wasRead) flags.passphrase = {};
  applyTlsFlags(io, flags, options);
  if (wasRead) options.passphrase = passphrase_;
}

void ProxySecretsReader::fillServer(Io& io, ProxySecrets& secrets) const {
  tls::ServerOptions& server = secrets.server;
  server = lasting_;
  applyTls(io, server);
  server.requestCert = server.rejectUnauthorized = flags_.rules.given();
  // Who was let through by one certificate must not go on with another.
  server.clientRenegLimit = 0;
  server.handshakeTimeout = flags_.handshakeTimeout;
  server.closeTimeout = flags_.idleTimeout;
  secrets.contexts = readSniContexts(io, flags_.sni, server);
}

void ProxySecretsReader::fillClient(Io& io, ProxySecrets& secrets) const {
  tls::ConnectOptions given;
  applyTls(io, given);
  tls::ConnectOptions& client = secrets.client;
  client = withContext(given);
  client.servername = flags_.servername.empty() ? flags_.to->host : flags_.servername;
  client.rejectUnauthorized = !flags_.insecure;
  client.handshakeTimeout = {};
  client.closeTimeout = flags_.idleTimeout;
}

}  // namespace securepair::cli
