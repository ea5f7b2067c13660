#include "cli/sni_flag.h"

#include "cli/exit.h"
#include "cli/files.h"

namespace securepair::cli {

void readValue(const std::string& text, SniFlag& flag) {
  const std::size_t equals = text.find('=');
  const std::size_t comma = text.find(',', equals == std::string::npos ? 0 : equals);
  if (equals == std::string::npos || equals == 0 || comma == std::string::npos ||
      comma == equals + 1 || comma + 1 == text.size()) {
    throw usageFailure("must be NAME=CERT,KEY, not '" + text + "'",
                       "--sni example.org=example-cert.pem,example-key.pem");
  }
  flag = {text.substr(0, equals), text.substr(equals + 1, comma - equals - 1),
          text.substr(comma + 1)};
}

SniContexts readSniContexts(Io& io, const std::vector<SniFlag>& flags,
                            const tls::ServerOptions& server) {
  SniContexts contexts;
  for (const SniFlag& flag : flags) {
    contexts.emplace_back(flag.name,
                          crypto::createCredentials({.key = readSecretFile(io, flag.key),
                                                     .passphrase = server.passphrase,
                                                     .cert = readFile(flag.cert),
                                                     .ca = server.ca,
                                                     .ciphers = server.ciphers,
                                                     .minVersion = server.minVersion,
                                                     .maxVersion = server.maxVersion,
                                                     .securityLevel = server.securityLevel}));
  }
  return contexts;
}

}  // namespace securepair::cli
