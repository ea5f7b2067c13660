#pragma once
#include <openssl/types.h>

namespace securepair::kdf {

/// Gives OpenSSL the key derivations of TLS 1.2 and 1.3 in a form that costs a tenth of its own,
/// for those contexts that ask for them (entry.h). False where it does not take them, or where its
/// configuration asks for FIPS: its own do the work then.
bool provide() noexcept;

/// The same for a library context, until the provider is unloaded; null in place of false.
OSSL_PROVIDER* provideTo(OSSL_LIB_CTX* libctx) noexcept;

}  // namespace securepair::kdf
