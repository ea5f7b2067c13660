#include "cli/tls_flags.h"

namespace securepair::cli {

namespace {

bool isOldVersion(const std::string& version) { return version == "TLSv1" || version == "TLSv1.1"; }

// "@SECLEVEL=0" in a list of suites is --security-level.
bool setsSecurityLevel(const std::string& ciphers) {
  return ciphers.find('@') != std::string::npos;
}

}  // namespace

void addTlsFlags(Verb& verb, TlsFlags& flags, const char* newestVersion) {
  verb.flag("key", "FILE", "the private key, in PEM", flags.key).hint(Hint::file);
  verb.flag("cert", "FILE", "the certificate, and those between it and its root, in PEM",
            flags.cert)
      .hint(Hint::file);
  verb.flag("pfx", "FILE", "key, certificate and authorities in one PFX instead", flags.pfx)
      .hint(Hint::file);
  addPassphraseFlags(verb, flags.passphrase, "the key or the PFX");
  verb.flag("ca", "FILE", "trusts these authorities, in PEM, in place of the system's", flags.ca)
      .hint(Hint::file);
  verb.flag("ciphers", "LIST", "the suites, as openssl ciphers has them", flags.ciphers)
      .weakensWhere(setsSecurityLevel);
  verb.flag("min-version", "VERSION", "the oldest version", flags.minVersion)
      .choices({"TLSv1.2", "TLSv1.3", "TLSv1", "TLSv1.1"})
      .preset("TLSv1.2")
      .weakensWhere(isOldVersion);
  verb.flag("max-version", "VERSION", "the newest version", flags.maxVersion)
      .choices({"TLSv1.2", "TLSv1.3", "TLSv1", "TLSv1.1"})
      .preset(newestVersion)
      .weakensWhere(isOldVersion);
  verb.flag("security-level", "N", "OpenSSL's security level, 0 to 5", flags.securityLevel)
      .between(0, 5)
      .weakens();
  verb.flag("npn", "LIST", "protocols for NPN and ALPN, \"h2,http/1.1\"", flags.npn);
  verb.flag("alpn", "LIST", "protocols for ALPN", flags.alpn);
}

void checkTlsFlags(const TlsFlags& flags) {
  if (!flags.pfx.empty() && (!flags.key.empty() || !flags.cert.empty())) {
    throw usageFailure("--pfx stands for --key and --cert", "leave one of them out");
  }
  if (flags.key.empty() != flags.cert.empty()) {
    throw usageFailure(flags.key.empty() ? "--cert needs its --key" : "--key needs its --cert");
  }
  if (flags.passphrase.given() && flags.key.empty() && flags.pfx.empty()) {
    throw usageFailure("a passphrase is given, and neither --key nor --pfx");
  }
}

std::vector<std::string> protocolsOf(const std::vector<std::string>& values) {
  std::vector<std::string> protocols;
  for (const std::string& value : values) {
    std::size_t start = 0;
    for (;;) {
      const std::size_t comma = value.find(',', start);
      protocols.push_back(value.substr(start, comma - start));
      if (comma == std::string::npos) break;
      start = comma + 1;
    }
  }
  return protocols;
}

tls::ConnectOptions withContext(const tls::ConnectOptions& given) {
  tls::ConnectOptions options;
  options.secureContext = crypto::createCredentials({.pfx = given.pfx,
                                                     .key = given.key,
                                                     .passphrase = given.passphrase,
                                                     .cert = given.cert,
                                                     .ca = given.ca,
                                                     .ciphers = given.ciphers,
                                                     .minVersion = given.minVersion,
                                                     .maxVersion = given.maxVersion,
                                                     .securityLevel = given.securityLevel})
                              .context;
  options.NPNProtocols = given.NPNProtocols;
  options.ALPNProtocols = given.ALPNProtocols;
  return options;
}

}  // namespace securepair::cli
