#pragma once
#include <string>
#include <utility>
#include <vector>

#include "support/certificates.h"

namespace securepair::test {

/// What a request says that createCsr() would not make.
struct RequestSpec {
  std::string key = {};        ///< PEM; else one of this kind
  std::string kind = "P-256";  ///< "P-256", "P-256 written out", "DSA", "RSA 1024"
  std::vector<SubjectField> subject = {{.field = "CN", .value = "localhost"}};
  /// As OpenSSL's configuration files have them: {"basicConstraints", "critical,CA:TRUE"}
  std::vector<std::pair<std::string, std::string>> extensions = {};
  bool isForged = false;  ///< signed with another key
};

/// PEM of a certificate signing request.
std::string makeRequest(const RequestSpec& spec);

}  // namespace securepair::test
