#pragma once
#include <securepair/tls.h>

#include <optional>
#include <string>
#include <vector>

#include "cli/files.h"
#include "cli/io.h"
#include "cli/verb.h"

namespace securepair::cli {

/// What servers and clients are told of TLS in the same words.
struct TlsFlags {
  std::string key = {};
  std::string cert = {};
  std::string pfx = {};
  std::vector<std::string> ca = {};
  PassphraseFlags passphrase = {};
  std::string ciphers = {};
  std::string minVersion = {};
  std::string maxVersion = {};
  std::optional<int> securityLevel = {};
  std::vector<std::string> npn = {};
  std::vector<std::string> alpn = {};
};

/// `newestVersion`: what is offered without --max-version.
void addTlsFlags(Verb& verb, TlsFlags& flags, const char* newestVersion = "TLSv1.3");

/// Refuses what excludes each other or is not whole (a key without its certificate).
void checkTlsFlags(const TlsFlags& flags);

/// "h2,http/1.1", each of which may also have its own flag.
std::vector<std::string> protocolsOf(const std::vector<std::string>& values);

/// Reads the files, into tls::ServerOptions or tls::ConnectOptions.
template <class Options>
void applyTlsFlags(Io& io, const TlsFlags& flags, Options& options) {
  checkTlsFlags(flags);
  options.passphrase = readPassphrase(io, flags.passphrase);
  if (!flags.key.empty()) options.key = readSecretFile(io, flags.key);
  if (!flags.cert.empty()) options.cert = readFile(flags.cert);
  if (!flags.pfx.empty()) options.pfx = readSecretFile(io, flags.pfx);
  if (!flags.ca.empty()) {
    std::vector<Buffer> list;
    for (const std::string& path : flags.ca) list.push_back(readFile(path));
    options.ca = list;
  }
  options.ciphers = flags.ciphers;
  options.minVersion = flags.minVersion;
  options.maxVersion = flags.maxVersion;
  options.securityLevel = flags.securityLevel;
  if (!flags.npn.empty()) options.NPNProtocols = protocolsOf(flags.npn);
  if (!flags.alpn.empty()) options.ALPNProtocols = protocolsOf(flags.alpn);
}

/// A client's options with the context that `given` asks for, made now: what is wrong with keys and
/// certificates is to be known before anybody is connected to. Throws Error.
tls::ConnectOptions withContext(const tls::ConnectOptions& given);

}  // namespace securepair::cli
