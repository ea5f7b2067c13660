#include "base/buffer_pool.h"

#include <cstring>
#include <utility>
#include <vector>

namespace securepair::base {
namespace {

// A cycle needs one chunk for each direction, a listener that writes to another pair two more.
constexpr std::size_t keptAtMost = 4;

// Set while the thread's pool exists: a chunk may come back after it, at the thread's end.
thread_local std::vector<std::unique_ptr<std::byte[]>>* pool = nullptr;

struct Pool {
  Pool() {
    chunks.reserve(keptAtMost);
    pool = &chunks;
  }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  ~Pool() { pool = nullptr; }
  std::vector<std::unique_ptr<std::byte[]>> chunks;
};

}  // namespace

Chunk Chunk::borrow() {
  thread_local Pool ofThread;
  Chunk chunk;
  if (ofThread.chunks.empty()) {
    chunk.bytes_ = std::make_unique_for_overwrite<std::byte[]>(capacity);
  } else {
    chunk.bytes_ = std::move(ofThread.chunks.back());
    ofThread.chunks.pop_back();
  }
  return chunk;
}

Chunk& Chunk::operator=(Chunk&& other) noexcept {
  if (this != &other) {
    giveBack();
    bytes_ = std::move(other.bytes_);
  }
  return *this;
}

void Chunk::giveBack() noexcept {
  if (bytes_ == nullptr) return;
#ifndef NDEBUG
  // A view that was kept too long shows itself.
  std::memset(bytes_.get(), 0xDB, capacity);
#endif
  if (pool != nullptr && pool->size() < keptAtMost) pool->push_back(std::move(bytes_));
  bytes_.reset();
}

}  // namespace securepair::base
