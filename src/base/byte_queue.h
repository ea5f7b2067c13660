#pragma once
#include <securepair/bytes.h>

#include <cstddef>
#include <vector>

namespace securepair::base {

/// Bytes that wait, first in, first out. Owns no memory while it is empty.
class ByteQueue {
 public:
  bool empty() const noexcept { return taken_ == bytes_.size(); }
  std::size_t size() const noexcept { return bytes_.size() - taken_; }

  void append(BytesView bytes);
  /// Puts bytes before all others.
  void prepend(BytesView bytes);
  /// All of it; valid until the next call that changes the queue.
  BytesView front() const noexcept { return BytesView(bytes_).subspan(taken_); }
  void pop(std::size_t count) noexcept;
  void clear() noexcept;

 private:
  std::vector<std::byte> bytes_;
  std::size_t taken_ = 0;
};

}  // namespace securepair::base
