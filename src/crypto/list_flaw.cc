// What is wrong with a revocation list, or has come of one.
#include <string>

#include "crypto/certificate.h"
#include "crypto/flaw_text.h"
#include "crypto/text.h"

namespace securepair::crypto {
namespace {

using Lists = OpensslPtr<STACK_OF(X509_CRL), [](STACK_OF(X509_CRL) * lists) {
  sk_X509_CRL_pop_free(lists, X509_CRL_free);
}>;

// From when to when the lists of this authority are.
std::string validityOf(X509_STORE_CTX* storeCtx, const X509* certificate) {
  const Lists lists(X509_STORE_CTX_get1_crls(storeCtx, X509_get_issuer_name(certificate)));
  std::string text;
  for (int i = 0; i < sk_X509_CRL_num(lists.get()); ++i) {
    const X509_CRL* const list = sk_X509_CRL_value(lists.get(), i);
    text += (text.empty() ? "one of " : ", one of ") + timeText(X509_CRL_get0_lastUpdate(list)) +
            " to " + timeText(X509_CRL_get0_nextUpdate(list));
  }
  return clipped(text);
}

}  // namespace

FlawText explainListFlaw(X509_STORE_CTX* storeCtx, int error, X509* certificate) {
  const std::string issuer = issuerOf(certificate);
  switch (error) {
    case X509_V_ERR_CERT_REVOKED:
      return {.expected = "a certificate that is in no revocation list",
              .got = "one that its authority, " + issuer + ", has withdrawn",
              .fix = "have it replaced, and find out why it was withdrawn"};
    case X509_V_ERR_UNABLE_TO_GET_CRL:
      return {.expected = "in `crl` a list of " + issuer,
              .got = "none",
              .fix =
                  "add this authority's current list to `crl`: given one, each authority of the "
                  "chain needs one"};
    case X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER:
    case X509_V_ERR_CRL_PATH_VALIDATION_ERROR:
    case X509_V_ERR_DIFFERENT_CRL_SCOPE:
      return {.expected = "in `crl` a list of " + issuer + " itself, for all its certificates",
              .got = "one that somebody else has made, or for a part of them",
              .fix = "get the whole list of " + issuer + " for `crl`"};
    case X509_V_ERR_CRL_HAS_EXPIRED:
    case X509_V_ERR_CRL_NOT_YET_VALID:
      return {.expected = "a revocation list that is valid now, " + timeOfCheck(storeCtx),
              .got = validityOf(storeCtx, certificate),
              .fix = "get the current list of " + issuer + " for `crl`"};
    case X509_V_ERR_ERROR_IN_CRL_LAST_UPDATE_FIELD:
    case X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD:
      return {.expected = "a revocation list with times that can be read",
              .got = "one without, of " + issuer,
              .fix = "have it made anew; see what it says: openssl crl -in crl.pem -noout -text"};
    case X509_V_ERR_CRL_SIGNATURE_FAILURE:
    case X509_V_ERR_UNABLE_TO_DECRYPT_CRL_SIGNATURE:
      return {
          .expected = "a revocation list that is signed by the key of " + issuer,
          .got = "another signature: it was changed, or another authority has the same name",
          .fix = "get the list of " + issuer +
                 " anew for `crl`, and see that it is this authority's: openssl crl -in crl.pem "
                 "-noout -CAfile ca.pem"};
    case X509_V_ERR_KEYUSAGE_NO_CRL_SIGN:
      return {.expected = "an authority whose key usage has cRLSign, or no list of its",
              .got = issuer + ", which has it not",
              .fix = "issue this authority anew with keyUsage=critical,keyCertSign,cRLSign"};
    case X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION:
      return {.expected = "a revocation list without critical extensions that are not known here",
              .got = "one with such an extension, of " + issuer,
              .fix = "have it made without it; see which: openssl crl -in crl.pem -noout -text"};
    default:
      return {};
  }
}

}  // namespace securepair::crypto
