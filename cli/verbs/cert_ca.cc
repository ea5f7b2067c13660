#include "cli/cert_flags.h"
#include "cli/io.h"
#include "cli/verbs/cert.h"

namespace securepair::cli {
namespace {

struct CertCaOptions {
  std::string name;
  SubjectFlags subject;
  std::string key;
  PassphraseFlags passphrase;
  std::optional<int> days;
  MakingFlags making;

  std::string keyFile() const { return name + "-key.pem"; }
  std::string certFile() const { return name + "-cert.pem"; }
  int lifetime() const { return days.value_or(3650); }
};

std::string opensslLine(const CertCaOptions& options, const crypto::Subject& subject) {
  OpensslLine line("openssl req -x509");
  if (options.key.empty()) {
    line.flag("-newkey", "ec").flag("-pkeyopt", "ec_paramgen_curve:P-256");
    line.flag("-keyout", options.keyFile());
    if (options.passphrase.given()) {
      line.passphrase("-passout", options.passphrase);
    } else {
      line.word("-noenc");
    }
  } else {
    line.flag("-key", options.key).passphrase("-passin", options.passphrase);
  }
  line.flag("-subj", opensslSubject(subject)).flag("-days", std::to_string(options.lifetime()));
  line.flag("-addext", "basicConstraints=critical,CA:TRUE,pathlen:0");
  line.flag("-addext", "keyUsage=critical,keyCertSign,cRLSign");
  return line.flag("-out", options.certFile()).text();
}

Exit make(const CertCaOptions& options, Io& io) {
  crypto::Subject subject = options.subject.read();
  if (!subject.given()) subject = crypto::Subject(options.name);
  if (options.making.showOpenssl) {
    io.line(opensslLine(options, subject));
    return Exit::ok;
  }
  const bool makesKey = options.key.empty();
  if (makesKey) refuseExisting(options.keyFile(), options.making.replace());
  refuseExisting(options.certFile(), options.making.replace());
  const auto authority =
      crypto::createCa({.subject = subject,
                        .key = makesKey ? Buffer() : readSecretFile(io, options.key),
                        .passphrase = readPassphrase(io, options.passphrase),
                        .days = options.lifetime()});
  if (makesKey) writeSecretFile(options.keyFile(), authority.key, options.making.replace());
  writeNewFile(options.certFile(), authority.cert, options.making.replace());
  io.note("wrote " + (makesKey ? "the key '" + options.keyFile() + "' and " : std::string()) +
          "the certificate '" + options.certFile() + "', for those who are to trust it" +
          (makesKey ? "\n  next: securepair cert new --ca " + options.name + " server" : ""));
  return Exit::ok;
}

}  // namespace

Verb certCaVerb() {
  Verb verb("ca", "makes a certificate authority");
  verb.describe("It signs certificates of servers and clients, not those of further authorities.");
  auto& options = verb.options<CertCaOptions>();
  verb.argument("NAME", "NAME-key.pem and NAME-cert.pem are made", options.name)
      .hint(Hint::file)
      .made();
  addSubjectFlags(verb, options.subject);
  verb.flag("key", "FILE", "its key, where it has one; NAME-key.pem is not made then", options.key)
      .hint(Hint::file);
  addPassphraseFlags(verb, options.passphrase,
                     "the key, which is encrypted with it where it is new");
  addDaysFlag(verb, options.days, "3650");
  addMakingFlags(verb, options.making);
  verb.example("securepair cert ca --cn 'Dev CA' ca", "makes ca-key.pem and ca-cert.pem");
  verb.example("securepair cert ca --key ca-key.pem --cn 'Dev CA' --force ca",
               "a certificate that lasts longer, of the same authority");
  verb.run([&options](Io& io) { return make(options, io); });
  return verb;
}

}  // namespace securepair::cli
