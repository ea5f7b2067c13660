#include "block_pool.h"

#include <algorithm>
#include <cstdlib>
#include <new>

#include "values.h"

namespace securepair::node {
namespace {

// What the library delivers at once at most.
constexpr std::size_t blockSize = std::size_t{128} * 1024;
// Smaller ones are copied into memory of node's own.
constexpr std::size_t leastLent = std::size_t{16} * 1024;
// V8 collects when this much is lent, or sooner.
constexpr std::size_t mostKept = std::size_t{64} * 1024 * 1024 / blockSize;

}  // namespace

BlockPool::BlockPool() { free_.reserve(mostKept); }

BlockPool::~BlockPool() {
  for (std::byte* block : free_) std::free(block);
}

napi_value BlockPool::buffer(napi_env env, BytesView bytes) {
  if (bytes.size() < leastLent || bytes.size() > blockSize) return node::buffer(env, bytes);
  std::byte* const block = take();
  std::copy(bytes.begin(), bytes.end(), block);
  auto keep = std::make_unique<Keep>(shared_from_this());
  const auto release = [](napi_env, void* data, void* hint) {
    const std::unique_ptr<Keep> pool(static_cast<Keep*>(hint));
    (*pool)->giveBack(static_cast<std::byte*>(data));
  };
  napi_value result = nullptr;
  const napi_status status =
      napi_create_external_buffer(env, bytes.size(), block, release, keep.get(), &result);
  if (status != napi_ok) {
    giveBack(block);
    check(env, status);
  }
  static_cast<void>(keep.release());
  return result;
}

std::byte* BlockPool::take() {
  if (!free_.empty()) {
    std::byte* const block = free_.back();
    free_.pop_back();
    return block;
  }
  void* const memory = std::malloc(blockSize);
  if (memory == nullptr) throw std::bad_alloc();
  return static_cast<std::byte*>(memory);
}

void BlockPool::giveBack(std::byte* block) noexcept {
  if (free_.size() < mostKept) {
    free_.push_back(block);
  } else {
    std::free(block);
  }
}

}  // namespace securepair::node
