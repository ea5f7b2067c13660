#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

#include "aead/kernel.h"

namespace securepair::aead {

enum class Direction : unsigned char { encrypt, decrypt };

/// A key of AES-GCM, and the message that it is at work on. Both are wiped when it ends; a copy has
/// them too.
class Gcm {
 public:
  static constexpr std::size_t tagLength = 16;
  /// Of one message: 2^39 - 256 bits, as NIST SP 800-38D says.
  static constexpr std::uint64_t mostBytes = (std::uint64_t{1} << 36) - 32;

  explicit Gcm(const Kernel& kernel) noexcept : kernel_(&kernel) {}
  Gcm(const Gcm&) noexcept = default;
  Gcm& operator=(const Gcm&) = delete;
  ~Gcm();

  const Kernel& kernel() const noexcept { return *kernel_; }

  /// Of kernel().keyLength bytes.
  void setKey(const unsigned char* key) noexcept;
  bool hasKey() const noexcept { return hasKey_; }

  /// A new message. The IV is of one byte or more, and `aad` all that is authenticated alone.
  void begin(std::span<const unsigned char> iv, std::span<const unsigned char> aad) noexcept;
  /// The next bytes of it, which may be replaced in place. False, and nothing was done, where the
  /// message would be longer than a message may be.
  [[nodiscard]] bool update(Direction direction, const unsigned char* in, std::size_t length,
                            unsigned char* out) noexcept;
  /// Writes `tagLength` bytes.
  void finish(Direction direction, unsigned char* tag) noexcept;

 private:
  struct Secret {
    alignas(64) gcm_key_data key;  // libipsec-mb loads it by the cache line
    gcm_context_data message;
  };

  const Kernel* kernel_;
  std::uint64_t bytes_ = 0;
  bool hasKey_ = false;
  Secret secret_ = {};
};

}  // namespace securepair::aead
