// A server that has no descriptors left for its clients. Not under UBSan, which needs some itself.
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "faults/echo_process.h"
#include "faults/hostile_client.h"

namespace securepair::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

class WithoutDescriptors : public testing::TestWithParam<const char*> {};

TEST_P(WithoutDescriptors, AServerRestsAndServesAgainAtOnce) {
  EchoProcess server(GetParam());
  server.limitDescriptors(10);
  std::vector<RawClient> waiting;
  for (int i = 0; i < 60; ++i) waiting.emplace_back(server.port());
  std::this_thread::sleep_for(200ms);
  const auto before = server.processorTime();
  std::this_thread::sleep_for(1s);
  EXPECT_LE(server.processorTime() - before, 50ms) << "more than 5 % while it waits";
  waiting.clear();
  std::this_thread::sleep_for(150ms);
  const auto released = Clock::now();
  EXPECT_TRUE(server.serves());
  EXPECT_LT(Clock::now() - released, 300ms);
  server.liftLimit();
  // libuv opens one descriptor for each loop with its first connection.
  EXPECT_TRUE(server.settles(3s, 1)) << server.descriptors();
  EXPECT_TRUE(server.stop()) << server.output();
}

INSTANTIATE_TEST_SUITE_P(Loops, WithoutDescriptors, testing::Values("--loops 1", "--loops 2"),
                         [](const auto& test) {
                           return std::string(test.param) == "--loops 1" ? "One" : "Two";
                         });

}  // namespace
}  // namespace securepair::test
