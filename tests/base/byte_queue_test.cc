#include "base/byte_queue.h"

#include <deque>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace securepair::base {
namespace {

std::string textOf(const ByteQueue& queue) { return std::string(Data(queue.front()).text()); }

TEST(ByteQueue, IsFirstInFirstOut) {
  ByteQueue queue;
  queue.append(Data("hello").bytes());
  queue.append(Data(" world").bytes());
  EXPECT_EQ(queue.size(), 11U);
  EXPECT_EQ(textOf(queue), "hello world");
  queue.pop(6);
  EXPECT_EQ(textOf(queue), "world");
}

TEST(ByteQueue, PrependedBytesComeBeforeAllOthers) {
  ByteQueue queue;
  queue.append(Data("xyz").bytes());
  queue.pop(1);
  queue.prepend(Data("abc").bytes());
  EXPECT_EQ(textOf(queue), "abcyz");
}

TEST(ByteQueue, OwnsNoMemoryWhileItIsEmpty) {
  ByteQueue queue;
  EXPECT_EQ(queue.front().data(), nullptr);
  queue.append(Data("abc").bytes());
  queue.pop(3);
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.front().data(), nullptr);
  queue.append(Data("abc").bytes());
  queue.clear();
  EXPECT_EQ(queue.front().data(), nullptr);
}

TEST(ByteQueue, BehavesLikeADequeUnderAnyOperations) {
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::minstd_rand random(seed);
    ByteQueue queue;
    std::deque<std::byte> model;
    for (int step = 0; step < 2000; ++step) {
      std::vector<std::byte> bytes(random() % 50);
      for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
      switch (random() % 8) {
        case 0:
          queue.prepend(bytes);
          model.insert(model.begin(), bytes.begin(), bytes.end());
          break;
        case 1:
        case 2:
        case 3:
          queue.append(bytes);
          model.insert(model.end(), bytes.begin(), bytes.end());
          break;
        case 7:
          if (random() % 50 == 0) {
            queue.clear();
            model.clear();
          }
          break;
        default: {
          const auto count = model.empty() ? 0 : random() % (model.size() + 1);
          queue.pop(count);
          model.erase(model.begin(), model.begin() + static_cast<std::ptrdiff_t>(count));
        }
      }
      ASSERT_EQ(queue.size(), model.size());
      ASSERT_EQ(queue.empty(), model.empty());
      const auto front = queue.front();
      ASSERT_TRUE(std::equal(front.begin(), front.end(), model.begin(), model.end()));
    }
  }
}

}  // namespace
}  // namespace securepair::base
