#include "cli/cert_flags.h"
#include "cli/io.h"
#include "cli/verbs/cert.h"

namespace securepair::cli {
namespace {

struct CertBundleOptions {
  std::vector<std::string> certs;
  std::string out;
  MakingFlags making;
};

std::string opensslLine(const CertBundleOptions& options) {
  OpensslLine line("cat --");
  for (const std::string& path : options.certs) line.word(path);
  return options.out.empty() ? line.text()
                             : line.text() + OpensslLine(" >").word(options.out).text();
}

Exit make(const CertBundleOptions& options, Io& io) {
  if (options.making.showOpenssl) {
    io.line(opensslLine(options));
    return Exit::ok;
  }
  if (!options.out.empty()) refuseExisting(options.out, options.making.replace());
  const Buffer bundle = crypto::bundleCas(readFiles(options.certs));
  if (options.out.empty()) {
    io.raw(bundle);
  } else {
    writeNewFile(options.out, bundle, options.making.replace());
    io.note("wrote the authorities '" + options.out + "'");
  }
  return Exit::ok;
}

}  // namespace

Verb certBundleVerb() {
  Verb verb("bundle", "puts authorities' certificates into one file");
  verb.describe(
      "Each once; and each is looked at: it must be able to vouch for somebody, and not have "
      "expired.");
  auto& options = verb.options<CertBundleOptions>();
  verb.argument("FILE", "certificates", options.certs).hint(Hint::file).means("ca");
  verb.flag("out", "FILE", "where to, in place of standard output", options.out)
      .hint(Hint::file)
      .made();
  addMakingFlags(verb, options.making);
  verb.example("securepair cert bundle ca1-cert.pem ca2-cert.pem > ca-cert.pem", "as cat does");
  verb.example("securepair cert bundle --out ca-cert.pem ca1-cert.pem ca2-cert.pem",
               "the same, never over a file that is there");
  verb.run([&options](Io& io) { return make(options, io); });
  return verb;
}

}  // namespace securepair::cli
