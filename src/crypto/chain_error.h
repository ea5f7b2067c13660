#pragma once
#include <securepair/error.h>

#include "crypto/openssl_ptr.h"
#include "crypto/verify.h"

namespace securepair::crypto {

/// What X509_verify_cert() found wrong, and with which certificate of the chain.
struct Flaw {
  int error = X509_V_OK;
  int depth = 0;
};

/// Tells which certificate is not in order and why, what to do about it, and draws the chain.
Error chainError(X509_STORE_CTX* storeCtx, const Flaw& flaw, const Expectation& expect);

}  // namespace securepair::crypto
