#include "kdf/tls13_kdf.h"

#include <cstdint>
#include <string_view>

#include <openssl/core_names.h>
#include <openssl/kdf.h>

#include "kdf/key_schedule.h"

namespace securepair::kdf {
namespace {

bool readMode(const OSSL_PARAM& param, int& mode) noexcept {
  if (param.data_type != OSSL_PARAM_UTF8_STRING) return OSSL_PARAM_get_int(&param, &mode) == 1;
  const std::string_view name(static_cast<const char*>(param.data), param.data_size);
  if (name == "EXTRACT_ONLY") {
    mode = EVP_KDF_HKDF_MODE_EXTRACT_ONLY;
  } else if (name == "EXPAND_ONLY") {
    mode = EVP_KDF_HKDF_MODE_EXPAND_ONLY;
  } else {
    return false;
  }
  return true;
}

}  // namespace

const OSSL_PARAM* Tls13Kdf::settable() noexcept {
  static const OSSL_PARAM list[] = {OSSL_PARAM_int(OSSL_KDF_PARAM_MODE, nullptr),
                                    OSSL_PARAM_utf8_string(OSSL_KDF_PARAM_DIGEST, nullptr, 0),
                                    OSSL_PARAM_octet_string(OSSL_KDF_PARAM_KEY, nullptr, 0),
                                    OSSL_PARAM_octet_string(OSSL_KDF_PARAM_SALT, nullptr, 0),
                                    OSSL_PARAM_octet_string(OSSL_KDF_PARAM_PREFIX, nullptr, 0),
                                    OSSL_PARAM_octet_string(OSSL_KDF_PARAM_LABEL, nullptr, 0),
                                    OSSL_PARAM_octet_string(OSSL_KDF_PARAM_DATA, nullptr, 0),
                                    OSSL_PARAM_END};
  return list;
}

bool Tls13Kdf::read(const OSSL_PARAM* params) noexcept {
  data_ = {};  // as in OpenSSL's: it counts for the list in which it stands
  for (; params->key != nullptr; ++params) {
    if (!readOne(*params)) return false;
  }
  return true;
}

bool Tls13Kdf::readOne(const OSSL_PARAM& param) noexcept {
  const std::string_view key = param.key;
  if (key == OSSL_KDF_PARAM_MODE) return readMode(param, mode_) || fail(PROV_R_INVALID_MODE);
  if (key == OSSL_KDF_PARAM_DIGEST) return readDigest(param, digest_);
  if (key == OSSL_KDF_PARAM_KEY) return readBytes(param, key_);
  if (key == OSSL_KDF_PARAM_SALT) return readBytes(param, salt_);
  if (key == OSSL_KDF_PARAM_PREFIX) return readBytes(param, prefix_);
  if (key == OSSL_KDF_PARAM_LABEL) return readBytes(param, label_);
  if (key == OSSL_KDF_PARAM_DATA) return readBytes(param, data_);
  return true;
}

std::size_t Tls13Kdf::size() const noexcept {
  if (mode_ != EVP_KDF_HKDF_MODE_EXTRACT_ONLY) return SIZE_MAX;
  switch (digest_) {
    case Digest::sha256:
      return Sha256::size;
    case Digest::sha384:
      return Sha384::size;
    case Digest::none:
    case Digest::other:
      break;
  }
  return 0;
}

bool Tls13Kdf::derive(MutableView out) const noexcept {
  return withHash(digest_, [&]<class Sha>(Sha) {
    switch (mode_) {
      case EVP_KDF_HKDF_MODE_EXTRACT_ONLY:
        if (out.size() != Sha::size) return fail(PROV_R_BAD_LENGTH);
        return nextSecret<Sha>(salt_, prefix_, label_, key_, out.data()) ||
               fail(PROV_R_LENGTH_TOO_LARGE);
      case EVP_KDF_HKDF_MODE_EXPAND_ONLY:
        if (key_.data() == nullptr) return fail(PROV_R_MISSING_KEY);
        return expandLabel<Sha>(key_, prefix_, label_, data_, out) || fail(PROV_R_LENGTH_TOO_LARGE);
      default:
        return fail(PROV_R_INVALID_MODE);
    }
  });
}

}  // namespace securepair::kdf
