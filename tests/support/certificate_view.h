#pragma once
#include <securepair/bytes.h>

#include <string>
#include <vector>

#include "crypto/openssl_ptr.h"

namespace securepair::test {

/// A certificate, looked at.
class CertificateView {
 public:
  explicit CertificateView(const Buffer& pem);

  X509* get() const { return cert_.get(); }
  std::string subject() const;  ///< "CN=localhost, O=Example"
  std::string issuer() const;
  std::string names() const;  ///< "DNS:localhost, IP Address:127.0.0.1"
  std::string serialNumber() const;
  std::vector<std::string> purposes() const;  ///< "serverAuth", "clientAuth"
  int daysLeft() const;
  bool isCa() const { return X509_check_ca(get()) == 1; }
  bool has(int nid) const { return X509_get_ext_by_NID(get(), nid, -1) >= 0; }
  bool isCritical(int nid) const;
  bool isSignedBy(const CertificateView& issuer) const;

 private:
  crypto::X509Ptr cert_;
};

}  // namespace securepair::test
