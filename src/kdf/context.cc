#include "kdf/context.h"

#include <openssl/crypto.h>
#include <openssl/kdf.h>

#include "kdf/provider_parts.h"
#include "kdf/tls13_kdf.h"
#include "kdf/tls1_prf.h"

namespace securepair::kdf {

void EndOfParams::operator()(OSSL_PARAM* params) const noexcept {
  wipe(params);
  OSSL_PARAM_free(params);
}

void EndOfParams::wipe(OSSL_PARAM* params) noexcept {
  for (OSSL_PARAM* param = params; param->key != nullptr; ++param) {
    OPENSSL_cleanse(param->data, param->data_size);
  }
}

OwnParams copyOf(const OSSL_PARAM* params, const OSSL_PARAM* known) noexcept {
  for (const OSSL_PARAM* param = params; param->key != nullptr; ++param) {
    // Of these OpenSSL copies the pointer, and not what it points to.
    const bool isPointer =
        param->data_type == OSSL_PARAM_UTF8_PTR || param->data_type == OSSL_PARAM_OCTET_PTR;
    if (isPointer) return nullptr;
  }
  OwnParams copy(OSSL_PARAM_dup(params));
  if (copy == nullptr) return copy;
  // What is copied are the values: the names would be the caller's still.
  for (OSSL_PARAM* param = copy.get(); param->key != nullptr; ++param) {
    const OSSL_PARAM* const named = OSSL_PARAM_locate_const(known, param->key);
    param->key = named == nullptr ? "" : named->key;
  }
  return copy;
}

bool deriveByOpenssl(OSSL_LIB_CTX* libctx, const char* name, const KeptParams& kept,
                     const OSSL_PARAM* params, MutableView out) noexcept {
  const std::unique_ptr<EVP_KDF, decltype(&EVP_KDF_free)> kdf(
      EVP_KDF_fetch(libctx, name, refuseOwn), EVP_KDF_free);
  const std::unique_ptr<EVP_KDF_CTX, decltype(&EVP_KDF_CTX_free)> context(
      kdf == nullptr ? nullptr : EVP_KDF_CTX_new(kdf.get()), EVP_KDF_CTX_free);
  if (context == nullptr) return false;
  for (const OwnParams& list : kept) {
    if (EVP_KDF_CTX_set_params(context.get(), list.get()) != 1) return false;
  }
  return EVP_KDF_derive(context.get(), out.data(), out.size(), params) == 1;
}

template <class Kdf>
const OSSL_DISPATCH* Context<Kdf>::table() noexcept {
  static const OSSL_DISPATCH functions[] = {entry(OSSL_FUNC_KDF_NEWCTX, create),
                                            entry(OSSL_FUNC_KDF_FREECTX, destroy),
                                            entry(OSSL_FUNC_KDF_RESET, reset),
                                            entry(OSSL_FUNC_KDF_DERIVE, derive),
                                            entry(OSSL_FUNC_KDF_SET_CTX_PARAMS, set),
                                            entry(OSSL_FUNC_KDF_SETTABLE_CTX_PARAMS, settable),
                                            entry(OSSL_FUNC_KDF_GET_CTX_PARAMS, get),
                                            entry(OSSL_FUNC_KDF_GETTABLE_CTX_PARAMS, gettable),
                                            {0, nullptr}};
  return functions;
}

template class Context<Tls13Kdf>;
template class Context<Tls1Prf>;

}  // namespace securepair::kdf
