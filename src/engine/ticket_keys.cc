#include "engine/ticket_keys.h"

#include <securepair/error.h>

#include <algorithm>
#include <new>
#include <utility>

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>

namespace securepair::engine {
namespace {

using KdfPtr = crypto::OpensslPtr<EVP_KDF, EVP_KDF_free>;
using KdfCtxPtr = crypto::OpensslPtr<EVP_KDF_CTX, EVP_KDF_CTX_free>;

// Fetched once: a look-up costs more than the encryption of a ticket.
const EVP_CIPHER* ticketCipher() {
  static const EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-CBC", nullptr);
  return cipher;
}

std::string randomSecret() {
  std::string secret(TicketKeys::leastSecret, '\0');
  if (RAND_priv_bytes(reinterpret_cast<unsigned char*>(secret.data()),
                      static_cast<int>(secret.size())) != 1) {
    throw Error({.code = "ERR_NO_RANDOM",
                 .message = "OpenSSL has no random bytes for a ticket key",
                 .fix = "check the system's random source"});
  }
  return secret;
}

template <std::size_t N>
OSSL_PARAM octets(const char* key, std::array<unsigned char, N>& bytes) {
  return OSSL_PARAM_construct_octet_string(key, bytes.data(), N);
}

bool setMac(EVP_MAC_CTX* mac, std::array<unsigned char, 32>& key) {
  char digest[] = "SHA256";
  const OSSL_PARAM params[] = {octets(OSSL_MAC_PARAM_KEY, key),
                               OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                               OSSL_PARAM_construct_end()};
  return EVP_MAC_CTX_set_params(mac, params) == 1;
}

}  // namespace

TicketKeys::TicketKeys(std::chrono::seconds lifetime, std::function<Clock::time_point()> now)
    : lifetime_(std::max(lifetime, std::chrono::seconds(1))),
      now_(std::move(now)),
      current_{.bytes = randomSecret()} {}

TicketKeys::~TicketKeys() {
  wipe(current_);
  forgetSecretBefore();
}

void TicketKeys::setSecret(const std::string& secret) {
  if (secret.size() < leastSecret) {
    throw Error({.code = "ERR_INVALID_TICKET_SECRET",
                 .message = "`ticketSecret` is too short",
                 .expected = "32 random bytes or more",
                 .got = std::to_string(secret.size()) + " bytes",
                 .fix = "make it with: openssl rand -out ticket-secret 32"});
  }
  if (secret == current_.bytes) return;
  forgetSecretBefore();
  before_.emplace(Secret{});
  std::swap(*before_, current_);
  before_->lastPeriod = periodNow();
  current_.bytes = secret;
}

void TicketKeys::forgetSecretBefore() noexcept {
  if (before_) wipe(*before_);
  before_.reset();
}

bool TicketKeys::encryptWith(unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
                             EVP_MAC_CTX* mac) {
  refresh(current_);
  Key& key = current_.ring[1];
  std::copy(key.name.begin(), key.name.end(), name);
  return RAND_bytes(iv, EVP_CIPHER_get_iv_length(ticketCipher())) == 1 &&
         EVP_EncryptInit_ex2(cipher, ticketCipher(), key.cipher.data(), iv, nullptr) == 1 &&
         setMac(mac, key.mac);
}

TicketKeys::Found TicketKeys::decryptWith(const unsigned char* name, const unsigned char* iv,
                                          EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac) {
  if (before_ && periodNow() > before_->lastPeriod + 1) forgetSecretBefore();
  for (Secret* const secret : {&current_, before_ ? &*before_ : nullptr}) {
    if (secret == nullptr) continue;
    refresh(*secret);
    std::int64_t period = secret->period - 1;
    for (Key& key : secret->ring) {
      if (period++ > secret->lastPeriod) break;
      if (!std::equal(key.name.begin(), key.name.end(), name)) continue;
      if (EVP_DecryptInit_ex2(cipher, ticketCipher(), key.cipher.data(), iv, nullptr) != 1 ||
          !setMac(mac, key.mac)) {
        return Found::no;
      }
      return &key == &current_.ring[1] ? Found::current : Found::old;
    }
  }
  return Found::no;
}

std::int64_t TicketKeys::periodNow() const {
  return std::chrono::duration_cast<std::chrono::seconds>(now_().time_since_epoch()).count() /
         lifetime_.count();
}

void TicketKeys::refresh(Secret& secret) const {
  const std::int64_t period = periodNow();
  if (secret.period == period) return;
  for (std::size_t i = 0; i < secret.ring.size(); ++i) {
    derive(secret.bytes, period + static_cast<std::int64_t>(i) - 1, secret.ring[i]);
  }
  secret.period = period;
}

void TicketKeys::derive(const std::string& secret, std::int64_t period, Key& key) {
  std::string label = "securepair ticket key " + std::to_string(period);
  std::string input = secret;
  std::array<unsigned char, sizeof key.name + sizeof key.cipher + sizeof key.mac> bytes{};
  char digest[] = "SHA256";
  const OSSL_PARAM params[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, input.data(), input.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, label.data(), label.size()),
      OSSL_PARAM_construct_end()};
  const KdfPtr kdf(EVP_KDF_fetch(nullptr, "HKDF", nullptr));
  const KdfCtxPtr ctx(kdf == nullptr ? nullptr : EVP_KDF_CTX_new(kdf.get()));
  const bool derived =
      ctx != nullptr && EVP_KDF_derive(ctx.get(), bytes.data(), bytes.size(), params) == 1;
  OPENSSL_cleanse(input.data(), input.size());
  if (!derived) throw std::bad_alloc();
  auto* from = bytes.data();
  for (auto [into, size] : {std::pair{key.name.data(), key.name.size()},
                            std::pair{key.cipher.data(), key.cipher.size()},
                            std::pair{key.mac.data(), key.mac.size()}}) {
    std::copy_n(from, size, into);
    from += size;
  }
  OPENSSL_cleanse(bytes.data(), bytes.size());
}

void TicketKeys::wipe(Secret& secret) noexcept {
  OPENSSL_cleanse(secret.bytes.data(), secret.bytes.size());
  OPENSSL_cleanse(&secret.ring, sizeof secret.ring);
}

}  // namespace securepair::engine
