#pragma once
#include <cstdint>

#include <openssl/types.h>

#include "aead/kernel.h"

namespace securepair::aead {

/// Puts the provider into a library context of OpenSSL's (nullptr: the default one). What is
/// fetched there without a word about providers stays what it was. `kernels` live as long, and are
/// the same for all library contexts of a process. Answers what OSSL_PROVIDER_unload() undoes it
/// with, or nullptr where OpenSSL does not take it; the error queue is as before.
OSSL_PROVIDER* load(OSSL_LIB_CTX* libctx, const Kernels& kernels) noexcept;

/// The same with this CPU's kernels, where they are fast with `features`, and nobody asks for FIPS.
OSSL_PROVIDER* loadWhereFast(OSSL_LIB_CTX* libctx, std::uint64_t features) noexcept;

}  // namespace securepair::aead
