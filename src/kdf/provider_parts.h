#pragma once
#include <dlfcn.h>

#include <openssl/core.h>
#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/params.h>
#include <openssl/provider.h>

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

/// What can be asked of a provider, and the answers of one that is at work.
inline const OSSL_PARAM* described(void* /*provider*/) noexcept {
  static const OSSL_PARAM list[] = {OSSL_PARAM_utf8_ptr(OSSL_PROV_PARAM_NAME, nullptr, 0),
                                    OSSL_PARAM_int(OSSL_PROV_PARAM_STATUS, nullptr),
                                    OSSL_PARAM_END};
  return list;
}
inline int describeAs(const char* text, OSSL_PARAM* params) noexcept {
  OSSL_PARAM* const name = OSSL_PARAM_locate(params, OSSL_PROV_PARAM_NAME);
  if (name != nullptr && OSSL_PARAM_set_utf8_ptr(name, text) != 1) return 0;
  OSSL_PARAM* const status = OSSL_PARAM_locate(params, OSSL_PROV_PARAM_STATUS);
  return status == nullptr ? 1 : OSSL_PARAM_set_int(status, 1);
}

/// Loads a provider beside those that are there, and null where OpenSSL does not take it.
/// OpenSSL prefers, among equals, what it has met first: `meetOthers` has it meet the others'.
template <class MeetOthers>
OSSL_PROVIDER* loadBeside(OSSL_LIB_CTX* libctx, const char* name, OSSL_provider_init_fn* start,
                          MeetOthers meetOthers) noexcept {
  ERR_set_mark();
  if (OSSL_PROVIDER_available(libctx, name) != 1) {
    stayLoaded(reinterpret_cast<const void*>(start));
    meetOthers();
    OSSL_PROVIDER_add_builtin(libctx, name, start);
  }
  // To load a provider otherwise would keep the default one from being loaded by itself.
  OSSL_PROVIDER* const loaded = OSSL_PROVIDER_try_load(libctx, name, /*retain_fallbacks=*/1);
  ERR_pop_to_mark();
  return loaded;
}

/// What the project's algorithms have and OpenSSL's have not. A name that is not OpenSSL's has to
/// have a dot.
inline constexpr const char* ownProperty = "provider=securepair,securepair.own=yes,fips=no";
/// How a context asks for them where they are there, and for what it has without them. By a name of
/// its own: in place of `provider` it would take the process's defaults away, which FIPS may be.
inline constexpr const char* preferOwn = "?securepair.own=yes";
inline constexpr const char* refuseOwn = "securepair.own!=yes";

}  // namespace securepair::kdf
