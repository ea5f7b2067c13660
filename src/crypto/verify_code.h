#pragma once
#include <string>

namespace securepair::crypto {

/// The stable name of an X509_V_ERR_...: Node's, where it has one, such as CERT_HAS_EXPIRED; else
/// OpenSSL's own with the prefix ERR_X509_.
std::string verifyCode(long x509Error);

}  // namespace securepair::crypto
