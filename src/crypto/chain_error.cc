#include "crypto/chain_error.h"

#include <ctime>
#include <string>
#include <utility>

#include "crypto/certificate.h"
#include "crypto/text.h"
#include "crypto/verify_code.h"

namespace securepair::crypto {
namespace {

struct Explanation {
  std::string expected = {};
  std::string got = {};
  std::string fix = {};
};

std::string nowText() {
  const OpensslPtr<ASN1_TIME, ASN1_TIME_free> now(ASN1_TIME_set(nullptr, std::time(nullptr)));
  return timeText(now.get());
}

Explanation explainIssuer(int error, X509* certificate, const Expectation& expect) {
  const std::string peer = expect.isServer ? "the client" : "the server";
  Explanation result{.expected = "the certificate of its issuer, " + issuerOf(certificate),
                     .got = "it is not in " + trustedBy(expect)};
  if (error == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT) {
    result.fix = "add the issuer to `ca`, up to the root: an authority below a root is not enough";
  } else {
    result.got += ", and " + peer + " did not send it";
    result.fix = "have " + peer +
                 " give its whole chain as `cert`, the leaf first; where the issuer is a root or "
                 "your own authority, add its certificate to `ca` on this side";
  }
  return result;
}

Explanation explain(int error, X509* certificate, const Expectation& expect) {
  switch (error) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return {.expected = "a certificate that is valid now, " + nowText(),
              .got = "valid until " + timeText(X509_get0_notAfter(certificate)),
              .fix = "renew this certificate; or set this machine's clock"};
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return {.expected = "a certificate that is valid now, " + nowText(),
              .got = "valid from " + timeText(X509_get0_notBefore(certificate)),
              .fix = "compare the clocks of this machine and of the one that issued it"};
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return {.expected = "a certificate that leads to " + trustedBy(expect),
              .got = "a self-signed one",
              .fix = "where you know it by its fingerprint, add this certificate to `ca`"};
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
      return {.expected = "a chain that ends in " + trustedBy(expect),
              .got = "one that ends in the root " + subjectOf(certificate),
              .fix = "where you trust this root, add its certificate to `ca`"};
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return explainIssuer(error, certificate, expect);
    case X509_V_ERR_CERT_CHAIN_TOO_LONG:
      return {.expected = "a chain that ends in " + trustedBy(expect) + " within 100 certificates",
              .fix =
                  "have the peer give as `cert` its certificate and those that lead to its "
                  "root, and no others"};
    case X509_V_ERR_INVALID_PURPOSE:
      return {.expected = expect.isServer ? "a certificate for clients (clientAuth)"
                                          : "a certificate for servers (serverAuth)",
              .got = "one whose key usage does not allow that",
              .fix = "issue it with the right extended key usage, or with none"};
    case X509_V_ERR_INVALID_CA:
      return {.expected = "an authority's certificate (basicConstraints CA:TRUE)",
              .got = "one that must not sign others",
              .fix = "have the certificate below it signed by an authority"};
    case X509_V_ERR_CERT_REJECTED:
      return {.expected = "an authority that is trusted for this purpose",
              .got = "one that is marked as rejected for it in " + trustedBy(expect),
              .fix = "see for what it is trusted with: openssl x509 -in ca.pem -noout -text"};
    case X509_V_ERR_CERT_REVOKED:
      return {.expected = "a certificate that is in no revocation list",
              .got = "one that its authority has withdrawn",
              .fix = "have it replaced, and find out why it was withdrawn"};
    case X509_V_ERR_UNABLE_TO_GET_CRL:
      return {.expected = "in `crl` a list of " + issuerOf(certificate),
              .got = "none",
              .fix =
                  "add this authority's current list to `crl`: given one, each authority of the "
                  "chain needs one"};
    case X509_V_ERR_CRL_HAS_EXPIRED:
    case X509_V_ERR_CRL_NOT_YET_VALID:
      return {.expected = "a revocation list that is valid now, " + nowText(),
              .fix = "get the current list of " + issuerOf(certificate) + " for `crl`"};
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
    case X509_V_ERR_CA_MD_TOO_WEAK:
      return {.expected = "what the security level asks for",
              .fix =
                  "issue it anew with SHA-256 and a key of P-256 or 2048 bits; or, where the peer "
                  "can do no better, lower `securityLevel` on this side"};
    default:
      return {};
  }
}

// One line a certificate, the peer's first.
std::string drawChain(const STACK_OF(X509) * chain, const Flaw& flaw) {
  std::string drawing;
  const int size = sk_X509_num(chain);
  for (int depth = 0; depth < size; ++depth) {
    X509* const certificate = sk_X509_value(chain, depth);
    drawing += "\n    " + std::to_string(depth) + ": " + subjectOf(certificate);
    if (depth == size - 1 && X509_self_signed(certificate, 0) != 1) {
      drawing += ", issued by " + issuerOf(certificate);
    }
    if (depth == flaw.depth) drawing += "   <-- here";
  }
  return drawing;
}

}  // namespace

Error chainError(X509_STORE_CTX* storeCtx, const Flaw& flaw, const Expectation& expect) {
  const STACK_OF(X509)* const chain = X509_STORE_CTX_get0_chain(storeCtx);
  X509* certificate = sk_X509_value(chain, flaw.depth);
  if (certificate == nullptr) certificate = X509_STORE_CTX_get0_cert(storeCtx);
  Explanation why = explain(flaw.error, certificate, expect);
  if (!why.got.empty()) why.got += "; ";
  why.got += "the chain:" + drawChain(chain, flaw);
  return Error(
      {.code = verifyCode(flaw.error),
       .message = std::string("the ") + (expect.isServer ? "client" : "server") +
                  "'s certificate is not authorized: " + X509_verify_cert_error_string(flaw.error),
       .certificate = summary(certificate),
       .expected = std::move(why.expected),
       .got = std::move(why.got),
       .fix = std::move(why.fix)});
}

}  // namespace securepair::crypto
