#include "aead/cipher.h"

#include <algorithm>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

namespace securepair::aead {
namespace {

// An IV counts in its last eight bytes.
void countOn(std::span<unsigned char> iv) noexcept {
  const auto counter = iv.last<EVP_GCM_TLS_EXPLICIT_IV_LEN>();
  for (std::size_t at = counter.size(); at > 0; --at) {
    if (++counter[at - 1] != 0) return;
  }
}

}  // namespace

bool Cipher::init(Direction direction, std::span<const unsigned char> key,
                  std::span<const unsigned char> iv) noexcept {
  if (!iv.empty() && iv.size() > mostIvLength) return false;
  if (!key.empty() && key.size() != keyLength()) return false;
  const bool isTurned = direction != direction_;
  if (isTurned) tagLength_ = 0;
  // The message at work cannot be gone on with.
  if (state_ == State::atWork && (isTurned || !key.empty())) state_ = State::finished;
  direction_ = direction;
  if (!key.empty()) {
    gcm_.setKey(key.data());
    records_ = 0;
  }
  if (!iv.empty()) {
    ivLength_ = iv.size();
    std::copy(iv.begin(), iv.end(), iv_.begin());
    giveIv();
  }
  return true;
}

std::optional<std::size_t> Cipher::update(const unsigned char* in, std::size_t length,
                                          unsigned char* out) {
  if (tlsAad_) return updateRecord(in, length, out);
  if (length == 0) return 0;
  if (in == nullptr || !ready()) return spoil();
  if (out == nullptr) {
    if (state_ != State::ivGiven) return spoil();
    aad_.append({in, length});
    return length;
  }
  beginMessage();
  if (!gcm_.update(direction_, in, length, out)) return spoil();
  return length;
}

bool Cipher::finish() noexcept {
  const bool isRecord = tlsAad_.has_value();
  tlsAad_.reset();
  if (isRecord || !ready()) {
    spoil();
    return false;
  }
  beginMessage();
  state_ = State::finished;
  if (direction_ == Direction::encrypt) {
    gcm_.finish(direction_, tag_.data());
    tagLength_ = tag_.size();
    return true;
  }
  std::array<unsigned char, Gcm::tagLength> made = {};
  gcm_.finish(direction_, made.data());
  const bool isRight = tagLength_ != 0 && CRYPTO_memcmp(made.data(), tag_.data(), tagLength_) == 0;
  OPENSSL_cleanse(made.data(), made.size());
  return isRight;
}

bool Cipher::setIvLength(std::size_t length) noexcept {
  if (length == 0 || length > mostIvLength) return false;
  if (length == ivLength_) return true;
  ivLength_ = length;
  ivCounts_ = false;
  if (state_ != State::noIv) state_ = State::finished;
  return true;
}

std::optional<std::span<const unsigned char>> Cipher::iv() const noexcept {
  if (state_ == State::noIv) return std::nullopt;
  return std::span(iv_).first(ivLength_);
}

std::size_t Cipher::tagLength() const noexcept {
  return tagLength_ == 0 ? Gcm::tagLength : tagLength_;
}

bool Cipher::setTag(std::span<const unsigned char> tag) noexcept {
  if (direction_ == Direction::encrypt || tag.empty() || tag.size() > tag_.size()) return false;
  std::copy(tag.begin(), tag.end(), tag_.begin());
  tagLength_ = tag.size();
  return true;
}

bool Cipher::getTag(std::span<unsigned char> out) const noexcept {
  if (direction_ == Direction::decrypt || out.empty() || out.size() > tagLength_) return false;
  std::copy_n(tag_.begin(), out.size(), out.begin());
  return true;
}

bool Cipher::setFixedIv(std::span<const unsigned char> fixed) noexcept {
  if (fixed.size() < EVP_GCM_TLS_FIXED_IV_LEN ||
      fixed.size() + EVP_GCM_TLS_EXPLICIT_IV_LEN > ivLength_) {
    return false;
  }
  std::copy(fixed.begin(), fixed.end(), iv_.begin());
  if (direction_ == Direction::encrypt && !makeRandomIv(fixed.size())) return false;
  giveIv();
  ivCounts_ = true;
  return true;
}

bool Cipher::setCountingIv(const unsigned char* iv) noexcept {
  if (ivLength_ < EVP_GCM_TLS_EXPLICIT_IV_LEN) return false;
  std::copy_n(iv, ivLength_, iv_.begin());
  giveIv();
  ivCounts_ = true;
  return true;
}

bool Cipher::nextIv(std::span<unsigned char> out) noexcept {
  if (!ivCounts_ || !gcm_.hasKey() || out.size() > ivLength_) return false;
  if (ivIsUsed_) countOn(ivBytes());
  giveIv();
  ivIsUsed_ = true;
  std::ranges::copy(ivBytes().last(out.size()), out.begin());
  return true;
}

bool Cipher::setIvEnd(std::span<const unsigned char> end) noexcept {
  if (!ivCounts_ || !gcm_.hasKey() || direction_ == Direction::encrypt) return false;
  if (end.empty() || end.size() > ivLength_) return false;
  std::ranges::copy(end, ivBytes().last(end.size()).begin());
  giveIv();
  return true;
}

std::size_t Cipher::setTlsAad(std::span<const unsigned char> aad) noexcept {
  tlsAad_.reset();
  if (aad.size() != EVP_AEAD_TLS1_AAD_LEN) return 0;
  // It ends with the length of the record; what is authenticated has that of the content.
  std::size_t length = static_cast<std::size_t>(aad[11]) << 8 | aad[12];
  std::size_t overhead = EVP_GCM_TLS_EXPLICIT_IV_LEN;
  if (direction_ == Direction::decrypt) overhead += Gcm::tagLength;
  if (length < overhead) return 0;
  length -= overhead;
  auto& own = tlsAad_.emplace();
  std::copy(aad.begin(), aad.end(), own.begin());
  own[11] = static_cast<unsigned char>(length >> 8);
  own[12] = static_cast<unsigned char>(length);
  tlsPadding_ = Gcm::tagLength;
  return tlsPadding_;
}

bool Cipher::ready() noexcept {
  if (!gcm_.hasKey() || state_ == State::finished) return false;
  if (state_ != State::noIv) return true;
  // A program may leave the choice to us, and ask afterwards.
  if (direction_ == Direction::decrypt || ivLength_ < defaultIvLength || !makeRandomIv(0)) {
    return false;
  }
  giveIv();
  return true;
}

bool Cipher::makeRandomIv(std::size_t from) noexcept {
  return RAND_bytes_ex(libctx_, iv_.data() + from, ivLength_ - from, 0) == 1;
}

// For a new message.
void Cipher::giveIv() noexcept {
  aad_.clear();
  ivIsUsed_ = false;
  state_ = State::ivGiven;
}

void Cipher::beginMessage() noexcept {
  if (state_ == State::atWork) return;
  if (direction_ == Direction::encrypt) tagLength_ = 0;
  gcm_.begin(ivBytes(), aad_.bytes());
  state_ = State::atWork;
}

std::nullopt_t Cipher::spoil() noexcept {
  state_ = State::finished;
  return std::nullopt;
}

std::optional<std::size_t> Cipher::updateRecord(const unsigned char* in, std::size_t length,
                                                unsigned char* out) noexcept {
  constexpr std::size_t overhead = EVP_GCM_TLS_EXPLICIT_IV_LEN + Gcm::tagLength;
  std::optional<std::size_t> done;
  if (gcm_.hasKey() && out != nullptr && out == in && length >= overhead) {
    if (direction_ == Direction::encrypt && sealRecord({out, length})) done = length;
    if (direction_ == Direction::decrypt && openRecord({out, length})) done = length - overhead;
  }
  tlsAad_.reset();
  spoil();
  return done;
}

// A record is the end of the IV, the content, and the tag.
bool Cipher::sealRecord(std::span<unsigned char> record) noexcept {
  if (++records_ == 0) return false;
  if (!nextIv(record.first(EVP_GCM_TLS_EXPLICIT_IV_LEN))) return false;
  const auto content = record.subspan(EVP_GCM_TLS_EXPLICIT_IV_LEN,
                                      record.size() - EVP_GCM_TLS_EXPLICIT_IV_LEN - Gcm::tagLength);
  gcm_.begin(ivBytes(), *tlsAad_);
  if (!gcm_.update(direction_, content.data(), content.size(), content.data())) return false;
  gcm_.finish(direction_, record.last(Gcm::tagLength).data());
  return true;
}

bool Cipher::openRecord(std::span<unsigned char> record) noexcept {
  if (!setIvEnd(record.first(EVP_GCM_TLS_EXPLICIT_IV_LEN))) return false;
  const auto content = record.subspan(EVP_GCM_TLS_EXPLICIT_IV_LEN,
                                      record.size() - EVP_GCM_TLS_EXPLICIT_IV_LEN - Gcm::tagLength);
  std::array<unsigned char, Gcm::tagLength> made = {};
  gcm_.begin(ivBytes(), *tlsAad_);
  bool isRight = gcm_.update(direction_, content.data(), content.size(), content.data());
  gcm_.finish(direction_, made.data());
  isRight =
      isRight && CRYPTO_memcmp(made.data(), record.last(Gcm::tagLength).data(), made.size()) == 0;
  OPENSSL_cleanse(made.data(), made.size());
  if (!isRight) OPENSSL_cleanse(content.data(), content.size());
  return isRight;
}

}  // namespace securepair::aead
