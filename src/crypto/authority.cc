#include "crypto/authority.h"

#include <securepair/error.h>

#include <utility>

#include "crypto/certificate.h"
#include "crypto/pem.h"
#include "crypto/private_key.h"

namespace securepair::crypto {
namespace {

Error noAuthority(X509* cert) {
  return Error(
      {.code = "ERR_NOT_AN_AUTHORITY",
       .message = "`authority.cert` may not sign certificates: who verifies one, refuses it",
       .certificate = summary(cert),
       .expected = "a certificate authority's (basicConstraints CA:TRUE)",
       .fix = "make an authority with crypto::createCa(), and trust its certificate"});
}

Error otherKey(X509* cert) {
  return Error({.code = "ERR_KEY_MISMATCH",
                .message = "`authority.key` does not belong to `authority.cert`",
                .certificate = summary(cert),
                .expected = "the private key for which the certificate was made",
                .got = "another key",
                .fix = "compare what these print: openssl pkey -in ca-key.pem -pubout; openssl "
                       "x509 -in ca-cert.pem -noout -pubkey"});
}

Error expires(X509* cert) {
  return Error({.code = "CERT_HAS_EXPIRED",
                .message = "`authority.cert` is not valid for a day any more",
                .certificate = summary(cert),
                .fix = "make a new one with the same key and subject: crypto::createCa()"});
}

}  // namespace

Authority readAuthority(const CertificateAuthority& from) {
  Authority authority;
  authority.key = readKey(from.key, from.passphrase,
                          {.key = "authority.key", .passphrase = "authority.passphrase"});
  authority.cert = std::move(readChain(from.cert, "authority.cert").front());
  X509* const cert = authority.cert.get();
  if (X509_check_private_key(cert, authority.key.get()) != 1) throw otherKey(cert);
  if (X509_check_ca(cert) == 0) throw noAuthority(cert);
  int seconds = 0;
  ASN1_TIME_diff(&authority.daysLeft, &seconds, nullptr, X509_get0_notAfter(cert));
  if (authority.daysLeft < 1) throw expires(cert);
  return authority;
}

}  // namespace securepair::crypto
