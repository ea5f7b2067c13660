#include "crypto/ca_bundle.h"

#include <securepair/crypto/chores.h>
#include <securepair/error.h>

#include <algorithm>
#include <utility>

#include "crypto/certificate.h"
#include "crypto/openssl_error.h"
#include "crypto/pem.h"
#include "crypto/pem_writer.h"

namespace securepair::crypto {
namespace {

// A self-signed one vouches for itself.
void requireVoucher(X509* cert) {
  if (X509_check_ca(cert) != 0 || X509_self_signed(cert, 0) == 1) return;
  throw Error({.code = "ERR_NOT_AN_AUTHORITY",
               .message = "`ca` has a certificate that can vouch for nobody",
               .certificate = summary(cert),
               .expected = "certificate authorities', and self-signed ones",
               .got = "one that an authority has issued to somebody else",
               .fix = "give the certificate of its issuer in place of it: " + issuerOf(cert)});
}

void requireUnexpired(X509* cert) {
  if (X509_cmp_current_time(X509_get0_notAfter(cert)) > 0) return;
  throw Error({.code = "CERT_HAS_EXPIRED",
               .message = "`ca` has a certificate that has expired",
               .certificate = summary(cert),
               .fix = "give its successor, or leave it out"});
}

}  // namespace

std::vector<X509Ptr> readBundle(const CaList& ca) {
  const CleanErrors clean;
  std::vector<X509Ptr> bundle;
  for (X509Ptr& cert : readCas(ca)) {
    requireVoucher(cert.get());
    requireUnexpired(cert.get());
    const bool known = std::any_of(bundle.begin(), bundle.end(), [&cert](const X509Ptr& other) {
      return X509_cmp(cert.get(), other.get()) == 0;
    });
    if (!known) bundle.push_back(std::move(cert));
  }
  return bundle;
}

Buffer bundleCas(const CaList& ca) { return pemOf(readBundle(ca)); }

}  // namespace securepair::crypto
