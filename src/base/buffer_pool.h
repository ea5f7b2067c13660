#pragma once
#include <cstddef>
#include <memory>
#include <span>

namespace securepair::base {

/// A working buffer, borrowed from the thread's pool for the length of a call or until its bytes
/// are sent: connections own none while they are idle.
class Chunk {
 public:
  /// Eight full TLS records with the most that a cipher adds to each; a power of two would waste
  /// one.
  static constexpr std::size_t capacity = std::size_t{8} * (16384 + 96);

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
