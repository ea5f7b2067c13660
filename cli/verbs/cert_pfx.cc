#include "cli/cert_flags.h"
#include "cli/io.h"
#include "cli/verbs/cert.h"

namespace securepair::cli {
namespace {

struct CertPfxOptions {
  std::string file;
  std::string cert;
  std::string key;
  std::vector<std::string> ca;
  PassphraseFlags passphrase;
  PassphraseFlags keyPassphrase;
  MakingFlags making;
};

std::string opensslLine(const CertPfxOptions& options) {
  OpensslLine line("openssl pkcs12 -export");
  line.flag("-in", options.cert).flag("-inkey", options.key);
  line.passphrase("-passin", options.keyPassphrase);
  if (options.ca.size() == 1) line.flag("-certfile", options.ca.front());
  if (options.ca.size() > 1) line.files("-certfile", options.ca);
  if (options.passphrase.given()) {
    line.passphrase("-passout", options.passphrase);
  } else {
    line.flag("-passout", "pass:");
  }
  return line.flag("-out", options.file).text();
}

Exit make(const CertPfxOptions& options, Io& io) {
  if (options.making.showOpenssl) {
    io.line(opensslLine(options));
    return Exit::ok;
  }
  refuseExisting(options.file, options.making.replace());
  crypto::PfxOptions pfx{.key = readSecretFile(io, options.key),
                         .keyPassphrase = readPassphrase(io, options.keyPassphrase),
                         .cert = readFile(options.cert),
                         .passphrase = readPassphrase(io, options.passphrase)};
  if (!options.ca.empty()) pfx.ca = readFiles(options.ca);
  writeSecretFile(options.file, crypto::createPfx(pfx), options.making.replace());
  if (pfx.passphrase.empty()) {
    io.warn("'" + options.file + "' has no passphrase: whoever can read it has the key",
            "--passphrase-file FILE");
  }
  io.note("wrote the PFX '" + options.file + "'");
  return Exit::ok;
}

}  // namespace

Verb certPfxVerb() {
  Verb verb("pfx", "puts a key, its certificate and authorities into one PFX (PKCS#12)");
  auto& options = verb.options<CertPfxOptions>();
  verb.argument("FILE", "where to", options.file).hint(Hint::file).made();
  verb.flag("cert", "FILE", "the certificate, and those between it and its root", options.cert)
      .hint(Hint::file)
      .required();
  verb.flag("key", "FILE", "its key", options.key).hint(Hint::file).required();
  verb.flag("ca", "FILE", "whom the PFX's user is to trust", options.ca).hint(Hint::file);
  addPassphraseFlags(verb, options.passphrase, "the PFX, which is encrypted with it");
  addPassphraseFlags(verb, options.keyPassphrase, "the key", "key-");
  addMakingFlags(verb, options.making);
  verb.example("securepair cert pfx --cert a-cert.pem --key a-key.pem agent.pfx",
               "without a passphrase, as the page has it");
  verb.example("securepair cert pfx --cert c.pem --key k.pem --passphrase-file secret a.pfx",
               "with one");
  verb.run([&options](Io& io) { return make(options, io); });
  return verb;
}

}  // namespace securepair::cli
