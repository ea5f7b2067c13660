#pragma once
#include <securepair/crypto.h>

#include <vector>

#include "crypto/openssl_ptr.h"

namespace securepair::crypto {

/// The certificates of `ca`, each once, in order. Throws Error where one can vouch for nobody.
std::vector<X509Ptr> readBundle(const CaList& ca);

}  // namespace securepair::crypto
