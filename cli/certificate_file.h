#pragma once
#include <securepair/bytes.h>
#include <securepair/crypto/certificate_info.h>

#include <string>
#include <vector>

namespace securepair::cli {

/// The certificates in the content of a file: one or more in PEM, or one in DER. Throws a Failure
/// that names the file and says what it is instead.
std::vector<crypto::CertificateInfo> certificatesIn(const std::string& path, const Buffer& content);

/// A revocation list, in PEM.
bool isRevocationList(const Buffer& content);

}  // namespace securepair::cli
