#include "cli/cert_flags.h"
#include "cli/io.h"
#include "cli/verbs/cert.h"

namespace securepair::cli {
namespace {

struct CertNewOptions {
  std::string name;
  KeyFlags key;
  PassphraseFlags passphrase;
  SubjectFlags subject;
  std::vector<std::string> names;
  std::string purpose;
  std::optional<int> days;
  AuthorityFlags authority;
  MakingFlags making;

  std::string keyFile() const { return name + "-key.pem"; }
  std::string certFile() const { return name + "-cert.pem"; }
};

// What is to be made, with all that was not said.
struct Plan {
  crypto::Subject subject;
  std::vector<std::string> names;
};

Plan planOf(const CertNewOptions& options) {
  Plan plan{options.subject.read(), options.names};
  const std::string commonName = commonNameOf(plan.subject);
  if (plan.names.empty() && commonName.find(' ') != std::string::npos) {
    throw usageFailure("the CN '" + commonName +
                           "' is neither a DNS name nor an address, and nothing else says what "
                           "the certificate is for",
                       "give a name or an address with --san");
  }
  if (plan.names.empty()) {
    plan.names = commonName.empty() ? std::vector<std::string>{"localhost", "127.0.0.1", "::1"}
                                    : std::vector<std::string>{commonName};
  }
  addCommonName(plan.names, plan.subject);
  if (!plan.subject.given()) plan.subject = crypto::Subject(plan.names.front());
  return plan;
}

std::string opensslLine(const CertNewOptions& options, const Plan& plan) {
  OpensslLine line("openssl req -x509");
  line.flag("-newkey", options.key.opensslName());
  if (options.key.type == "ec") line.flag("-pkeyopt", options.key.opensslCurve());
  if (options.passphrase.given()) {
    line.passphrase("-passout", options.passphrase);
  } else {
    line.word("-noenc");
  }
  if (options.authority.given()) {
    line.flag("-CA", options.authority.certPath()).flag("-CAkey", options.authority.keyPath());
    line.passphrase("-passin", options.authority.passphrase);
  }
  line.flag("-subj", opensslSubject(plan.subject));
  line.flag("-days", std::to_string(options.days.value_or(365)));
  line.flag("-addext", "basicConstraints=critical,CA:FALSE");
  line.flag("-addext", opensslPurpose(options.purpose)).flag("-addext", opensslNames(plan.names));
  return line.flag("-keyout", options.keyFile()).flag("-out", options.certFile()).text();
}

Buffer certificateFor(const CertNewOptions& options, const Plan& plan, const Buffer& key,
                      const std::string& passphrase, Io& io) {
  const Buffer csr = crypto::createCsr(
      {.key = key, .passphrase = passphrase, .subject = plan.subject, .altNames = plan.names});
  const crypto::Purpose purpose = purposeOf(options.purpose);
  if (!options.authority.given()) {
    return crypto::selfSign({.csr = csr,
                             .key = key,
                             .passphrase = passphrase,
                             .purpose = purpose,
                             .days = options.days.value_or(365)});
  }
  return crypto::signCsr({.csr = csr,
                          .authority = options.authority.read(io),
                          .copyAltNames = true,
                          .purpose = purpose,
                          .days = options.days,
                          .allowSmallKey = options.key.allowSmall});
}

Exit make(const CertNewOptions& options, Io& io) {
  if (options.authority.given()) options.authority.check();
  const Plan plan = planOf(options);
  if (options.making.showOpenssl) {
    io.line(opensslLine(options, plan));
    return Exit::ok;
  }
  const Replace replace = options.making.replace();
  refuseExisting(options.keyFile(), replace);
  refuseExisting(options.certFile(), replace);
  crypto::KeyOptions kind = options.key.options();
  kind.passphrase = readPassphrase(io, options.passphrase);
  const Buffer key = crypto::generateKey(kind);
  const Buffer cert = certificateFor(options, plan, key, kind.passphrase, io);
  writeSecretFile(options.keyFile(), key, replace);
  writeNewFile(options.certFile(), cert, replace);
  io.note("wrote the key '" + options.keyFile() + "' and the certificate '" + options.certFile() +
          "'\n  next: securepair cert show " + options.certFile());
  return Exit::ok;
}

}  // namespace

Verb certNewVerb() {
  Verb verb("new", "makes a key and a certificate for it, at once");
  verb.describe(
      "Without --ca the certificate vouches for itself. Without --san and --cn it is for this "
      "machine: localhost, 127.0.0.1 and ::1.");
  auto& options = verb.options<CertNewOptions>();
  verb.argument("NAME", "NAME-key.pem and NAME-cert.pem are made", options.name)
      .hint(Hint::file)
      .made();
  addSubjectFlags(verb, options.subject);
  addNamesFlag(verb, options.names);
  addPurposeFlag(verb, options.purpose, "both");
  addDaysFlag(verb, options.days, "365");
  addKeyFlags(verb, options.key);
  addPassphraseFlags(verb, options.passphrase, "the key, which is encrypted with it");
  addAuthorityFlags(verb, options.authority);
  addMakingFlags(verb, options.making);
  verb.example("securepair cert new server",
               "server-key.pem and server-cert.pem, as the page's programs read them");
  verb.example("securepair cert new --ca ca --san www.example.org www",
               "signed by the authority that `cert ca ca` has made");
  verb.run([&options](Io& io) { return make(options, io); });
  return verb;
}

}  // namespace securepair::cli
