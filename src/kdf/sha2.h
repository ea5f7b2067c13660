#pragma once
#include <cstddef>
#include <span>

#include <openssl/sha.h>

namespace securepair::kdf {

using View = std::span<const unsigned char>;
using MutableView = std::span<unsigned char>;

// OpenSSL's SHA-2 with its state where the caller wants it. EVP, which calls the same code, puts
// each state on the heap by way of three allocations, and a handshake hashes a hundred times.

struct Sha256 {
  using State = SHA256_CTX;
  static constexpr std::size_t block = SHA256_CBLOCK;
  static constexpr std::size_t size = SHA256_DIGEST_LENGTH;
  static void start(State& state) noexcept;
  static void add(State& state, View bytes) noexcept;
  /// `digest` has room for `size` bytes.
  static void finish(State& state, unsigned char* digest) noexcept;
};

struct Sha384 {
  using State = SHA512_CTX;
  static constexpr std::size_t block = SHA512_CBLOCK;
  static constexpr std::size_t size = SHA384_DIGEST_LENGTH;
  static void start(State& state) noexcept;
  static void add(State& state, View bytes) noexcept;
  static void finish(State& state, unsigned char* digest) noexcept;
};

}  // namespace securepair::kdf
