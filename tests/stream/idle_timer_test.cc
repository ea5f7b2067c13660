#include "stream/idle_timer.h"

#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "support/memory_loop.h"
#include "support/memory_stream.h"

namespace securepair::detail {
namespace {

using namespace std::chrono_literals;

class IdleTimerTest : public ::testing::Test {
 protected:
  ~IdleTimerTest() override {
    ends.first->destroy();
    ends.second->destroy();
    loop.run();
  }

  test::MemoryLoop loop;
  test::MemoryStream::Ends ends = test::MemoryStream::connect();
  int calls = 0;
};

TEST_F(IdleTimerTest, FiresOnceItHasBeenQuiet) {
  IdleTimer timer(100ms, *ends.first, [this] { ++calls; });
  loop.advance(90ms);
  timer.touch();
  loop.advance(90ms);
  EXPECT_EQ(calls, 0);
  loop.advance(10ms);
  EXPECT_EQ(calls, 1);
}

TEST_F(IdleTimerTest, FiresAgainOnlyAfterATouch) {
  IdleTimer timer(100ms, *ends.first, [this] { ++calls; });
  loop.advance(1000ms);
  EXPECT_EQ(calls, 1);
  timer.touch();
  loop.advance(1000ms);
  EXPECT_EQ(calls, 2);
}

TEST_F(IdleTimerTest, AStreamThatIsBeingSentIsNotQuiet) {
  ends.second->pause();
  ends.first->write(std::string(1000, 'x'));
  const IdleTimer timer(100ms, *ends.first, [this] { ++calls; });
  loop.run();
  loop.advance(90ms);
  ends.second->resume();  // takes what waits
  loop.run();
  ASSERT_EQ(ends.first->bufferSize(), 0U);
  loop.advance(90ms);
  EXPECT_EQ(calls, 0);
  loop.advance(200ms);
  EXPECT_EQ(calls, 1);
}

TEST_F(IdleTimerTest, MayBeEndedByItsTask) {
  std::optional<IdleTimer> timer;
  timer.emplace(100ms, *ends.first, [&] {
    ++calls;
    timer.reset();
  });
  loop.advance(1000ms);
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace securepair::detail
