#include "base/byte_queue.h"

namespace securepair::base {

void ByteQueue::append(BytesView bytes) {
  if (bytes.empty()) return;
  if (empty()) {
    bytes_ = std::make_unique<Bytes>(Bytes{.all = {bytes.begin(), bytes.end()}});
    return;
  }
  auto& [all, taken] = *bytes_;
  // Moves the rest to the front only when at least as much was taken: each byte moves at most once
  // on average.
  if (taken > 0 && taken >= size()) {
    all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(taken));
    taken = 0;
  }
  all.insert(all.end(), bytes.begin(), bytes.end());
}

void ByteQueue::prepend(BytesView bytes) {
  if (empty()) return append(bytes);
  auto& [all, taken] = *bytes_;
  all.insert(all.begin() + static_cast<std::ptrdiff_t>(taken), bytes.begin(), bytes.end());
}

void ByteQueue::pop(std::size_t count) noexcept {
  if (empty()) return;
  bytes_->taken += count;
  if (bytes_->taken == bytes_->all.size()) clear();
}

}  // namespace securepair::base
