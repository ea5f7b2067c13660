#pragma once
#include <openssl/core.h>

#include "aead/kernel.h"

namespace securepair::aead {

/// What the provider hands to each of its ciphers.
struct ProviderContext {
  const Kernels* kernels;
  OSSL_LIB_CTX* libctx;
};

/// AES-128-GCM and AES-256-GCM, in the form in which OpenSSL asks a provider for its ciphers.
const OSSL_ALGORITHM* cipherAlgorithms() noexcept;

}  // namespace securepair::aead
