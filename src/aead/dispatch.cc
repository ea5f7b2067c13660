#include "aead/dispatch.h"

#include <exception>
#include <new>
#include <optional>
#include <span>

#include <openssl/core_dispatch.h>
#include <openssl/err.h>
#include <openssl/proverr.h>

#include "aead/cipher.h"
#include "aead/params.h"
#include "kdf/provider_parts.h"

namespace securepair::aead {
namespace {

Cipher& cipherOf(void* context) noexcept { return *static_cast<Cipher*>(context); }

template <const Kernel Kernels::*kernel>
void* create(void* provider) noexcept {
  const auto& context = *static_cast<const ProviderContext*>(provider);
  return new (std::nothrow) Cipher(context.kernels->*kernel, context.libctx);
}

void destroy(void* context) noexcept { delete static_cast<Cipher*>(context); }

void* duplicate(void* context) noexcept {
  try {
    return new Cipher(cipherOf(context));
  } catch (const std::exception&) {
    return nullptr;
  }
}

int init(Direction direction, void* context, const unsigned char* key, std::size_t keyLength,
         const unsigned char* iv, std::size_t ivLength, const OSSL_PARAM* params) noexcept {
  // OpenSSL gives the length of what it does not give as 0.
  const std::span<const unsigned char> keyBytes(key, key == nullptr ? 0 : keyLength);
  const std::span<const unsigned char> ivBytes(iv, iv == nullptr ? 0 : ivLength);
  if (!cipherOf(context).init(direction, keyBytes, ivBytes)) {
    ERR_raise(ERR_LIB_PROV, PROV_R_INVALID_KEY_LENGTH);
    return 0;
  }
  return setParams(cipherOf(context), params) ? 1 : 0;
}

int initEncryption(void* context, const unsigned char* key, std::size_t keyLength,
                   const unsigned char* iv, std::size_t ivLength,
                   const OSSL_PARAM* params) noexcept {
  return init(Direction::encrypt, context, key, keyLength, iv, ivLength, params);
}

int initDecryption(void* context, const unsigned char* key, std::size_t keyLength,
                   const unsigned char* iv, std::size_t ivLength,
                   const OSSL_PARAM* params) noexcept {
  return init(Direction::decrypt, context, key, keyLength, iv, ivLength, params);
}

int update(void* context, unsigned char* out, std::size_t* outLength, std::size_t outSize,
           const unsigned char* in, std::size_t length) noexcept {
  *outLength = 0;
  if (outSize < length) {
    ERR_raise(ERR_LIB_PROV, PROV_R_OUTPUT_BUFFER_TOO_SMALL);
    return 0;
  }
  std::optional<std::size_t> done;
  try {
    done = cipherOf(context).update(in, length, out);
  } catch (const std::exception&) {
    ERR_raise(ERR_LIB_PROV, ERR_R_MALLOC_FAILURE);
    return 0;
  }
  if (!done) {
    ERR_raise(ERR_LIB_PROV, PROV_R_CIPHER_OPERATION_FAILED);
    return 0;
  }
  *outLength = *done;
  return 1;
}

int finish(void* context, unsigned char* /*out*/, std::size_t* outLength,
           std::size_t /*outSize*/) noexcept {
  *outLength = 0;
  return cipherOf(context).finish() ? 1 : 0;
}

// EVP_Cipher(): both in one.
int updateOrFinish(void* context, unsigned char* out, std::size_t* outLength, std::size_t outSize,
                   const unsigned char* in, std::size_t length) noexcept {
  return in == nullptr ? finish(context, out, outLength, outSize)
                       : update(context, out, outLength, outSize, in, length);
}

template <std::size_t keyLength>
int algorithmParams(OSSL_PARAM* params) noexcept {
  if (getAlgorithmParams(params, keyLength)) return 1;
  ERR_raise(ERR_LIB_PROV, PROV_R_FAILED_TO_SET_PARAMETER);
  return 0;
}

int get(void* context, OSSL_PARAM* params) noexcept {
  if (getParams(cipherOf(context), params)) return 1;
  ERR_raise(ERR_LIB_PROV, PROV_R_FAILED_TO_GET_PARAMETER);
  return 0;
}

int set(void* context, const OSSL_PARAM* params) noexcept {
  if (setParams(cipherOf(context), params)) return 1;
  ERR_raise(ERR_LIB_PROV, PROV_R_FAILED_TO_SET_PARAMETER);
  return 0;
}

const OSSL_PARAM* gettableAlgorithm(void* /*provider*/) noexcept {
  return gettableAlgorithmParams();
}
const OSSL_PARAM* gettable(void* /*context*/, void* /*provider*/) noexcept {
  return gettableParams();
}
const OSSL_PARAM* settable(void* /*context*/, void* /*provider*/) noexcept {
  return settableParams();
}

template <const Kernel Kernels::*kernel, std::size_t keyLength>
const OSSL_DISPATCH* functions() noexcept {
  static const OSSL_DISPATCH table[] = {
      kdf::entry(OSSL_FUNC_CIPHER_NEWCTX, create<kernel>),
      kdf::entry(OSSL_FUNC_CIPHER_FREECTX, destroy),
      kdf::entry(OSSL_FUNC_CIPHER_DUPCTX, duplicate),
      kdf::entry(OSSL_FUNC_CIPHER_ENCRYPT_INIT, initEncryption),
      kdf::entry(OSSL_FUNC_CIPHER_DECRYPT_INIT, initDecryption),
      kdf::entry(OSSL_FUNC_CIPHER_UPDATE, update),
      kdf::entry(OSSL_FUNC_CIPHER_FINAL, finish),
      kdf::entry(OSSL_FUNC_CIPHER_CIPHER, updateOrFinish),
      kdf::entry(OSSL_FUNC_CIPHER_GET_PARAMS, algorithmParams<keyLength>),
      kdf::entry(OSSL_FUNC_CIPHER_GET_CTX_PARAMS, get),
      kdf::entry(OSSL_FUNC_CIPHER_SET_CTX_PARAMS, set),
      kdf::entry(OSSL_FUNC_CIPHER_GETTABLE_PARAMS, gettableAlgorithm),
      kdf::entry(OSSL_FUNC_CIPHER_GETTABLE_CTX_PARAMS, gettable),
      kdf::entry(OSSL_FUNC_CIPHER_SETTABLE_CTX_PARAMS, settable),
      {0, nullptr}};
  return table;
}

}  // namespace

const OSSL_ALGORITHM* cipherAlgorithms() noexcept {
  // fips=no keeps them from whoever asks for fips=yes.
  static const OSSL_ALGORITHM list[] = {
      {"AES-128-GCM:id-aes128-GCM:2.16.840.1.101.3.4.1.6", kdf::ownProperty,
       functions<&Kernels::aes128, 16>(), "AES-128-GCM by libipsec-mb"},
      {"AES-256-GCM:id-aes256-GCM:2.16.840.1.101.3.4.1.46", kdf::ownProperty,
       functions<&Kernels::aes256, 32>(), "AES-256-GCM by libipsec-mb"},
      {nullptr, nullptr, nullptr, nullptr}};
  return list;
}

}  // namespace securepair::aead
