#include <securepair/crypto/chores.h>
#include <securepair/error.h>

#include <algorithm>
#include <string>
#include <vector>

#include "crypto/alt_name_list.h"
#include "crypto/alt_names.h"
#include "crypto/authority.h"
#include "crypto/certificate.h"
#include "crypto/csr.h"
#include "crypto/distinguished_name.h"
#include "crypto/issue.h"
#include "crypto/key_kind.h"
#include "crypto/making.h"
#include "crypto/pem_writer.h"
#include "crypto/subject.h"
#include "crypto/text.h"

namespace securepair::crypto {
namespace {

int daysFor(const SignOptions& options, const Authority& authority) {
  constexpr int usual = 365;
  if (!options.days) return std::min(usual, authority.daysLeft);
  requireDays(*options.days);
  if (*options.days <= authority.daysLeft) return *options.days;
  throw Error({.code = "ERR_OUT_OF_RANGE",
               .message = "`days` is longer than the authority's own certificate is valid",
               .certificate = summary(authority.cert.get()),
               .expected = "at most " + std::to_string(authority.daysLeft),
               .got = std::to_string(*options.days),
               .fix = "leave it out, or make a new authority"});
}

// It says who somebody is, and this authority is to vouch for it.
X509NamePtr subjectFor(const SignOptions& options, X509_REQ* request) {
  if (options.subject.given()) return encode(options.subject);
  const X509_NAME* const requested = X509_REQ_get_subject_name(request);
  if (!isPlain(requested)) {
    throw Error({.code = "ERR_INVALID_CSR",
                 .message = "`csr` asks for a subject that is not plain text",
                 .got = clipped(lineOf(requested)),
                 .fix = "give a `subject` in place of it"});
  }
  X509NamePtr subject(X509_NAME_dup(requested));
  require(subject != nullptr, "a subject");
  return subject;
}

Error nameless(const std::vector<std::string>& commonNames, const GENERAL_NAMES* requested) {
  std::string asked = altNameText(requested);
  if (asked.empty() && !commonNames.empty()) asked = "CN=" + escaped(commonNames.front());
  return Error(
      {.code = "ERR_MISSING_OPTION",
       .message = "nothing says which names a server's certificate is for",
       .expected = "`altNames`, or `copyAltNames` for what the CSR asks for",
       .got = asked.empty() ? "a CSR that asks for none" : "a CSR that asks for " + clipped(asked),
       .fix = "give `altNames`; or set `copyAltNames`, where you know that the names are "
              "the requester's; or set `purpose` to Purpose::client"});
}

// Old programs take the CN for a name too.
Error notAmong(const std::string& commonName) {
  return Error({.code = "ERR_INVALID_ALTNAME",
                .message = "the CN that `csr` asks for is not one of the names that it gets",
                .expected = "a CN among `altNames`",
                .got = clipped(escaped(commonName)),
                .fix = "give a `subject` in place of the CSR's; or add the CN to `altNames`, where "
                       "you know that it is the requester's"});
}

AltNameList namesFor(const SignOptions& options, X509_REQ* request, const X509_NAME* subject) {
  const GeneralNamesPtr requested = requestedNames(request);
  const std::vector<std::string> commonNames = commonNamesOf(subject);
  AltNameList names;
  names.add(options.altNames);
  if (options.copyAltNames) names.addRequested(requested.get());
  if (options.copyAltNames || options.subject.given()) {
    for (const std::string& name : commonNames) names.addIfName(name);
  }
  if (options.purpose == Purpose::client) return names;
  if (names.empty()) throw nameless(commonNames, requested.get());
  for (const std::string& name : commonNames) {
    if (!usualForm(name).empty() && !names.has(name)) throw notAmong(name);
  }
  return names;
}

}  // namespace

Buffer signCsr(SignOptions options) {
  const CleanErrors clean;
  const Authority authority = readAuthority(options.authority);
  const int days = daysFor(options, authority);
  const X509ReqPtr request = parseCsr(options.csr);
  requireOwnSignature(request.get());
  EVP_PKEY* const key = X509_REQ_get0_pubkey(request.get());
  if (!options.allowSmallKey) {
    const std::string wayOut = "; or, where the risk is known, set `allowSmallKey`";
    requireStrength(authority.key.get(), "authority.key", wayOut);
    requireStrength(key, "csr", wayOut);
  }
  const X509NamePtr subject = subjectFor(options, request.get());
  const AltNameList names = namesFor(options, request.get(), subject.get());
  const X509Ptr cert = issue({.subject = subject.get(),
                              .key = key,
                              .days = days,
                              .purpose = options.purpose,
                              .altNames = &names},
                             {.cert = authority.cert.get(), .key = authority.key.get()});
  return pemOf(cert.get());
}

}  // namespace securepair::crypto
