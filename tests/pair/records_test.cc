#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "pair/rig.h"

namespace securepair::test {
namespace {

constexpr std::size_t record = 16384;

// A piece of one would be a record more, in which an echo sends it back.
TEST(FullRecords, AreReadWholeHoweverManyLieReady) {
  Rig rig({.joined = Joined::byCarrier, .carrier = {.capacity = 100 * record}});
  rig.drive();
  std::vector<std::size_t> sizes;
  rig.subject->cleartext.pause();
  rig.subject->cleartext.onData([&](const Data& data) { sizes.push_back(data.size()); });
  rig.drive([&] { rig.writeFromPeer(pattern(40 * record)); });
  rig.drive([&] { rig.subject->cleartext.resume(); });
  EXPECT_EQ(rig.receivedBySubject.size(), 40 * record);
  EXPECT_TRUE(
      std::all_of(sizes.begin(), sizes.end(), [](auto size) { return size % record == 0; }));
  EXPECT_EQ(*std::max_element(sizes.begin(), sizes.end()), 7 * record);
}

}  // namespace
}  // namespace securepair::test
