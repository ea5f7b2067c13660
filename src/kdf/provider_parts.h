#pragma once
#include <dlfcn.h>

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

/// OpenSSL calls a provider's functions until the process ends: whatever `code` is in stays, a
/// plugin that would go before too.
inline void stayLoaded(const void* code) noexcept {
  Dl_info self;
  if (dladdr(code, &self) != 0) dlopen(self.dli_fname, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE);
}

/// What the project's algorithms have and OpenSSL's have not. A name that is not OpenSSL's has to
/// have a dot.
inline constexpr const char* ownProperty = "provider=securepair,securepair.own=yes,fips=no";
/// How a context asks for them where they are there, and for what it has without them. By a name of
/// its own: in place of `provider` it would take the process's defaults away, which FIPS may be.
inline constexpr const char* preferOwn = "?securepair.own=yes";
inline constexpr const char* refuseOwn = "securepair.own!=yes";

}  // namespace securepair::kdf
