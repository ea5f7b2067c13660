// The echo server and a client where calls of the system fail as they may.
#include <chrono>
#include <string>

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "faults/echo_process.h"
#include "faults/hostile_client.h"
#include "faults/injection.h"
#include "support/soak.h"

namespace securepair::test {
namespace {

using namespace std::chrono_literals;

TEST_P(InjectedFaults, ShortAndInterruptedCallsLoseNothing) {
  const std::string faults = with("short:3000,again:1000,interrupt:1000,buffers:1000");
  EchoProcess server("", faults);
  const std::string output = shell(clientFolder(), "exec " + faults + client(server, 20, 100'000));
  EXPECT_NE(output.find("20 whole, 0 failed"), std::string::npos) << output;
  EXPECT_GT(injected(output, "short"), 10) << output;
  EXPECT_TRUE(server.settles()) << server.descriptors();
  EXPECT_TRUE(server.stop()) << server.output();
  int all = 0;
  for (const char* const fault : {"short", "again", "interrupt", "buffers"}) {
    all += injected(server.output(), fault);
  }
  EXPECT_GT(all, 20) << server.output();
}

TEST_P(InjectedFaults, FailedCallsEndTheirConnectionsAlone) {
  EchoProcess server("--handshake-timeout 2000",
                     with("short:500,again:300,reset:100,buffers:100,descriptors:300"));
  const std::string output = shell(clientFolder(), "exec " + client(server, 200, 60'000));
  EXPECT_GT(failedOf(output), 0) << output;
  EXPECT_LT(failedOf(output), 200) << output;
  EXPECT_TRUE(server.settles()) << server.descriptors();
  EXPECT_TRUE(servesAgain(server));
  EXPECT_TRUE(server.stop()) << server.output();
  for (const char* const fault : {"reset", "descriptors"}) {
    EXPECT_GT(injected(server.output(), fault), 0) << fault;
  }
}

TEST_P(InjectedFaults, AClientWhoseCallsFailEnds) {
  EchoProcess server;
  const std::string output =
      shell(clientFolder(), "exec " + with("short:500,again:300,reset:100,descriptors:500") +
                                client(server, 200, 60'000));
  EXPECT_GT(failedOf(output), 0) << output;
  EXPECT_GT(injected(output, "reset"), 0) << output;
  EXPECT_TRUE(server.settles()) << server.descriptors();
  EXPECT_TRUE(server.serves());
  EXPECT_TRUE(server.stop()) << server.output();
}

// Certificates are judged by the wall clock, and nothing else is.
TEST_P(InjectedFaults, AClockThatJumpsPutsNoTimeoutOffAndLiftsNoLimit) {
  EchoProcess server("--handshake-timeout 400", with("clock:5000"));
  RawClient silent(server.port());
  const auto begin = std::chrono::steady_clock::now();
  TlsClient client(server.port(), TLS1_2_VERSION);
  ASSERT_TRUE(client.shakeHands());
  EXPECT_EQ(client.renegotiations(), 3);
  EXPECT_EQ(silent.waitForEnd(3s), RawClient::End::fin);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 350ms);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 2s);
  EXPECT_TRUE(server.settles());
  EXPECT_TRUE(server.stop()) << server.output();
  EXPECT_GT(injected(server.output(), "clock"), 0);
}

INSTANTIATE_TEST_SUITE_P(Seeds, InjectedFaults, testing::Range(1, soaking() ? 41 : 4));

}  // namespace
}  // namespace securepair::test
