#include "cli/cert_flags.h"
#include "cli/io.h"
#include "cli/verbs/cert.h"

namespace securepair::cli {
namespace {

struct CertSelfSignOptions {
  std::string file;
  std::string csr;
  std::string key;
  PassphraseFlags passphrase;
  std::vector<std::string> names;
  std::string purpose;
  std::optional<int> days;
  MakingFlags making;

  int lifetime() const { return days.value_or(365); }
};

std::string opensslLine(const CertSelfSignOptions& options) {
  const crypto::CsrInfo csr = crypto::readCsr(readFile(options.csr));
  OpensslLine line("openssl x509 -req");
  line.flag("-in", options.csr).flag("-signkey", options.key);
  line.passphrase("-passin", options.passphrase).flag("-days", std::to_string(options.lifetime()));
  std::vector<std::string> extensions{"basicConstraints=critical,CA:FALSE",
                                      opensslPurpose(options.purpose)};
  const std::string names = opensslNames(csr, options.names);
  if (!names.empty()) extensions.push_back(names);
  return line.file("-extfile", extensions).flag("-out", options.file).text();
}

Exit make(const CertSelfSignOptions& options, Io& io) {
  if (options.making.showOpenssl) {
    io.line(opensslLine(options));
    return Exit::ok;
  }
  refuseExisting(options.file, options.making.replace());
  const Buffer cert = crypto::selfSign({.csr = readFile(options.csr),
                                        .key = readSecretFile(io, options.key),
                                        .passphrase = readPassphrase(io, options.passphrase),
                                        .altNames = options.names,
                                        .purpose = purposeOf(options.purpose),
                                        .days = options.lifetime()});
  writeNewFile(options.file, cert, options.making.replace());
  io.note("wrote the certificate '" + options.file + "'\n  next: securepair cert show " +
          options.file);
  return Exit::ok;
}

}  // namespace

Verb certSelfSignVerb() {
  Verb verb("self-sign", "makes a certificate that vouches for itself");
  verb.describe(
      "It is for the names that the request has, and trusted by those who are given it as --ca. "
      "It is no authority.");
  auto& options = verb.options<CertSelfSignOptions>();
  verb.argument("FILE", "where to", options.file).hint(Hint::file).made();
  verb.flag("csr", "FILE", "the request", options.csr).hint(Hint::file).required();
  verb.flag("key", "FILE", "the key with which it was made", options.key)
      .hint(Hint::file)
      .required();
  addPassphraseFlags(verb, options.passphrase, "the key");
  addNamesFlag(verb, options.names);
  addPurposeFlag(verb, options.purpose, "both");
  addDaysFlag(verb, options.days, "365");
  addMakingFlags(verb, options.making);
  verb.example("securepair cert self-sign --csr csr.pem --key key.pem cert.pem", "for a year");
  verb.example("securepair cert self-sign --csr csr.pem --key key.pem --days 30 cert.pem",
               "for a month");
  verb.run([&options](Io& io) { return make(options, io); });
  return verb;
}

}  // namespace securepair::cli
