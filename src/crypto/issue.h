#pragma once
#include <securepair/crypto/chores.h>

#include "crypto/alt_name_list.h"
#include "crypto/openssl_ptr.h"

namespace securepair::crypto {

/// What a certificate is to say.
struct Plan {
  const X509_NAME* subject = nullptr;
  EVP_PKEY* key = nullptr;  ///< its public half
  int days = 0;             ///< from now
  bool isCa = false;
  Purpose purpose = Purpose::both;  ///< where it is no authority
  const AltNameList* altNames = nullptr;
};

/// Who signs it.
struct Issuer {
  X509* cert = nullptr;  ///< null: it signs itself
  EVP_PKEY* key = nullptr;
};

/// Throws Error.
X509Ptr issue(const Plan& plan, const Issuer& issuer);

/// Throws Error where `days` is no lifetime of a certificate.
void requireDays(int days);

}  // namespace securepair::crypto
