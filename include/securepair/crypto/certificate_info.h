#pragma once
#include <securepair/bytes.h>
#include <securepair/export.h>
#include <securepair/tls/certificate.h>

#include <chrono>
#include <string>
#include <vector>

namespace securepair::crypto {

/// What a certificate says of itself. Nobody has judged it: see tls::verifyPeer().
struct CertificateInfo {
  tls::PeerCertificate certificate = {};  ///< as getPeerCertificate() has it
  std::string keyType = {};               ///< "RSA", "EC", "ED25519", ...
  int keyBits = 0;
  std::string signedWith = {};  ///< "ecdsa-with-SHA256", OpenSSL's short name
  bool isAuthority = false;     ///< may sign other certificates
  bool isSelfSigned = false;
  std::chrono::sys_seconds validFrom = {};
  std::chrono::sys_seconds validTo = {};
};

/// The certificates of a file, PEM, in its order and at least one. Throws Error where it holds
/// none, or one that cannot be read.
SECUREPAIR_API std::vector<CertificateInfo> readCertificates(const Buffer& cert);

}  // namespace securepair::crypto
