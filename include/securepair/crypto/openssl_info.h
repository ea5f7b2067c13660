#pragma once
#include <securepair/export.h>

#include <string>
#include <vector>

namespace securepair::crypto {

/// What the process's OpenSSL is and does where nobody asks for anything else: for a program that
/// reports on its surroundings.
struct OpensslInfo {
  std::string version = {};                 ///< "3.0.17"
  std::string description = {};             ///< "OpenSSL 3.0.17 1 Jul 2025"
  int securityLevel = 0;                    ///< of a context that is given none
  std::vector<std::string> providers = {};  ///< that are active: "default"
  /// Where the system's well-known roots are read from; SSL_CERT_FILE names another file.
  std::string rootsFile = {};
  /// OpenSSL's configuration; OPENSSL_CONF names another file.
  std::string configurationFile = {};
  bool npn = false;  ///< whether it has Next Protocol Negotiation
};

SECUREPAIR_API OpensslInfo opensslInfo();

}  // namespace securepair::crypto
