#include <securepair/crypto/certificate_info.h>

#include "crypto/certificate.h"
#include "crypto/openssl_error.h"
#include "crypto/pem.h"
#include "crypto/time.h"

namespace securepair::crypto {
namespace {

std::chrono::sys_seconds pointOf(const ASN1_TIME* time) {
  return std::chrono::sys_seconds(std::chrono::seconds(timeOf(time)));
}

CertificateInfo infoOf(X509* certificate) {
  CertificateInfo info{.certificate = describe(certificate),
                       .signedWith = OBJ_nid2sn(X509_get_signature_nid(certificate)),
                       .isAuthority = X509_check_ca(certificate) != 0,
                       .isSelfSigned = X509_self_signed(certificate, 0) == 1,
                       .validFrom = pointOf(X509_get0_notBefore(certificate)),
                       .validTo = pointOf(X509_get0_notAfter(certificate))};
  // OpenSSL may not know keys of its kind.
  if (const EVP_PKEY* const key = X509_get0_pubkey(certificate)) {
    info.keyType = EVP_PKEY_get0_type_name(key);
    info.keyBits = EVP_PKEY_get_bits(key);
  }
  return info;
}

}  // namespace

std::vector<CertificateInfo> readCertificates(const Buffer& cert) {
  const CleanErrors clean;
  std::vector<CertificateInfo> all;
  for (const X509Ptr& certificate : readChain(cert)) all.push_back(infoOf(certificate.get()));
  return all;
}

}  // namespace securepair::crypto
