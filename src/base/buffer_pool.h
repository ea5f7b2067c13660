#pragma once
#include <cstddef>
#include <memory>
#include <span>

namespace securepair::base {

/// A working buffer, borrowed from the thread's pool for the length of a call or until its bytes
/// are sent: connections own none while they are idle.
class Chunk {
 public:
  /// Seven full TLS records with the most that a cipher adds to each. They are two packets of the
  /// loopback's, of 64 KiB at most; of eight a third is left, of 282 bytes, that costs its receiver
  /// as much.
  static constexpr std::size_t records = 7;
  static constexpr std::size_t capacity = records * (16384 + 96);

  /// Holds nothing.
  Chunk() noexcept = default;
  static Chunk borrow();
  Chunk(Chunk&&) noexcept = default;
  Chunk& operator=(Chunk&& other) noexcept;
  ~Chunk() {
    if (bytes_ != nullptr) giveBack();
  }

  explicit operator bool() const noexcept { return bytes_ != nullptr; }
  std::byte* data() const noexcept { return bytes_.get(); }
  std::span<std::byte> span() const noexcept { return {bytes_.get(), bytes_ ? capacity : 0}; }
  /// Harmless where it holds nothing.
  void giveBack() noexcept;

 private:
  std::unique_ptr<std::byte[]> bytes_;
};

}  // namespace securepair::base
