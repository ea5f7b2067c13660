#include <securepair/crypto/certificate_info.h>
#include <securepair/crypto/revocation.h>

#include <unistd.h>

#include "cli/cert_flags.h"
#include "cli/io.h"
#include "cli/text.h"
#include "cli/verbs/cert.h"

namespace securepair::cli {
namespace {

struct CertRevokeOptions {
  std::vector<std::string> certs;
  AuthorityFlags authority;
  std::string crl;
  std::optional<int> days;
  bool showOpenssl = false;

  int lifetime() const { return days.value_or(30); }
  std::string crlFile() const {
    if (!crl.empty()) return crl;
    if (!authority.prefix.empty()) return authority.prefix + "-crl.pem";
    throw usageFailure("--crl is missing", "--crl FILE says where the list is, or goes");
  }
};

// A row of openssl's table for each entry of a list: serial, date, and why, where it says why.
constexpr const char* rowsOfTheList = R"( | awk -F: '
BEGIN { split("unspecified keyCompromise CACompromise affiliationChanged superseded \
cessationOfOperation certificateHold - removeFromCRL privilegeWithdrawn AACompromise", why, " ") }
/d=4 .*INTEGER/ { serial = $NF }
/d=4 .*TIME/ { of[++n] = serial; date[n] = $NF }
/d=6 .*DUMP]:0A01/ { date[n] = date[n] "," why[index("0123456789A", substr($NF, 6))] }
END { while (i++ < n) print "R\t99991231235959Z\t" date[i] "\t" of[i] "\tunknown\t/" }
' > "$dir/index.txt" &&
)";
// openssl gives the number that it finds and counts on, so that the old one's goes to a first list.
constexpr const char* numberOfTheList =
    R"( | sed 's/.*=//; s/0x//; s/<NONE>/00/' > "$dir/crlnumber" &&
ca -gencrl -out /dev/null &&
)";

std::string opensslTable(const std::string& crl, const std::string& authority) {
  const auto about = [&crl](const char* command) {
    return OpensslLine(command).flag("-in", crl).text();
  };
  return about("openssl crl -noout") + OpensslLine(" -CAfile").word(authority).text() +
         " 2>&1 | grep 'verify OK' &&\n" + about("openssl asn1parse") + rowsOfTheList +
         about("openssl crl -noout -crlnumber") + numberOfTheList;
}

std::string opensslConfig(int days) {
  OpensslLine line(R"(printf '%s\n')");
  line.word("database = $ENV::dir/index.txt").word("crlnumber = $ENV::dir/crlnumber");
  line.word("default_md = default").word("default_crl_days = " + std::to_string(days));
  line.word("crl_extensions = crl").word("[crl]").word("authorityKeyIdentifier = keyid");
  return line.text() + " > \"$dir/config\" &&\n";
}

// Each call wants the passphrase, and a descriptor has it once.
std::string opensslPassphrase(const PassphraseFlags& flags) {
  if (!flags.given()) return {};
  const std::string from = flags.descriptor ? "<&" + std::to_string(*flags.descriptor)
                                            : OpensslLine("<").word(flags.file).text();
  return "passphrase=$(head -n 1 " + from + ") && export passphrase &&\n";
}

std::string opensslCa(const AuthorityFlags& authority) {
  OpensslLine line(R"(ca() { openssl ca -config "$dir/config" -name default)");
  line.flag("-cert", authority.certPath()).flag("-keyfile", authority.keyPath());
  if (authority.passphrase.given()) line.flag("-passin", "env:passphrase");
  return line.text() + " \"$@\"; } &&\n";
}

// It fails as a whole or not at all, and what it sets, its folder too, is gone with it.
std::string opensslLines(const CertRevokeOptions& options, bool exists) {
  std::string lines =
      "(set -o pipefail && dir=$(mktemp -d) && export dir && trap 'rm -r \"$dir\"' EXIT &&\n" +
      opensslConfig(options.lifetime()) + opensslPassphrase(options.authority.passphrase) +
      opensslCa(options.authority);
  lines += exists ? opensslTable(options.crlFile(), options.authority.certPath())
                  : "touch \"$dir/index.txt\" && echo 01 > \"$dir/crlnumber\" &&\n";
  for (const std::string& cert : options.certs) {
    if (crypto::readCertificates(readFile(cert)).size() > 1) {
      throw usageFailure("'" + cert + "' has several certificates; openssl would revoke the first",
                         "with --show-openssl, give a file for each");
    }
    lines += OpensslLine("ca -revoke").word(cert).text() + " &&\n";
  }
  return lines + OpensslLine("ca -gencrl -out").word(options.crlFile()).text() + ")";
}

Exit make(const CertRevokeOptions& options, Io& io) {
  options.authority.check();
  const std::string file = options.crlFile();
  const bool exists = ::access(file.c_str(), F_OK) == 0;
  if (options.showOpenssl) {
    io.inkedLine(printableLines(opensslLines(options, exists)));
    return Exit::ok;
  }
  refuseExisting(file, Replace::yes);
  crypto::CrlOptions crl{.authority = options.authority.read(io),
                         .crl = exists ? readFile(file) : Buffer(),
                         .days = options.lifetime()};
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
  verb.argument("FILE", "a certificate", options.certs)
      .hint(Hint::file)
      .optional()
      .means("revoked");
  addAuthorityFlags(verb, options.authority);
  verb.flag("crl", "FILE", "the list", options.crl).hint(Hint::file).made().preset("CA-crl.pem");
  verb.flag("days", "N", "how long the list is good for", options.days)
      .between(1, 36'500)
      .preset("30");
  addShowOpensslFlag(verb, options.showOpenssl);
  verb.example("securepair cert revoke --ca ca server-cert.pem", "puts it into ca-crl.pem");
  verb.example("securepair cert revoke --ca ca", "makes the list last for another 30 days");
  verb.run([&options](Io& io) { return make(options, io); });
  return verb;
}

}  // namespace securepair::cli
