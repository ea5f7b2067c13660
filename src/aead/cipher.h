#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include <openssl/types.h>

#include "aead/aad.h"
#include "aead/gcm.h"

namespace securepair::aead {

/// What OpenSSL's EVP_CIPHER_CTX stands on: takes keys, IVs, bytes and parameters in the order in
/// which programs and libssl bring them, and refuses an order that would use an IV twice. Behaves
/// as OpenSSL's own AES-GCM. Where a function answers false nothing can be made of the message any
/// more.
class Cipher {
 public:
  static constexpr std::size_t defaultIvLength = 12;
  static constexpr std::size_t mostIvLength = 128;

  /// Random IVs come from `libctx`.
  Cipher(const Kernel& kernel, OSSL_LIB_CTX* libctx) noexcept : gcm_(kernel), libctx_(libctx) {}

  /// Either may be empty: it stays as it is.
  bool init(Direction direction, std::span<const unsigned char> key,
            std::span<const unsigned char> iv) noexcept;
  /// Without `out` the bytes are authenticated alone. After setTlsAad() they are a record, which is
  /// worked on in place. May throw std::bad_alloc.
  std::optional<std::size_t> update(const unsigned char* in, std::size_t length,
                                    unsigned char* out);
  /// Makes the tag of what was encrypted, or compares it with the one that was set.
  bool finish() noexcept;

  std::size_t keyLength() const noexcept { return gcm_.kernel().keyLength; }
  std::size_t ivLength() const noexcept { return ivLength_; }
  bool setIvLength(std::size_t length) noexcept;
  /// The one that was given or made; none where there is none.
  std::optional<std::span<const unsigned char>> iv() const noexcept;

  std::size_t tagLength() const noexcept;
  /// For what is decrypted.
  bool setTag(std::span<const unsigned char> tag) noexcept;
  /// Of what was encrypted: `out` has room for its first bytes, or for all.
  bool getTag(std::span<unsigned char> out) const noexcept;

  /// TLS 1.2 (RFC 5288): a fixed part of the IV, after which records count on from a random number.
  bool setFixedIv(std::span<const unsigned char> fixed) noexcept;
  /// The whole IV, from which it counts on.
  bool setCountingIv(const unsigned char* iv) noexcept;
  /// Uses the next IV, and tells its last bytes, or all where `out` is as long.
  bool nextIv(std::span<unsigned char> out) noexcept;
  /// The last bytes of the IV, as the peer has told them.
  bool setIvEnd(std::span<const unsigned char> end) noexcept;
  /// Of the record that comes next. Answers how much longer than its content a record is; 0 where
  /// it is none.
  std::size_t setTlsAad(std::span<const unsigned char> aad) noexcept;
  std::size_t tlsPadding() const noexcept { return tlsPadding_; }

 private:
  enum class State : unsigned char { noIv, ivGiven, atWork, finished };

  bool ready() noexcept;
  bool makeRandomIv(std::size_t from) noexcept;
  void giveIv() noexcept;
  void beginMessage() noexcept;
  std::nullopt_t spoil() noexcept;
  std::optional<std::size_t> updateRecord(const unsigned char* in, std::size_t length,
                                          unsigned char* out) noexcept;
  bool sealRecord(std::span<unsigned char> record) noexcept;
  bool openRecord(std::span<unsigned char> record) noexcept;
  std::span<unsigned char> ivBytes() noexcept { return std::span(iv_).first(ivLength_); }

  Gcm gcm_;
  OSSL_LIB_CTX* libctx_;
  Direction direction_ = Direction::encrypt;
  State state_ = State::noIv;
  bool ivCounts_ = false;  // it may be made from the one before
  bool ivIsUsed_ = false;  // what counts has to count on before its next use
  std::size_t ivLength_ = defaultIvLength;
  std::array<unsigned char, mostIvLength> iv_ = {};
  Aad aad_;
  std::size_t tagLength_ = 0;  // none yet
  std::array<unsigned char, Gcm::tagLength> tag_ = {};
  std::optional<std::array<unsigned char, 13>> tlsAad_;
  std::size_t tlsPadding_ = 0;
  std::uint64_t records_ = 0;  // encrypted under this key
};

}  // namespace securepair::aead
