#pragma once
#include <memory>
#include <new>
#include <vector>

#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/params.h>

#include "kdf/params.h"

namespace securepair::kdf {

/// A copy of a list of parameters, which nobody can read after its end.
struct EndOfParams {
  void operator()(OSSL_PARAM* params) const noexcept;
  static void wipe(OSSL_PARAM* params) noexcept;
};
using OwnParams = std::unique_ptr<OSSL_PARAM, EndOfParams>;

using KeptParams = std::vector<OwnParams>;

/// Null where there is no memory, or one cannot be copied. The names are those of `known`, and none
/// where it has it not.
OwnParams copyOf(const OSSL_PARAM* params, const OSSL_PARAM* known) noexcept;

/// Hands all that was set and is now given on to OpenSSL's own derivation of this name.
bool deriveByOpenssl(OSSL_LIB_CTX* libctx, const char* name, const KeptParams& kept,
                     const OSSL_PARAM* params, MutableView out) noexcept;

/// What OpenSSL sees of a KDF. libssl tells everything to derive(), once, where nothing of it has
/// to be copied; what is set before is kept as it came and read again. OpenSSL's own derivations
/// would know what was told to derive() when they are asked once more: rather than answer something
/// else, these refuse until they are reset.
template <class Kdf>
class Context {
 public:
  static const OSSL_DISPATCH* table() noexcept;

 private:
  explicit Context(OSSL_LIB_CTX* libctx) noexcept : libctx_(libctx) {}

  static void* create(void* libctx) noexcept {
    return new (std::nothrow) Context(static_cast<OSSL_LIB_CTX*>(libctx));
  }
  static void destroy(void* context) noexcept { delete static_cast<Context*>(context); }
  static void reset(void* context) noexcept {
    of(context).kept_.clear();
    of(context).isSpent_ = false;
  }
  static int set(void* context, const OSSL_PARAM* params) noexcept {
    return params == nullptr || of(context).keep(params) ? 1 : 0;
  }
  static int get(void* context, OSSL_PARAM* params) noexcept {
    OSSL_PARAM* const size = OSSL_PARAM_locate(params, OSSL_KDF_PARAM_SIZE);
    Kdf kdf;
    if (size == nullptr || !of(context).readKept(kdf) || kdf.size() == 0) return 0;
    return OSSL_PARAM_set_size_t(size, kdf.size());
  }
  static int derive(void* context, unsigned char* out, std::size_t size,
                    const OSSL_PARAM* params) noexcept {
    Kdf kdf;
    Context& self = of(context);
    if (!self.readKept(kdf) || (params != nullptr && !kdf.read(params))) return 0;
    self.isSpent_ = params != nullptr && params->key != nullptr;
    if (kdf.isForeign()) {
      return deriveByOpenssl(self.libctx_, Kdf::name, self.kept_, params, {out, size}) ? 1 : 0;
    }
    return kdf.derive({out, size}) ? 1 : 0;
  }
  static const OSSL_PARAM* settable(void* /*context*/, void* /*provider*/) noexcept {
    return Kdf::settable();
  }
  static const OSSL_PARAM* gettable(void* /*context*/, void* /*provider*/) noexcept {
    static const OSSL_PARAM list[] = {OSSL_PARAM_size_t(OSSL_KDF_PARAM_SIZE, nullptr),
                                      OSSL_PARAM_END};
    return list;
  }

  static Context& of(void* context) noexcept { return *static_cast<Context*>(context); }

  bool keep(const OSSL_PARAM* params) noexcept try {
    OwnParams own = copyOf(params, Kdf::settable());
    Kdf kdf;
    if (own == nullptr) return fail(PROV_R_FAILED_TO_SET_PARAMETER);
    if (!readKept(kdf) || !kdf.read(own.get())) return false;
    kept_.push_back(std::move(own));
    return true;
  } catch (const std::bad_alloc&) {
    return fail(ERR_R_MALLOC_FAILURE);
  }
  bool readKept(Kdf& kdf) const noexcept {
    if (isSpent_) return fail(ERR_R_SHOULD_NOT_HAVE_BEEN_CALLED);
    for (const OwnParams& params : kept_) {
      if (!kdf.read(params.get())) return false;
    }
    return true;
  }

  OSSL_LIB_CTX* libctx_;
  KeptParams kept_ = {};
  bool isSpent_ = false;
};

}  // namespace securepair::kdf
