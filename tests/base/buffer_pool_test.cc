#include "base/buffer_pool.h"

#include <cstring>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "support/overwritten.h"

namespace securepair::base {
namespace {

TEST(BufferPool, AChunkHoldsNothingUntilItIsBorrowed) {
  Chunk none;
  EXPECT_FALSE(none);
  EXPECT_TRUE(none.span().empty());
  none.giveBack();
  const Chunk chunk = Chunk::borrow();
  EXPECT_TRUE(chunk);
  EXPECT_EQ(chunk.span().size(), Chunk::capacity);
}

TEST(BufferPool, WhatWasGivenBackIsLentAgain) {
  Chunk chunk = Chunk::borrow();
  const void* const memory = chunk.data();
  chunk.giveBack();
  EXPECT_FALSE(chunk);
  EXPECT_EQ(Chunk::borrow().data(), memory);
}

TEST(BufferPool, WhatWasGivenBackIsOverwrittenInDebugBuilds) {
  Chunk chunk = Chunk::borrow();
  const std::byte* const kept = chunk.data();
  *chunk.data() = std::byte{'x'};
  chunk.giveBack();
  EXPECT_EQ(*kept != std::byte{'x'}, test::viewsAreOverwritten);
}

TEST(BufferPool, ChunksThatAreLentAtOneTimeAreDifferentMemory) {
  std::vector<Chunk> chunks;
  for (int i = 0; i < 10; ++i) {
    chunks.push_back(Chunk::borrow());
    std::memset(chunks.back().data(), i, Chunk::capacity);
  }
  for (int i = 0; i < 10; ++i) {
    const auto bytes = chunks[static_cast<std::size_t>(i)].span();
    EXPECT_EQ(bytes.front(), static_cast<std::byte>(i));
    EXPECT_EQ(bytes.back(), static_cast<std::byte>(i));
  }
}

TEST(BufferPool, AnAssignedChunkGivesBackWhatItHeld) {
  Chunk first = Chunk::borrow();
  Chunk second = Chunk::borrow();
  const void* const memory = first.data();
  first = std::move(second);
  EXPECT_EQ(Chunk::borrow().data(), memory);
}

TEST(BufferPool, AChunkMayComeBackAfterItsThreadsPoolIsGone) {
  // Made before the pool, and so destroyed after it.
  std::thread([] {
    thread_local std::optional<Chunk> late;
    late.emplace();
    *late = Chunk::borrow();
  }).join();
}

}  // namespace
}  // namespace securepair::base
