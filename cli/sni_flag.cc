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

void putFile(std::string& text, const std::string& option, const std::string& file) {
  const std::size_t at = text.find(option);
  if (at != std::string::npos) text.replace(at, option.size(), "'" + file + "'");
}

// What the library calls `key` and `cert` is not --key and --cert here.
Failure withFiles(const SniFlag& flag, const Error& error) {
  std::string message = error.message();
  putFile(message, "`key`", flag.key);
  putFile(message, "`cert`", flag.cert);
  return {exitOf(error), ErrorParts{.code = error.code(),
                                    .message = "--sni " + flag.name + ": " + message,
                                    .certificate = error.certificate(),
                                    .expected = error.expected(),
                                    .got = error.got(),
                                    .fix = error.fix()}};
}

crypto::Credentials credentialsOf(Io& io, const SniFlag& flag, const tls::ServerOptions& server) {
  const crypto::CredentialsOptions options{.key = readSecretFile(io, flag.key),
                                           .passphrase = server.passphrase,
                                           .cert = readFile(flag.cert),
                                           .ca = server.ca,
                                           .ciphers = server.ciphers,
                                           .minVersion = server.minVersion,
                                           .maxVersion = server.maxVersion,
                                           .securityLevel = server.securityLevel};
  try {
    return crypto::createCredentials(options);
  } catch (const Error& error) {
    throw withFiles(flag, error);
  }
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
    contexts.emplace_back(flag.name, credentialsOf(io, flag, server));
  }
  return contexts;
}

}  // namespace securepair::cli
