#include "base/byte_queue.h"

namespace securepair::base {

void ByteQueue::append(BytesView bytes) {
  // Moves the rest to the front only when at least as much was taken: each byte moves at most once
  // on average.
  if (taken_ > 0 && taken_ >= size()) {
    bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(taken_));
    taken_ = 0;
  }
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
}

void ByteQueue::prepend(BytesView bytes) {
  bytes_.insert(bytes_.begin() + static_cast<std::ptrdiff_t>(taken_), bytes.begin(), bytes.end());
}

void ByteQueue::pop(std::size_t count) noexcept {
  taken_ += count;
  if (taken_ == bytes_.size()) clear();
}

void ByteQueue::clear() noexcept {
  std::vector<std::byte>().swap(bytes_);  // an assignment of {} would keep the memory
  taken_ = 0;
}

}  // namespace securepair::base
