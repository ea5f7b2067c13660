#include "base/deadline.h"

#include <optional>

#include <gtest/gtest.h>

#include "support/memory_loop.h"

namespace securepair::detail {
namespace {

using namespace std::chrono_literals;

TEST(Deadline, CallsItsTaskOnceAfterTheTime) {
  test::MemoryLoop loop;
  int calls = 0;
  const Deadline deadline(10ms, [&] { ++calls; });
  loop.advance(9ms);
  EXPECT_EQ(calls, 0);
  loop.advance(1ms);
  EXPECT_EQ(calls, 1);
  loop.advance(1000ms);
  EXPECT_EQ(calls, 1);
}

TEST(Deadline, NeverFiresOnceItIsDestroyed) {
  test::MemoryLoop loop;
  int calls = 0;
  std::optional<Deadline> deadline(std::in_place, 10ms, [&] { ++calls; });
  deadline.reset();
  EXPECT_EQ(loop.timers(), 0U);
  loop.advance(100ms);
  EXPECT_EQ(calls, 0);
}

TEST(Deadline, MayBeDestroyedByItsTask) {
  test::MemoryLoop loop;
  int calls = 0;
  std::optional<Deadline> deadline;
  deadline.emplace(10ms, [&] {
    deadline.reset();
    ++calls;
  });
  loop.advance(10ms);
  EXPECT_EQ(calls, 1);
}

TEST(Deadline, IsHarmlessWithoutALoopAndAfterIt) {
  std::optional<Deadline> deadline(std::in_place, 10ms, [] {});
  {
    test::MemoryLoop loop;
    deadline.emplace(10ms, [] {});
  }
  deadline.reset();
}

}  // namespace
}  // namespace securepair::detail
