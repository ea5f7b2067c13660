#include "base/lru_map.h"

#include <memory>
#include <string>

#include <gtest/gtest.h>

namespace securepair::base {
namespace {

using Map = LruMap<std::string, std::unique_ptr<int>>;

std::unique_ptr<int> value(int number) { return std::make_unique<int>(number); }

TEST(LruMap, FindsWhatWasPutLast) {
  Map map(10);
  EXPECT_EQ(map.find("a"), nullptr);
  map.put("a", value(1));
  map.put("a", value(2));
  ASSERT_NE(map.find("a"), nullptr);
  EXPECT_EQ(**map.find("a"), 2);
  EXPECT_EQ(map.size(), 1U);
}

TEST(LruMap, ForgetsTheLeastRecentlyUsed) {
  Map map(2);
  map.put("a", value(1));
  map.put("b", value(2));
  map.find("a");
  map.put("c", value(3));
  EXPECT_EQ(map.find("b"), nullptr);
  EXPECT_EQ(**map.find("a") + **map.find("c"), 4);
  EXPECT_EQ(map.size(), 2U);
}

TEST(LruMap, ForgetsWhatIsErased) {
  Map map(2);
  map.put("a", value(1));
  map.erase("a");
  map.erase("a");
  EXPECT_EQ(map.find("a"), nullptr);
  EXPECT_EQ(map.size(), 0U);
}

TEST(LruMap, KnowsTheOldest) {
  Map map(3);
  EXPECT_EQ(map.oldest(), nullptr);
  map.put("a", value(1));
  map.put("b", value(2));
  EXPECT_EQ(**map.oldest(), 1);
  map.dropOldest();
  EXPECT_EQ(**map.oldest(), 2);
  map.dropOldest();
  EXPECT_EQ(map.oldest(), nullptr);
  EXPECT_EQ(map.find("b"), nullptr);
}

}  // namespace
}  // namespace securepair::base
