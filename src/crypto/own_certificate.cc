#include "crypto/own_certificate.h"

#include <securepair/error.h>

#include <algorithm>
#include <utility>

#include <openssl/err.h>

#include "crypto/certificate.h"
#include "crypto/key_kind.h"
#include "crypto/openssl_error.h"
#include "crypto/strength.h"
#include "crypto/trust_store.h"

namespace securepair::crypto {
namespace {

ErrorParts smallKey(X509* certificate, int level) {
  const LevelNeeds& needs = needsOf(level);
  EVP_PKEY* const key = X509_get0_pubkey(certificate);
  return {.message = "has a key of " + std::to_string(EVP_PKEY_get_bits(key)) +
                     " bits, which is too small for security level " + std::to_string(level),
          .expected = std::string(needs.keys),
          .got = kindOf(key),
          .fix =
              "make a new key and certificate: openssl req -x509 -newkey ec -pkeyopt "
              "ec_paramgen_curve:" +
              std::string(needs.curve) + " " + std::string(needs.flag) +
              " -noenc -keyout key.pem -out cert.pem -subj /CN=localhost (or -newkey " +
              std::string(needs.rsa) +
              "); or, where the risk is "
              "known, set `securityLevel` to " +
              std::to_string(levelFor(EVP_PKEY_get_security_bits(key)))};
}

ErrorParts weakDigest(X509* certificate, int level) {
  const LevelNeeds& needs = needsOf(level);
  return {.message = "is signed with " + digestOf(certificate) +
                     ", which is too weak for security level " + std::to_string(level),
          .expected = "a signature with " + std::string(needs.digest) + " or better",
          .got = digestOf(certificate),
          .fix = "have it signed anew: openssl x509 -req " + std::string(needs.flag) +
                 " -in csr.pem -CA ca.pem -CAkey "
                 "ca-key.pem -out cert.pem; or, where the risk is known, set `securityLevel` to " +
                 std::to_string(levelFor(signatureBits(certificate)))};
}

Error refused(SSL_CTX* ctx, const std::string& option, X509* certificate) {
  const OpensslFailure failure = takeFailure();
  const int reason = ERR_GET_LIB(failure.code) == ERR_LIB_SSL ? ERR_GET_REASON(failure.code) : 0;
  const int level = SSL_CTX_get_security_level(ctx);
  ErrorParts parts;
  if (reason == SSL_R_EE_KEY_TOO_SMALL || reason == SSL_R_CA_KEY_TOO_SMALL) {
    parts = smallKey(certificate, level);
  } else if (reason == SSL_R_CA_MD_TOO_WEAK) {
    parts = weakDigest(certificate, level);
  } else {
    parts.message = "holds a certificate that TLS cannot use (" + failure.reason + ")";
  }
  parts.code = errorCode(failure.code);
  parts.message = "`" + option + "` " + parts.message;
  parts.certificate = summary(certificate);
  return Error(std::move(parts));
}

Error mismatch(const OwnCertificate& own) {
  ErrorParts parts{.code = "ERR_KEY_MISMATCH",
                   .message = "`key` does not belong to `cert`",
                   .certificate = summary(own.leaf.get()),
                   .expected = "the private key for which the certificate was made",
                   .got = "another key",
                   .fix =
                       "compare what these print: openssl pkey -in key.pem -pubout; openssl x509 "
                       "-in cert.pem -noout -pubkey"};
  const bool laterOne =
      std::any_of(own.chain.begin(), own.chain.end(), [&own](const X509Ptr& certificate) {
        return X509_check_private_key(certificate.get(), own.key.get()) == 1;
      });
  if (laterOne) {
    parts.got = "the key of another certificate in `cert`";
    parts.fix = "put the certificate of the key first in `cert`, then its issuer, and so on";
  }
  return Error(std::move(parts));
}

Error weakChain(SSL_CTX* ctx, const std::string& option) {
  const OpensslFailure failure = takeFailure();
  const int level = SSL_CTX_get_security_level(ctx);
  const LevelNeeds& needs = needsOf(level);
  return Error({.code = errorCode(failure.code),
                .message = "an authority above `" + option + "` is too weak for security level " +
                           std::to_string(level) + " (" + failure.reason + ")",
                .fix = "have the certificate issued by an authority with " +
                       std::string(needs.digest) + " or better and a key of " +
                       std::string(needs.keys) +
                       "; or, where the risk is known, lower `securityLevel`"});
}

// Without the root, which the peer has or does not trust.
void findChain(SSL_CTX* ctx, const OwnCertificate& own) {
  if (!own.others.empty()) {
    SSL_CTX_set0_chain_cert_store(ctx, makeStore({.given = share(own.others)}, {}).release());
  }
  const long result = SSL_CTX_build_cert_chain(ctx, SSL_BUILD_CHAIN_FLAG_NO_ROOT |
                                                        SSL_BUILD_CHAIN_FLAG_IGNORE_ERROR |
                                                        SSL_BUILD_CHAIN_FLAG_CLEAR_ERROR);
  SSL_CTX_set0_chain_cert_store(ctx, nullptr);
  if (result == 0) throw weakChain(ctx, own.option);
}

}  // namespace

void requireOwnKey(const OwnCertificate& own) {
  const CleanErrors clean;
  if (X509_check_private_key(own.leaf.get(), own.key.get()) != 1) throw mismatch(own);
}

void useOwnCertificate(SSL_CTX* ctx, const OwnCertificate& own, bool mayTakeTrusted) {
  const CleanErrors clean;
  requireOwnKey(own);
  if (SSL_CTX_use_certificate(ctx, own.leaf.get()) != 1 ||
      SSL_CTX_use_PrivateKey(ctx, own.key.get()) != 1) {
    throw refused(ctx, own.option, own.leaf.get());
  }
  for (const X509Ptr& next : own.chain) {
    if (SSL_CTX_add1_chain_cert(ctx, next.get()) != 1) throw refused(ctx, own.option, next.get());
  }
  if (own.chain.empty() && (mayTakeTrusted || !own.others.empty())) findChain(ctx, own);
}

}  // namespace securepair::crypto
