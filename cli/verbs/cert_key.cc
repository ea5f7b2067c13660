#include "cli/cert_flags.h"
#include "cli/io.h"
#include "cli/verbs/cert.h"

namespace securepair::cli {
namespace {

struct CertKeyOptions {
  std::string file;
  KeyFlags key;
  PassphraseFlags passphrase;
  MakingFlags making;
};

std::string opensslLine(const CertKeyOptions& options) {
  OpensslLine line("openssl genpkey");
  line.flag("-algorithm", options.key.type == "ec"    ? "EC"
                          : options.key.type == "rsa" ? "RSA"
                                                      : "ED25519");
  if (options.key.type == "ec") line.flag("-pkeyopt", options.key.opensslCurve());
  if (options.key.type == "rsa") {
    line.flag("-pkeyopt", "rsa_keygen_bits:" + std::to_string(options.key.bits.value_or(2048)));
  }
  if (options.passphrase.given()) line.word("-aes256").passphrase("-pass", options.passphrase);
  return line.flag("-out", options.file).text();
}

Exit make(const CertKeyOptions& options, Io& io) {
  if (options.making.showOpenssl) {
    io.line(opensslLine(options));
    return Exit::ok;
  }
  refuseExisting(options.file, options.making.replace());
  crypto::KeyOptions key = options.key.options();
  key.passphrase = readPassphrase(io, options.passphrase);
  writeSecretFile(options.file, crypto::generateKey(key), options.making.replace());
  io.note("wrote the key '" + options.file + "'\n  next: securepair cert csr --key " +
          options.file + " --san NAME REQUEST");
  return Exit::ok;
}

}  // namespace

Verb certKeyVerb() {
  Verb verb("key", "makes a private key");
  auto& options = verb.options<CertKeyOptions>();
  verb.argument("FILE", "where to", options.file).hint(Hint::file).made();
  addKeyFlags(verb, options.key);
  addPassphraseFlags(verb, options.passphrase, "the key, which is encrypted with it");
  addMakingFlags(verb, options.making);
  verb.example("securepair cert key ryans-key.pem", "a key on the curve P-256");
  verb.example("securepair cert key --type rsa --bits 4096 rsa-key.pem", "one of RSA");
  verb.example("securepair cert key --show-openssl ryans-key.pem", "what openssl would be told");
  verb.run([&options](Io& io) { return make(options, io); });
  return verb;
}

}  // namespace securepair::cli
