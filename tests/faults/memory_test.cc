// Not under a sanitizer, which allocates in its own way.
#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "faults/echo_process.h"
#include "faults/injection.h"
#include "support/soak.h"

namespace securepair::test {
namespace {

using namespace std::chrono_literals;

using WithoutMemory = InjectedFaults;

// What there is no memory for ends its connection, or comes out of run() as std::bad_alloc; the
// loop may be run again. A connection that could not be ended for want of memory stays open: few.
TEST_P(WithoutMemory, AServerLosesConnectionsAndNothingElse) {
  EchoProcess server("--handshake-timeout 2000", with("memory:8"));
  const std::string output = shell(clientFolder(), "exec " + client(server, 300, 20'000));
  EXPECT_GT(failedOf(output), 0) << output;
  EXPECT_LT(failedOf(output), 300) << output;
  EXPECT_TRUE(server.settles(5s, 4)) << server.descriptors();
  EXPECT_TRUE(servesAgain(server));
  EXPECT_TRUE(server.stop()) << server.output();
  EXPECT_GT(injected(server.output(), "memory"), 5);
}

INSTANTIATE_TEST_SUITE_P(Seeds, WithoutMemory, testing::Range(1, soaking() ? 41 : 4));

}  // namespace
}  // namespace securepair::test
