#include "kdf/provider.h"

#include <openssl/core_dispatch.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/provider.h>

#include "kdf/context.h"
#include "kdf/provider_parts.h"
#include "kdf/tls13_kdf.h"
#include "kdf/tls1_prf.h"

namespace securepair::kdf {
namespace {

constexpr const char* providerName = "securepair-kdf";

const OSSL_ALGORITHM* query(void* /*provider*/, int operation, int* noCache) noexcept {
  static const OSSL_ALGORITHM algorithms[] = {
      {Tls13Kdf::name, ownProperty, Context<Tls13Kdf>::table(), "TLS 1.3's key schedule"},
      {Tls1Prf::name, ownProperty, Context<Tls1Prf>::table(), "TLS 1.2's pseudorandom function"},
      {nullptr, nullptr, nullptr, nullptr}};
  *noCache = 0;
  return operation == OSSL_OP_KDF ? algorithms : nullptr;
}

int describe(void* /*provider*/, OSSL_PARAM* params) noexcept {
  return describeAs("securepair's key derivations", params);
}

int start(const OSSL_CORE_HANDLE* core, const OSSL_DISPATCH* offered, const OSSL_DISPATCH** out,
          void** provider) noexcept {
  static const OSSL_DISPATCH table[] = {entry(OSSL_FUNC_PROVIDER_QUERY_OPERATION, query),
                                        entry(OSSL_FUNC_PROVIDER_GETTABLE_PARAMS, described),
                                        entry(OSSL_FUNC_PROVIDER_GET_PARAMS, describe),
                                        {0, nullptr}};
  *provider = libctxOf(core, offered);
  *out = table;
  return 1;
}

}  // namespace

bool provide() noexcept {
  static const OSSL_PROVIDER* const provider = provideTo(OSSL_LIB_CTX_get0_global_default());
  return provider != nullptr;
}

OSSL_PROVIDER* provideTo(OSSL_LIB_CTX* libctx) noexcept {
  if (EVP_default_properties_is_fips_enabled(libctx) == 1 ||
      OSSL_PROVIDER_available(libctx, "fips") == 1) {
    return nullptr;
  }
  return loadBeside(libctx, providerName, start,
                    [libctx] { EVP_KDF_free(EVP_KDF_fetch(libctx, Tls13Kdf::name, nullptr)); });
}

}  // namespace securepair::kdf
