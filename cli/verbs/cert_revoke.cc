#include <securepair/crypto/revocation.h>

#include <unistd.h>

#include "cli/cert_flags.h"
#include "cli/io.h"
#include "cli/verbs/cert.h"

namespace securepair::cli {
namespace {

struct CertRevokeOptions {
  std::vector<std::string> certs;
  AuthorityFlags authority;
  std::string crl;
  std::optional<int> days;

  std::string crlFile() const {
    if (!crl.empty()) return crl;
    if (!authority.prefix.empty()) return authority.prefix + "-crl.pem";
    throw usageFailure("--crl is missing", "--crl FILE says where the list is, or goes");
  }
};

Exit make(const CertRevokeOptions& options, Io& io) {
  options.authority.check();
  const std::string file = options.crlFile();
  refuseExisting(file, Replace::yes);
  const bool exists = ::access(file.c_str(), F_OK) == 0;
  crypto::CrlOptions crl{.authority = options.authority.read(io),
                         .crl = exists ? readFile(file) : Buffer(),
                         .days = options.days.value_or(30)};
  if (!options.certs.empty()) crl.revoked = readFiles(options.certs);
  // What stood there is in the new list.
  writeNewFile(file, crypto::createCrl(crl), exists ? Replace::yes : Replace::no);
  io.note("wrote the revocation list '" + file + "'\n  next: securepair verify --ca " +
          options.authority.certPath() + " --crl " + file + " CERTIFICATE");
  return Exit::ok;
}

}  // namespace

Verb certRevokeVerb() {
  Verb verb("revoke", "takes certificates back, as the authority that has signed them");
  verb.describe(
      "It makes a revocation list (CRL), or replaces the one that is there: what that one has "
      "revoked stays so, and one of another authority is left alone. Without a certificate the "
      "list is renewed. Those who trust the authority need the list, as --crl.");
  auto& options = verb.options<CertRevokeOptions>();
  verb.argument("FILE", "a certificate", options.certs).hint(Hint::file).optional();
  addAuthorityFlags(verb, options.authority);
  verb.flag("crl", "FILE", "the list", options.crl).hint(Hint::file).preset("CA-crl.pem");
  verb.flag("days", "N", "how long the list is good for", options.days)
      .between(1, 36'500)
      .preset("30");
  verb.example("securepair cert revoke --ca ca server-cert.pem", "puts it into ca-crl.pem");
  verb.example("securepair cert revoke --ca ca", "makes the list last for another 30 days");
  verb.run([&options](Io& io) { return make(options, io); });
  return verb;
}

}  // namespace securepair::cli
