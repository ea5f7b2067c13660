#include "cli/sni_flag.h"

#include <optional>

#include "cli/exit.h"
#include "cli/files.h"
#include "cli/values.h"

namespace securepair::cli {

namespace {

std::optional<SniFlag> sniFlagOf(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) return std::nullopt;
  const std::size_t comma = text.find(',', equals);
  if (comma == std::string::npos || comma == equals + 1 || comma + 1 == text.size()) {
    return std::nullopt;
  }
  return SniFlag{text.substr(0, equals), text.substr(equals + 1, comma - equals - 1),
                 text.substr(comma + 1)};
}

}  // namespace

void readValue(const std::string& text, SniFlag& flag) {
  const std::optional<SniFlag> read = sniFlagOf(text);
  if (!read) {
    throw usageFailure("must be NAME=CERT,KEY, not '" + text + "'",
                       "--sni example.org=example-cert.pem,example-key.pem");
  }
  flag = *read;
}

std::string inFolder(const std::string& text, const std::string& folder, const SniFlag*) {
  const std::optional<SniFlag> read = sniFlagOf(text);
  if (!read) return text;
  return read->name + "=" + pathInFolder(read->cert, folder) + "," +
         pathInFolder(read->key, folder);
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
