#include "cli/cert_flags.h"
#include "cli/io.h"
#include "cli/verbs/cert.h"

namespace securepair::cli {
namespace {

struct CertSignOptions {
  std::string csr;
  std::string file;
  AuthorityFlags authority;
  std::vector<std::string> names;
  bool copyNames = false;
  SubjectFlags subject;
  std::string purpose;
  std::optional<int> days;
  bool allowSmall = false;
  MakingFlags making;
};

// Whoever signs says what for: a request's names are what its maker likes.
void requireNames(const CertSignOptions& options, const crypto::CsrInfo& csr) {
  const bool given = options.copyNames || !options.names.empty() || options.subject.given();
  if (given || options.purpose == "client") return;
  throw usageFailure(
      "nothing says which names the certificate is for; the request asks for " +
          (csr.subjectaltname.empty() ? "none" : csr.subjectaltname),
      "--copy-names where these are the requester's; or --san NAME; or --purpose client");
}

std::string opensslLine(const CertSignOptions& options, const crypto::CsrInfo& csr) {
  OpensslLine line("openssl x509 -req");
  line.flag("-in", options.csr);
  line.flag("-CA", options.authority.certPath()).flag("-CAkey", options.authority.keyPath());
  line.passphrase("-passin", options.authority.passphrase);
  line.flag("-days", std::to_string(options.days.value_or(365)));
  const crypto::Subject subject = options.subject.read();
  if (subject.given()) line.flag("-subj", opensslSubject(subject));
  std::vector<std::string> names = options.names;
  addCommonName(names, subject);
  std::vector<std::string> extensions{"basicConstraints=critical,CA:FALSE",
                                      opensslPurpose(options.purpose)};
  const std::string all = options.copyNames ? opensslNames(csr, names) : opensslNames(names);
  if (!all.empty()) extensions.push_back(all);
  return line.file("-extfile", extensions).flag("-out", options.file).text();
}

Exit make(const CertSignOptions& options, Io& io) {
  options.authority.check();
  const Buffer csr = readFile(options.csr);
  const crypto::CsrInfo asked = crypto::readCsr(csr);
  requireNames(options, asked);
  if (options.making.showOpenssl) {
    io.line(opensslLine(options, asked));
    return Exit::ok;
  }
  refuseExisting(options.file, options.making.replace());
  const Buffer cert = crypto::signCsr({.csr = csr,
                                       .authority = options.authority.read(io),
                                       .altNames = options.names,
                                       .copyAltNames = options.copyNames,
                                       .subject = options.subject.read(),
                                       .purpose = purposeOf(options.purpose),
                                       .days = options.days,
                                       .allowSmallKey = options.allowSmall});
  writeNewFile(options.file, cert, options.making.replace());
  io.note("wrote the certificate '" + options.file + "'\n  next: securepair verify --ca " +
          options.authority.certPath() +
          (options.purpose == "client" ? " --purpose client " : " --name NAME ") + options.file);
  return Exit::ok;
}

}  // namespace

Verb certSignVerb() {
  Verb verb("sign", "signs somebody's request, as an authority");
  verb.describe(
      "Of the request it takes the key, the subject unless there is another, and the names where "
      "--copy-names says so. `cert show` tells what a request asks for.");
  auto& options = verb.options<CertSignOptions>();
  verb.argument("REQUEST", "the request", options.csr).hint(Hint::file).means("csr");
  verb.argument("FILE", "where the certificate goes", options.file).hint(Hint::file).made();
  addAuthorityFlags(verb, options.authority);
  addNamesFlag(verb, options.names);
  verb.toggle("copy-names", "it is for the names that the request asks for", options.copyNames);
  addSubjectFlags(verb, options.subject);
  addPurposeFlag(verb, options.purpose, "server");
  addDaysFlag(verb, options.days, "365, or as long as the authority is");
  verb.toggle("allow-small-key", "signs, and signs with, rsa keys of less than 2048 bits",
              options.allowSmall)
      .weakens();
  addMakingFlags(verb, options.making);
  verb.example("securepair cert sign --ca ca --copy-names server-csr.pem server-cert.pem",
               "for the names that the request has");
  verb.example("securepair cert sign --ca ca --purpose client client-csr.pem client-cert.pem",
               "for a client, which needs none");
  verb.run([&options](Io& io) { return make(options, io); });
  return verb;
}

}  // namespace securepair::cli
