#include "kdf/tls1_prf.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

#include <openssl/core_names.h>
#include <openssl/crypto.h>

#include "kdf/prf.h"

namespace securepair::kdf {

const OSSL_PARAM* Tls1Prf::settable() noexcept {
  static const OSSL_PARAM list[] = {OSSL_PARAM_utf8_string(OSSL_KDF_PARAM_DIGEST, nullptr, 0),
                                    OSSL_PARAM_octet_string(OSSL_KDF_PARAM_SECRET, nullptr, 0),
                                    OSSL_PARAM_octet_string(OSSL_KDF_PARAM_SEED, nullptr, 0),
                                    OSSL_PARAM_END};
  return list;
}

// What a connection says is in the seed, but what an exporter is asked for may be secret.
Tls1Prf::~Tls1Prf() { OPENSSL_cleanse(seed_, seedSize_); }

bool Tls1Prf::read(const OSSL_PARAM* params) noexcept {
  for (; params->key != nullptr; ++params) {
    if (!readOne(*params)) return false;
  }
  return true;
}

bool Tls1Prf::readOne(const OSSL_PARAM& param) noexcept {
  const std::string_view key = param.key;
  if (key == OSSL_KDF_PARAM_DIGEST) return readDigest(param, digest_);
  if (key == OSSL_KDF_PARAM_SECRET) return readBytes(param, secret_);
  if (key != OSSL_KDF_PARAM_SEED) return true;
  // libssl passes those that it does not have as empty ones.
  View seed;
  if (param.data == nullptr) return true;
  if (!readBytes(param, seed)) return false;
  addSeed(seed);
  return true;
}

void Tls1Prf::addSeed(View seed) noexcept {
  isLong_ = isLong_ || seed.size() > mostSeed - seedSize_;
  if (isLong_) return;
  std::copy(seed.begin(), seed.end(), seed_ + seedSize_);
  seedSize_ += seed.size();
}

std::size_t Tls1Prf::size() const noexcept { return SIZE_MAX; }

bool Tls1Prf::derive(MutableView out) const noexcept {
  return withHash(digest_, [&]<class Sha>(Sha) {
    if (secret_.data() == nullptr) return fail(PROV_R_MISSING_SECRET);
    if (seedSize_ == 0) return fail(PROV_R_MISSING_SEED);
    if (out.empty()) return fail(PROV_R_INVALID_KEY_LENGTH);
    prf<Sha>(secret_, View(seed_, seedSize_), out);
    return true;
  });
}

}  // namespace securepair::kdf
