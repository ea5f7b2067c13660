#pragma once
#include <securepair/crypto/chores.h>

#include "crypto/openssl_ptr.h"

namespace securepair::crypto {

struct Authority {
  EvpPkeyPtr key;
  X509Ptr cert;
  int daysLeft = 0;
};

/// The option `authority`. Throws Error where the two do not belong together, or where it may sign
/// nothing any more.
Authority readAuthority(const CertificateAuthority& from);

}  // namespace securepair::crypto
