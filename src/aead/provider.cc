#include "aead/provider.h"

#include <securepair/aead.h>

#include <atomic>
#include <new>
#include <optional>

#include <openssl/core_dispatch.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/provider.h>

#include "aead/dispatch.h"
#include "crypto/aead_provider.h"
#include "kdf/provider_parts.h"

namespace securepair::aead {
namespace {

// What a built-in provider needs cannot be handed to its start.
std::atomic<const Kernels*> kernelsInUse = nullptr;

void stop(void* provider) noexcept { delete static_cast<ProviderContext*>(provider); }

const OSSL_ALGORITHM* query(void* /*provider*/, int operation, int* noCache) noexcept {
  *noCache = 0;
  return operation == OSSL_OP_CIPHER ? cipherAlgorithms() : nullptr;
}

int describe(void* /*provider*/, OSSL_PARAM* params) noexcept {
  return kdf::describeAs("securepair's fast AEAD", params);
}

int start(const OSSL_CORE_HANDLE* handle, const OSSL_DISPATCH* core, const OSSL_DISPATCH** out,
          void** provider) noexcept {
  static const OSSL_DISPATCH table[] = {
      kdf::entry(OSSL_FUNC_PROVIDER_TEARDOWN, stop),
      kdf::entry(OSSL_FUNC_PROVIDER_QUERY_OPERATION, query),
      kdf::entry(OSSL_FUNC_PROVIDER_GETTABLE_PARAMS, kdf::described),
      kdf::entry(OSSL_FUNC_PROVIDER_GET_PARAMS, describe),
      {0, nullptr}};
  *provider = new (std::nothrow)
      ProviderContext{.kernels = kernelsInUse, .libctx = kdf::libctxOf(handle, core)};
  *out = table;
  return *provider != nullptr ? 1 : 0;
}

}  // namespace

OSSL_PROVIDER* load(OSSL_LIB_CTX* libctx, const Kernels& kernels) noexcept {
  return kdf::loadBeside(libctx, crypto::aeadProvider, start, [libctx, &kernels] {
    kernelsInUse = &kernels;
    EVP_CIPHER_free(EVP_CIPHER_fetch(libctx, "AES-128-GCM", nullptr));
  });
}

OSSL_PROVIDER* loadWhereFast(OSSL_LIB_CTX* libctx, std::uint64_t features) noexcept {
  const bool wantsFips = EVP_default_properties_is_fips_enabled(libctx) == 1 ||
                         OSSL_PROVIDER_available(libctx, "fips") == 1;
  if (!isFast(features) || wantsFips) return nullptr;
  static const std::optional<Kernels> kernels = takeKernels();
  return kernels ? load(libctx, *kernels) : nullptr;
}

}  // namespace securepair::aead

namespace securepair {

bool useFastAead() {
  static const OSSL_PROVIDER* const loaded = aead::loadWhereFast(nullptr, aead::cpuFeatures());
  return loaded != nullptr;
}

}  // namespace securepair
