#pragma once
#include <securepair/bytes.h>

#include <string>
#include <vector>

#include "crypto/openssl_ptr.h"

namespace securepair::crypto {

struct PfxContent {
  EvpPkeyPtr key;
  X509Ptr cert;
  std::vector<X509Ptr> cas;
};

/// The first private key, its certificate, and all further certificates, in the order of the file.
/// Takes bounded time whatever the file says. Throws Error that names `pfx` or `passphrase`.
PfxContent readPfx(const Buffer& pfx, const std::string& passphrase);

}  // namespace securepair::crypto
