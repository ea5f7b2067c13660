// The histogram of `securepair bench`, and of ./run bench.
#include "cli/load/histogram.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace securepair::test {
namespace {

using load::Histogram;

TEST(Histogram, IsExactWithinAHundredth) {
  for (std::uint64_t time = 1; time < 2'000'000'000; time += time / 7 + 1) {
    Histogram times;
    times.add(time);
    times.add(4'000'000'000);  // so that the most does not help
    const auto found = static_cast<double>(times.quantile(0.5));
    EXPECT_GE(found, static_cast<double>(time));
    EXPECT_LE(found, static_cast<double>(time) * 1.01);
  }
}

TEST(Histogram, FindsWhatASortedListHas) {
  Histogram times;
  std::vector<std::uint64_t> list;
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    list.push_back(i * i % 250);
    times.add(list.back());
  }
  std::sort(list.begin(), list.end());
  EXPECT_EQ(times.count(), list.size());
  EXPECT_EQ(times.most(), list.back());
  for (const double part : {0.01, 0.5, 0.9, 0.99, 1.0}) {
    const auto place = static_cast<std::size_t>(std::ceil(part * 10'000)) - 1;
    EXPECT_EQ(times.quantile(part), list[place]) << part;
  }
  EXPECT_EQ(times.upTo(100), static_cast<std::uint64_t>(
                                 std::upper_bound(list.begin(), list.end(), 100) - list.begin()));
}

TEST(Histogram, AddsUp) {
  Histogram one;
  Histogram other;
  one.add(10);
  other.add(30);
  other.add(30);
  one.add(other);
  EXPECT_EQ(one.count(), 3U);
  EXPECT_EQ(one.most(), 30U);
  EXPECT_EQ(one.quantile(0.5), 30U);
  EXPECT_EQ(one.quantile(0.3), 10U);
}

TEST(Histogram, TakesWhatIsTooLongForTheLongest) {
  Histogram times;
  times.add(~std::uint64_t{0});
  EXPECT_EQ(times.count(), 1U);
  EXPECT_GT(times.quantile(0.5), 2'000'000'000U);
}

TEST(Histogram, OfNothingIsZero) {
  EXPECT_EQ(Histogram().quantile(0.99), 0U);
  EXPECT_EQ(Histogram().upTo(1000), 0U);
}

}  // namespace
}  // namespace securepair::test
