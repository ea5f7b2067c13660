#include "support/certificate_view.h"

#include <utility>

#include "crypto/certificate.h"
#include "crypto/pem.h"

namespace securepair::test {

CertificateView::CertificateView(const Buffer& pem)
    : cert_(std::move(crypto::readChain(pem).front())) {}

std::string CertificateView::subject() const { return crypto::subjectOf(get()); }
std::string CertificateView::issuer() const { return crypto::issuerOf(get()); }
std::string CertificateView::names() const { return crypto::describe(get()).subjectaltname; }
std::string CertificateView::serialNumber() const { return crypto::describe(get()).serialNumber; }

std::vector<std::string> CertificateView::purposes() const {
  std::vector<std::string> names;
  for (const std::string& oid : crypto::describe(get()).ext_key_usage) {
    names.emplace_back(OBJ_nid2sn(OBJ_txt2nid(oid.c_str())));
  }
  return names;
}

int CertificateView::daysLeft() const {
  int days = 0;
  int seconds = 0;
  ASN1_TIME_diff(&days, &seconds, nullptr, X509_get0_notAfter(get()));
  return seconds > 0 ? days + 1 : days;
}

bool CertificateView::isCritical(int nid) const {
  const int at = X509_get_ext_by_NID(get(), nid, -1);
  return at >= 0 && X509_EXTENSION_get_critical(X509_get_ext(get(), at)) == 1;
}

bool CertificateView::isSignedBy(const CertificateView& issuer) const {
  return X509_check_issued(issuer.get(), get()) == X509_V_OK &&
         X509_verify(get(), X509_get0_pubkey(issuer.get())) == 1;
}

}  // namespace securepair::test
