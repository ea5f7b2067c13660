#pragma once
#include <securepair/bytes.h>

#include <cstddef>
#include <memory>
#include <vector>

namespace securepair::base {

/// Bytes that wait, first in, first out. Costs a pointer while it is empty.
class ByteQueue {
 public:
  bool empty() const noexcept { return bytes_ == nullptr; }
  std::size_t size() const noexcept { return front().size(); }

  void append(BytesView bytes);
  /// Puts bytes before all others.
  void prepend(BytesView bytes);
  /// All of it; valid until the next call that changes the queue.
  BytesView front() const noexcept {
    return empty() ? BytesView() : BytesView(bytes_->all).subspan(bytes_->taken);
  }
  void pop(std::size_t count) noexcept;
  void clear() noexcept { bytes_.reset(); }

 private:
  struct Bytes {
    std::vector<std::byte> all;
    std::size_t taken = 0;
  };

  std::unique_ptr<Bytes> bytes_;  ///< null where there is none
};

}  // namespace securepair::base
