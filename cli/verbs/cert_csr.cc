#include "cli/cert_flags.h"
#include "cli/io.h"
#include "cli/verbs/cert.h"

namespace securepair::cli {
namespace {

struct CertCsrOptions {
  std::string file;
  std::string key;
  PassphraseFlags passphrase;
  SubjectFlags subject;
  std::vector<std::string> names;
  MakingFlags making;
};

// The library takes the first name for the CN where there is no subject, and the CN for a name.
std::string opensslLine(const CertCsrOptions& options, const crypto::Subject& subject) {
  std::vector<std::string> names = options.names;
  addCommonName(names, subject);
  OpensslLine line("openssl req -new");
  line.flag("-key", options.key).passphrase("-passin", options.passphrase);
  line.flag("-subj", opensslSubject(subject.given() ? subject : crypto::Subject(names.front())));
  if (!names.empty()) line.flag("-addext", opensslNames(names));
  return line.flag("-out", options.file).text();
}

Exit make(const CertCsrOptions& options, Io& io) {
  const crypto::Subject subject = options.subject.read();
  if (!subject.given() && options.names.empty()) {
    throw usageFailure("--san is missing, or --cn or --subject",
                       "say for which names the certificate is to be: --san localhost");
  }
  if (options.making.showOpenssl) {
    io.line(opensslLine(options, subject));
    return Exit::ok;
  }
  refuseExisting(options.file, options.making.replace());
  const Buffer csr = crypto::createCsr({.key = readSecretFile(io, options.key),
                                        .passphrase = readPassphrase(io, options.passphrase),
                                        .subject = subject,
                                        .altNames = options.names});
  writeNewFile(options.file, csr, options.making.replace());
  io.note("wrote the request '" + options.file + "'\n  next: securepair cert self-sign --csr " +
          options.file + " --key " + options.key + " CERTIFICATE\n  or:   securepair cert sign " +
          "--ca AUTHORITY --copy-names " + options.file + " CERTIFICATE");
  return Exit::ok;
}

}  // namespace

Verb certCsrVerb() {
  Verb verb("csr", "makes a certificate signing request");
  auto& options = verb.options<CertCsrOptions>();
  verb.argument("FILE", "where to", options.file).hint(Hint::file).made();
  verb.flag("key", "FILE", "the key that the certificate is to be for", options.key)
      .hint(Hint::file)
      .required();
  addPassphraseFlags(verb, options.passphrase, "the key");
  addSubjectFlags(verb, options.subject);
  addNamesFlag(verb, options.names);
  addMakingFlags(verb, options.making);
  verb.example("securepair cert csr --key ryans-key.pem --cn localhost ryans-csr.pem",
               "asks for the name localhost");
  verb.example("securepair cert csr --key key.pem --san a.test --san 192.0.2.1 csr.pem",
               "for a name and an address");
  verb.run([&options](Io& io) { return make(options, io); });
  return verb;
}

}  // namespace securepair::cli
