#pragma once
#include <openssl/core.h>
#include <openssl/core_dispatch.h>

namespace securepair::kdf {

/// A row of OpenSSL's tables: each function goes in as one without arguments; its number says what
/// it is.
template <class F>
OSSL_DISPATCH entry(int number, F* function) noexcept {
  return {number, reinterpret_cast<void (*)()>(function)};
}

/// The library context that a provider is started in.
inline OSSL_LIB_CTX* libctxOf(const OSSL_CORE_HANDLE* core, const OSSL_DISPATCH* offered) noexcept {
  for (; offered->function_id != 0; ++offered) {
    if (offered->function_id == OSSL_FUNC_CORE_GET_LIBCTX) {
      // For a provider that links the same libcrypto they are one.
      return reinterpret_cast<OSSL_LIB_CTX*>(OSSL_FUNC_core_get_libctx(offered)(core));
    }
  }
  return nullptr;
}

/// What the project's algorithms have and OpenSSL's have not, and how a context asks for them where
/// they are there.
inline constexpr const char* ownProperty = "provider=securepair,fips=no";
inline constexpr const char* preferOwn = "?provider=securepair";

}  // namespace securepair::kdf
