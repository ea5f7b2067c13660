#include "crypto/flaw_text.h"

#include <ctime>
#include <string>

#include <openssl/x509v3.h>

#include "crypto/alt_names.h"
#include "crypto/certificate.h"
#include "crypto/certificate_use.h"
#include "crypto/key_kind.h"
#include "crypto/strength.h"
#include "crypto/text.h"

namespace securepair::crypto {
namespace {

constexpr const char* seeItself = "see what it says: openssl x509 -in cert.pem -noout -text";

std::time_t checkedAt(X509_STORE_CTX* storeCtx) {
  X509_VERIFY_PARAM* const param = X509_STORE_CTX_get0_param(storeCtx);
  const bool isGiven = (X509_VERIFY_PARAM_get_flags(param) & X509_V_FLAG_USE_CHECK_TIME) != 0;
  return isGiven ? X509_VERIFY_PARAM_get_time(param) : std::time(nullptr);
}

// "3 days" between two times, the smaller unit where there is no larger one.
std::string distance(const ASN1_TIME* from, const ASN1_TIME* to) {
  int days = 0;
  int seconds = 0;
  if (ASN1_TIME_diff(&days, &seconds, from, to) != 1) return {};
  const auto count = [](int number, const std::string& unit) {
    return std::to_string(number) + " " + unit + (number == 1 ? "" : "s");
  };
  if (days > 0) return count(days, "day");
  if (seconds >= 3600) return count(seconds / 3600, "hour");
  return seconds >= 60 ? count(seconds / 60, "minute") : count(seconds, "second");
}

using TimePtr = OpensslPtr<ASN1_TIME, ASN1_TIME_free>;

FlawText explainTime(X509_STORE_CTX* storeCtx, int error, X509* certificate) {
  const TimePtr now(ASN1_TIME_set(nullptr, checkedAt(storeCtx)));
  FlawText text{.expected = "a certificate that is valid now, " + timeOfCheck(storeCtx)};
  if (error == X509_V_ERR_CERT_HAS_EXPIRED) {
    const ASN1_TIME* const end = X509_get0_notAfter(certificate);
    text.got = "valid until " + timeText(end) + ", " + distance(end, now.get()) + " ago";
    text.fix = "renew this certificate; or set this machine's clock";
  } else {
    const ASN1_TIME* const begin = X509_get0_notBefore(certificate);
    text.got = "valid from " + timeText(begin) + ", in " + distance(now.get(), begin);
    text.fix = "compare the clocks of this machine and of the one that issued it";
  }
  return text;
}

FlawText explainNoTime(int error, X509* certificate) {
  const bool isBegin = error == X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD;
  const ASN1_TIME* const time =
      isBegin ? X509_get0_notBefore(certificate) : X509_get0_notAfter(certificate);
  const std::string_view said(reinterpret_cast<const char*>(ASN1_STRING_get0_data(time)),
                              static_cast<std::size_t>(ASN1_STRING_length(time)));
  return {.expected = std::string("a time as ") + (isBegin ? "notBefore" : "notAfter"),
          .got = "\"" + clipped(escaped(said, "\"")) + "\"",
          .fix = "have it issued anew, by a program that writes times as RFC 5280 has them"};
}

FlawText explainIssuer(int error, X509* certificate, const Expectation& expect) {
  const std::string peer = expect.isServer ? "the client" : "the server";
  FlawText text{.expected = "the certificate of its issuer, " + issuerOf(certificate),
                .got = "it is not in " + trustedBy(expect)};
  if (error == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT) {
    text.fix = "add the issuer to `ca`, up to the root: an authority below a root is not enough";
    return text;
  }
  text.got += ", and " + peer + " did not send it";
  const std::string url = issuerUrlOf(certificate);
  if (!url.empty()) text.got += " (the certificate says that it can be had at " + url + ")";
  text.fix = "have " + peer +
             " give its whole chain as `cert`, the leaf first; where the issuer is a root or your "
             "own authority, add its certificate to `ca` on this side";
  return text;
}

FlawText explainKey(X509_STORE_CTX* storeCtx, X509* certificate) {
  const EVP_PKEY* const key = X509_get0_pubkey(certificate);
  const int level = X509_VERIFY_PARAM_get_auth_level(X509_STORE_CTX_get0_param(storeCtx));
  const LevelNeeds& needs = needsOf(level);
  FlawText text{
      .expected = std::string(needs.keys) + ", for security level " + std::to_string(level),
      .got = key == nullptr ? "a key that cannot be read" : "a key, " + kindOf(key),
      .fix =
          "issue it anew for such a key: openssl genpkey -algorithm EC -pkeyopt "
          "ec_paramgen_curve:" +
          std::string(needs.curve) + " -out key.pem"};
  if (key != nullptr) {
    text.fix += "; or, where the peer can do no better, set `securityLevel` on this side to " +
                std::to_string(levelFor(EVP_PKEY_get_security_bits(key)));
  }
  return text;
}

FlawText explainDigest(X509_STORE_CTX* storeCtx, X509* certificate) {
  const int level = X509_VERIFY_PARAM_get_auth_level(X509_STORE_CTX_get0_param(storeCtx));
  const LevelNeeds& needs = needsOf(level);
  return {.expected = "a signature with " + std::string(needs.digest) +
                      " or better, for security level " + std::to_string(level),
          .got = "one with " + digestOf(certificate),
          .fix = "have it signed anew: openssl x509 -req " + std::string(needs.flag) +
                 " -in csr.pem -CA ca.pem -CAkey "
                 "ca-key.pem -out cert.pem; or, where the peer can do no better, set "
                 "`securityLevel` on this side to " +
                 std::to_string(levelFor(signatureBits(certificate)))};
}

FlawText explainAuthority(X509* certificate) {
  const bool isOld = X509_get_version(certificate) != X509_VERSION_3;
  return {.expected = "an authority's certificate (basicConstraints CA:TRUE)",
          .got = isOld ? "one of version 1, which cannot say that it is one"
                       : "one that must not sign others",
          .fix =
              "have the certificate below it signed by an authority; or issue this one as an "
              "authority's, with basicConstraints=critical,CA:TRUE"};
}

FlawText explainPathLength(const Flaw& flaw, X509* certificate) {
  return {.expected = "at most " + std::to_string(X509_get_pathlen(certificate)) +
                      " authorities between it and the leaf (its basicConstraints' pathlen)",
          .got = std::to_string(flaw.depth - 1),
          .fix =
              "have the leaf issued by an authority nearer to it, or this authority issued anew "
              "with a larger pathlen"};
}

// The first authority above whose constraints forbid a name of the certificate's.
FlawText explainNames(X509_STORE_CTX* storeCtx, const Flaw& flaw, X509* certificate) {
  const STACK_OF(X509)* const chain = X509_STORE_CTX_get0_chain(storeCtx);
  const std::string names = altNameText(certificate);
  FlawText text{.got = "subject " + subjectOf(certificate) +
                       (names.empty() ? "" : "; names " + clipped(names)),
                .fix =
                    "have it issued for names that its authority may certify, or by another "
                    "authority"};
  for (int i = flaw.depth + 1; i < sk_X509_num(chain); ++i) {
    X509* const authority = sk_X509_value(chain, i);
    const std::string constraints = nameConstraintsOf(authority);
    if (constraints.empty()) continue;
    text.expected = "names that " + subjectOf(authority) + " may certify: " + constraints;
    break;
  }
  return text;
}

FlawText explainPurpose(X509* certificate, const Expectation& expect) {
  return {.expected = expect.isServer ? "a certificate for clients (clientAuth)"
                                      : "a certificate for servers (serverAuth)",
          .got = "one whose key usage does not allow that: " + usesOf(certificate),
          .fix = "issue it with the right extended key usage, or with none"};
}

FlawText explainSelfSigned(int error, X509* certificate, const Expectation& expect) {
  if (error == X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT) {
    return {.expected = "a certificate that leads to " + trustedBy(expect),
            .got = "a self-signed one",
            .fix = "where you know it by its fingerprint, add this certificate to `ca`"};
  }
  return {.expected = "a chain that ends in " + trustedBy(expect),
          .got = "one that ends in the root " + subjectOf(certificate),
          .fix = "where you trust this root, add its certificate to `ca`"};
}

// What hardly happens to an honest peer: each has its sentence.
FlawText explainRare(int error, X509* certificate, const Expectation& expect) {
  switch (error) {
    case X509_V_ERR_CERT_CHAIN_TOO_LONG:
      return {.expected = "a chain that ends in " + trustedBy(expect) + " within 100 certificates",
              .fix =
                  "have the peer give as `cert` its certificate and those that lead to its "
                  "root, and no others"};
    case X509_V_ERR_PATH_LOOP:
      return {
          .expected = "a chain in which each certificate stands once",
          .fix = "have the peer give as `cert` its certificate and those that lead to its root"};
    case X509_V_ERR_CERT_REJECTED:
    case X509_V_ERR_CERT_UNTRUSTED:
      return {.expected = "an authority that is trusted for this purpose",
              .got = "one that is marked as rejected for it in " + trustedBy(expect),
              .fix = "see for what it is trusted with: openssl x509 -in ca.pem -noout -text"};
    case X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION:
      return {.expected = "critical extensions that are known here",
              .got = "the extension " + unknownCriticalOf(certificate),
              .fix = "issue it without this extension, or with the extension not marked critical"};
    case X509_V_ERR_EC_KEY_EXPLICIT_PARAMS:
      return {.expected = "a key on a curve that has a name",
              .got = "one that spells its curve out, which RFC 5480 forbids",
              .fix =
                  "issue it anew for a key of a named curve: openssl genpkey -algorithm EC "
                  "-pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:named_curve -out "
                  "key.pem"};
    case X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY:
    case X509_V_ERR_NO_ISSUER_PUBLIC_KEY:
      return {.expected = "an issuer whose key can be read",
              .got = "a key of an algorithm that is not known here, or damaged",
              .fix = "have it issued by an authority with a key of RSA, P-256 or Ed25519"};
    case X509_V_ERR_UNSUPPORTED_SIGNATURE_ALGORITHM:
    case X509_V_ERR_SIGNATURE_ALGORITHM_MISMATCH:
    case X509_V_ERR_SIGNATURE_ALGORITHM_INCONSISTENCY:
      return {
          .expected = "a signature of the kind that the issuer's key makes",
          .got = std::string("one of the kind ") + OBJ_nid2ln(X509_get_signature_nid(certificate)),
          .fix = "have it issued anew"};
    case X509_V_ERR_PROXY_CERTIFICATES_NOT_ALLOWED:
    case X509_V_ERR_PROXY_PATH_LENGTH_EXCEEDED:
    case X509_V_ERR_PROXY_SUBJECT_NAME_VIOLATION:
      return {.expected = "a certificate of an authority's",
              .got = "a proxy certificate (RFC 3820), which its holder has issued to himself",
              .fix = "have the peer use the certificate that its authority has issued"};
    case X509_V_ERR_KEYUSAGE_NO_DIGITAL_SIGNATURE:
      return {.expected = "a key usage that has digitalSignature",
              .got = usesOf(certificate),
              .fix = "issue it anew with that key usage"};
    case X509_V_ERR_SUBTREE_MINMAX:
    case X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE:
    case X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX:
    case X509_V_ERR_UNSUPPORTED_NAME_SYNTAX:
      return {.expected = "name constraints, and names, that can be compared",
              .got = "some that cannot",
              .fix = "have its authority issued anew with name constraints as RFC 5280 has them; " +
                     std::string(seeItself)};
    case X509_V_ERR_INVALID_EXTENSION:
    case X509_V_ERR_INVALID_POLICY_EXTENSION:
    case X509_V_ERR_UNSUPPORTED_EXTENSION_FEATURE:
    case X509_V_ERR_UNNESTED_RESOURCE:
      return {.expected = "extensions that can be read, and fit those of its issuer",
              .fix = seeItself};
    default:
      return {};
  }
}

}  // namespace

FlawText explainFlaw(X509_STORE_CTX* storeCtx, const Flaw& flaw, const Expectation& expect) {
  X509* certificate = sk_X509_value(X509_STORE_CTX_get0_chain(storeCtx), flaw.depth);
  if (certificate == nullptr) certificate = X509_STORE_CTX_get0_cert(storeCtx);
  switch (flaw.error) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return explainTime(storeCtx, flaw.error, certificate);
    case X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD:
    case X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD:
      return explainNoTime(flaw.error, certificate);
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
      return explainSelfSigned(flaw.error, certificate, expect);
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return explainIssuer(flaw.error, certificate, expect);
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
    case X509_V_ERR_UNABLE_TO_DECRYPT_CERT_SIGNATURE:
      return {.expected = "a signature by the key of " + issuerOf(certificate),
              .got = "another: it was changed, or another authority has the same name",
              .fix =
                  "get the certificate anew from its authority, and see that `ca` has this very "
                  "authority: openssl verify -CAfile ca.pem cert.pem"};
    case X509_V_ERR_KEYUSAGE_NO_CERTSIGN:
      return {.expected = "an authority whose key usage has keyCertSign",
              .got = usesOf(certificate),
              .fix = "issue this authority anew with keyUsage=critical,keyCertSign,cRLSign"};
    case X509_V_ERR_INVALID_CA:
    case X509_V_ERR_INVALID_NON_CA:
      return explainAuthority(certificate);
    case X509_V_ERR_INVALID_PURPOSE:
      return explainPurpose(certificate, expect);
    case X509_V_ERR_PATH_LENGTH_EXCEEDED:
      return explainPathLength(flaw, certificate);
    case X509_V_ERR_PERMITTED_VIOLATION:
    case X509_V_ERR_EXCLUDED_VIOLATION:
      return explainNames(storeCtx, flaw, certificate);
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
      return explainKey(storeCtx, certificate);
    case X509_V_ERR_CA_MD_TOO_WEAK:
      return explainDigest(storeCtx, certificate);
    default:
      break;
  }
  FlawText text = explainListFlaw(storeCtx, flaw.error, certificate);
  return text.expected.empty() ? explainRare(flaw.error, certificate, expect) : text;
}

std::string timeOfCheck(X509_STORE_CTX* storeCtx) {
  const TimePtr now(ASN1_TIME_set(nullptr, checkedAt(storeCtx)));
  return timeText(now.get());
}

bool lacksIssuer(int error) {
  return error == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT ||
         error == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY ||
         error == X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE;
}

}  // namespace securepair::crypto
