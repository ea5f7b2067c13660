#include "base/buffer_pool.h"

#include <array>
#include <cstring>
#include <utility>

#include "base/thread_local.h"

namespace securepair::base {
namespace {

// A cycle needs one chunk for each direction, a listener that writes to another pair two more.
constexpr std::size_t keptAtMost = 4;

struct Pool {
  std::array<std::unique_ptr<std::byte[]>, keptAtMost> chunks;
  std::size_t count = 0;
};

// Null before the thread's first chunk, and after its end, when a chunk may still come back.
SECUREPAIR_THREAD_LOCAL Pool* pool = nullptr;

void makePool() {
  struct Owner {
    Owner() { pool = &owned; }
    Owner(const Owner&) = delete;
    Owner& operator=(const Owner&) = delete;
    ~Owner() { pool = nullptr; }
    Pool owned;
  };
  thread_local const Owner owner;
}

}  // namespace

Chunk Chunk::borrow() {
  if (pool == nullptr) makePool();
  Chunk chunk;
  if (pool != nullptr && pool->count > 0) {
    chunk.bytes_ = std::move(pool->chunks[--pool->count]);
  } else {
    chunk.bytes_ = std::make_unique_for_overwrite<std::byte[]>(capacity);
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
  if (pool != nullptr && pool->count < keptAtMost) {
    pool->chunks[pool->count++] = std::move(bytes_);
  } else {
    bytes_.reset();
  }
}

}  // namespace securepair::base
