#include "aead/params.h"

#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

#include <openssl/core_names.h>
#include <openssl/evp.h>

namespace securepair::aead {
namespace {

std::span<unsigned char> bytesOf(const OSSL_PARAM& param) noexcept {
  if (param.data_type != OSSL_PARAM_OCTET_STRING || param.data == nullptr) return {};
  return {static_cast<unsigned char*>(param.data), param.data_size};
}

bool giveIv(const Cipher& cipher, OSSL_PARAM& param) noexcept {
  const auto iv = cipher.iv();
  if (!iv) return false;
  return OSSL_PARAM_set_octet_string(&param, iv->data(), iv->size()) == 1 ||
         OSSL_PARAM_set_octet_ptr(&param, iv->data(), iv->size()) == 1;
}

bool giveTag(const Cipher& cipher, OSSL_PARAM& param) noexcept {
  const auto room = bytesOf(param);
  if (!cipher.getTag(room)) return false;
  param.return_size = room.size();
  return true;
}

bool giveNextIv(Cipher& cipher, const OSSL_PARAM& param) noexcept {
  if (param.data_type != OSSL_PARAM_OCTET_STRING || param.data == nullptr) return false;
  // No size, or one that is too large, stands for the whole.
  const std::size_t whole = cipher.ivLength();
  const bool isPart = param.data_size > 0 && param.data_size < whole;
  return cipher.nextIv({static_cast<unsigned char*>(param.data), isPart ? param.data_size : whole});
}

bool getParam(Cipher& cipher, OSSL_PARAM& param) noexcept {
  const std::string_view key = param.key;
  if (key == OSSL_CIPHER_PARAM_IVLEN) return OSSL_PARAM_set_size_t(&param, cipher.ivLength()) == 1;
  if (key == OSSL_CIPHER_PARAM_AEAD_TAG) return giveTag(cipher, param);
  if (key == OSSL_CIPHER_PARAM_AEAD_TLS1_AAD_PAD) {
    return OSSL_PARAM_set_size_t(&param, cipher.tlsPadding()) == 1;
  }
  if (key == OSSL_CIPHER_PARAM_KEYLEN) {
    return OSSL_PARAM_set_size_t(&param, cipher.keyLength()) == 1;
  }
  if (key == OSSL_CIPHER_PARAM_AEAD_TAGLEN) {
    return OSSL_PARAM_set_size_t(&param, cipher.tagLength()) == 1;
  }
  if (key == OSSL_CIPHER_PARAM_IV || key == OSSL_CIPHER_PARAM_UPDATED_IV) {
    return giveIv(cipher, param);
  }
  if (key == OSSL_CIPHER_PARAM_AEAD_TLS1_GET_IV_GEN) return giveNextIv(cipher, param);
  return true;
}

bool takeLength(const OSSL_PARAM& param, std::size_t& length) noexcept {
  return OSSL_PARAM_get_size_t(&param, &length) == 1;
}

bool takeFixedIv(Cipher& cipher, const OSSL_PARAM& param) noexcept {
  // EVP_CTRL_AEAD_SET_IV_FIXED with the length -1 brings a whole IV, as long as it is set to be.
  if (param.data_size != static_cast<std::size_t>(-1)) return cipher.setFixedIv(bytesOf(param));
  return param.data_type == OSSL_PARAM_OCTET_STRING && param.data != nullptr &&
         cipher.setCountingIv(static_cast<const unsigned char*>(param.data));
}

bool setParam(Cipher& cipher, const OSSL_PARAM& param) noexcept {
  const std::string_view key = param.key;
  if (key == OSSL_CIPHER_PARAM_AEAD_TAG) return cipher.setTag(bytesOf(param));
  if (key == OSSL_CIPHER_PARAM_AEAD_TLS1_AAD) return cipher.setTlsAad(bytesOf(param)) != 0;
  if (key == OSSL_CIPHER_PARAM_AEAD_TLS1_IV_FIXED) return takeFixedIv(cipher, param);
  if (key == OSSL_CIPHER_PARAM_AEAD_TLS1_SET_IV_INV) return cipher.setIvEnd(bytesOf(param));
  std::size_t length = 0;
  if (key == OSSL_CIPHER_PARAM_IVLEN)
    return takeLength(param, length) && cipher.setIvLength(length);
  if (key == OSSL_CIPHER_PARAM_KEYLEN) {
    return takeLength(param, length) && length == cipher.keyLength();
  }
  return true;
}

}  // namespace

bool getAlgorithmParams(OSSL_PARAM* params, std::size_t keyLength) noexcept {
  const auto put = [params](const char* key, auto value) {
    OSSL_PARAM* const param = OSSL_PARAM_locate(params, key);
    if (param == nullptr) return true;
    if constexpr (std::is_same_v<decltype(value), int>) {
      return OSSL_PARAM_set_int(param, value) == 1;
    } else if constexpr (std::is_same_v<decltype(value), unsigned int>) {
      return OSSL_PARAM_set_uint(param, value) == 1;
    } else {
      return OSSL_PARAM_set_size_t(param, value) == 1;
    }
  };
  return put(OSSL_CIPHER_PARAM_MODE, static_cast<unsigned int>(EVP_CIPH_GCM_MODE)) &&
         put(OSSL_CIPHER_PARAM_KEYLEN, keyLength) &&
         put(OSSL_CIPHER_PARAM_IVLEN, Cipher::defaultIvLength) &&
         put(OSSL_CIPHER_PARAM_BLOCK_SIZE, std::size_t{1}) &&  // a stream of bytes
         put(OSSL_CIPHER_PARAM_AEAD, 1) && put(OSSL_CIPHER_PARAM_CUSTOM_IV, 1) &&
         put(OSSL_CIPHER_PARAM_CTS, 0) && put(OSSL_CIPHER_PARAM_TLS1_MULTIBLOCK, 0) &&
         put(OSSL_CIPHER_PARAM_HAS_RAND_KEY, 0);
}

bool getParams(Cipher& cipher, OSSL_PARAM* params) noexcept {
  for (OSSL_PARAM* param = params; param != nullptr && param->key != nullptr; ++param) {
    if (!getParam(cipher, *param)) return false;
  }
  return true;
}

bool setParams(Cipher& cipher, const OSSL_PARAM* params) noexcept {
  for (const OSSL_PARAM* param = params; param != nullptr && param->key != nullptr; ++param) {
    if (!setParam(cipher, *param)) return false;
  }
  return true;
}

const OSSL_PARAM* gettableAlgorithmParams() noexcept {
  static const OSSL_PARAM list[] = {OSSL_PARAM_uint(OSSL_CIPHER_PARAM_MODE, nullptr),
                                    OSSL_PARAM_size_t(OSSL_CIPHER_PARAM_KEYLEN, nullptr),
                                    OSSL_PARAM_size_t(OSSL_CIPHER_PARAM_IVLEN, nullptr),
                                    OSSL_PARAM_size_t(OSSL_CIPHER_PARAM_BLOCK_SIZE, nullptr),
                                    OSSL_PARAM_int(OSSL_CIPHER_PARAM_AEAD, nullptr),
                                    OSSL_PARAM_int(OSSL_CIPHER_PARAM_CUSTOM_IV, nullptr),
                                    OSSL_PARAM_int(OSSL_CIPHER_PARAM_CTS, nullptr),
                                    OSSL_PARAM_int(OSSL_CIPHER_PARAM_TLS1_MULTIBLOCK, nullptr),
                                    OSSL_PARAM_int(OSSL_CIPHER_PARAM_HAS_RAND_KEY, nullptr),
                                    OSSL_PARAM_END};
  return list;
}

const OSSL_PARAM* gettableParams() noexcept {
  static const OSSL_PARAM list[] = {
      OSSL_PARAM_size_t(OSSL_CIPHER_PARAM_KEYLEN, nullptr),
      OSSL_PARAM_size_t(OSSL_CIPHER_PARAM_IVLEN, nullptr),
      OSSL_PARAM_size_t(OSSL_CIPHER_PARAM_AEAD_TAGLEN, nullptr),
      OSSL_PARAM_octet_string(OSSL_CIPHER_PARAM_IV, nullptr, 0),
      OSSL_PARAM_octet_string(OSSL_CIPHER_PARAM_UPDATED_IV, nullptr, 0),
      OSSL_PARAM_octet_string(OSSL_CIPHER_PARAM_AEAD_TAG, nullptr, 0),
      OSSL_PARAM_size_t(OSSL_CIPHER_PARAM_AEAD_TLS1_AAD_PAD, nullptr),
      OSSL_PARAM_octet_string(OSSL_CIPHER_PARAM_AEAD_TLS1_GET_IV_GEN, nullptr, 0),
      OSSL_PARAM_END};
  return list;
}

const OSSL_PARAM* settableParams() noexcept {
  static const OSSL_PARAM list[] = {
      OSSL_PARAM_size_t(OSSL_CIPHER_PARAM_KEYLEN, nullptr),
      OSSL_PARAM_size_t(OSSL_CIPHER_PARAM_AEAD_IVLEN, nullptr),
      OSSL_PARAM_octet_string(OSSL_CIPHER_PARAM_AEAD_TAG, nullptr, 0),
      OSSL_PARAM_octet_string(OSSL_CIPHER_PARAM_AEAD_TLS1_AAD, nullptr, 0),
      OSSL_PARAM_octet_string(OSSL_CIPHER_PARAM_AEAD_TLS1_IV_FIXED, nullptr, 0),
      OSSL_PARAM_octet_string(OSSL_CIPHER_PARAM_AEAD_TLS1_SET_IV_INV, nullptr, 0),
      OSSL_PARAM_END};
  return list;
}

}  // namespace securepair::aead
