#pragma once
#include <securepair/error.h>

#include <string>

#include "crypto/openssl_error.h"

namespace securepair::crypto {

/// OpenSSL was given what is in order, and does not make this of it: memory is missing, or an
/// algorithm that its configuration leaves out.
inline Error notMade(const std::string& what) {
  const OpensslFailure failure = takeFailure();
  return Error(
      {.code = errorCode(failure.code),
       .message = "OpenSSL does not make " + what + " (" + failure.reason + ")",
       .fix = "check OpenSSL's configuration file, which openssl version -d has the folder of"});
}

/// Whether a step towards it is done.
inline void require(bool done, const char* what) {
  if (!done) throw notMade(what);
}

}  // namespace securepair::crypto
