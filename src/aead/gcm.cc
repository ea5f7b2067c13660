#include "aead/gcm.h"

#include <openssl/crypto.h>

namespace securepair::aead {

Gcm::~Gcm() { OPENSSL_cleanse(&secret_, sizeof secret_); }

void Gcm::setKey(const unsigned char* key) noexcept {
  OPENSSL_cleanse(&secret_, sizeof secret_);
  kernel_->expandKey(key, &secret_.key);
  hasKey_ = true;
}

void Gcm::begin(std::span<const unsigned char> iv, std::span<const unsigned char> aad) noexcept {
  bytes_ = 0;
  kernel_->begin(&secret_.key, &secret_.message, iv.data(), iv.size(), aad.data(), aad.size());
}

bool Gcm::update(Direction direction, const unsigned char* in, std::size_t length,
                 unsigned char* out) noexcept {
  if (length > mostBytes - bytes_) return false;
  bytes_ += length;
  // It takes a call without bytes for a mistake.
  if (length == 0) return true;
  const auto work = direction == Direction::encrypt ? kernel_->encrypt : kernel_->decrypt;
  work(&secret_.key, &secret_.message, out, in, length);
  return true;
}

void Gcm::finish(Direction direction, unsigned char* tag) noexcept {
  const auto work =
      direction == Direction::encrypt ? kernel_->finishEncryption : kernel_->finishDecryption;
  work(&secret_.key, &secret_.message, tag, tagLength);
}

}  // namespace securepair::aead
