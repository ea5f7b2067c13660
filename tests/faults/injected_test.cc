// The echo server and a client where calls of the system fail as they may.
#include <chrono>
#include <regex>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "faults/echo_process.h"
#include "faults/hostile_client.h"
#include "support/soak.h"

namespace securepair::test {
namespace {

using namespace std::chrono_literals;

class InjectedFaults : public testing::TestWithParam<int> {
 protected:
  static std::string clientFolder() {
    std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
    name.replace(name.find('/'), 1, "-");
    return freshFolder("client-" + name);
  }
  // An environment in which these faults happen.
  static std::string with(const std::string& faults) {
    return "env LD_PRELOAD='" SECUREPAIR_LIB_DIR "/libfault_injector.so' FAULTS=" + faults +
           ",seed:" + std::to_string(GetParam()) +
           " ASAN_OPTIONS=\"$ASAN_OPTIONS:verify_asan_link_order=0\" ";
  }
  static std::string client(const EchoProcess& server, int count, int size) {
    return "'" SECUREPAIR_BIN_DIR "/fault_echo_client' " + std::to_string(server.port()) + " " +
           std::to_string(count) + " " + std::to_string(size);
  }
  static int injected(const std::string& output, const std::string& fault) {
    std::smatch number;
    const std::regex line("injected " + fault + " (\\d+)");
    return std::regex_search(output, number, line) ? std::stoi(number[1]) : 0;
  }
  static int failedOf(const std::string& output) {
    std::smatch number;
    const std::regex line("whole, (\\d+) failed");
    return std::regex_search(output, number, line) ? std::stoi(number[1]) : -1;
  }
  // Some of its calls fail: one of several clients is served.
  static bool servesAgain(const EchoProcess& server) {
    for (int i = 0; i < 100; ++i) {
      if (server.serves()) return true;
      std::this_thread::sleep_for(20ms);
    }
    return false;
  }
};

TEST_P(InjectedFaults, ShortAndInterruptedCallsLoseNothing) {
  const std::string faults = with("short:3000,again:1000,interrupt:1000,buffers:300");
  EchoProcess server("", faults);
  const std::string output = shell(clientFolder(), "exec " + faults + client(server, 20, 100'000));
  EXPECT_NE(output.find("20 whole, 0 failed"), std::string::npos) << output;
  EXPECT_GT(injected(output, "short"), 10) << output;
  EXPECT_TRUE(server.settles()) << server.descriptors();
  EXPECT_TRUE(server.stop()) << server.output();
  for (const char* const fault : {"short", "again", "interrupt", "buffers"}) {
    EXPECT_GT(injected(server.output(), fault), 0) << fault;
  }
}

TEST_P(InjectedFaults, FailedCallsEndTheirConnectionsAlone) {
  EchoProcess server("--handshake-timeout 2000",
                     with("short:500,again:300,reset:100,buffers:100,descriptors:200"));
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

// What there is no memory for ends its connection, or comes out of run() as std::bad_alloc; the
// loop may be run again. A connection that could not be ended for want of memory stays open: few.
TEST_P(InjectedFaults, WithoutMemoryAServerLosesConnectionsAndNothingElse) {
  if (!memoryIsMeasured()) GTEST_SKIP() << "not run: the sanitizer allocates in its own way";
  EchoProcess server("--handshake-timeout 2000", with("memory:8"));
  const std::string output = shell(clientFolder(), "exec " + client(server, 300, 20'000));
  EXPECT_GT(failedOf(output), 0) << output;
  EXPECT_LT(failedOf(output), 300) << output;
  EXPECT_TRUE(server.settles(5s, 4)) << server.descriptors();
  EXPECT_TRUE(servesAgain(server));
  EXPECT_TRUE(server.stop()) << server.output();
  EXPECT_GT(injected(server.output(), "memory"), 5);
}

// Certificates are judged by the wall clock, and nothing else is.
TEST_P(InjectedFaults, AClockThatJumpsPutsNoTimeoutOffAndLiftsNoLimit) {
  EchoProcess server("--handshake-timeout 400", with("clock:5000"));
  RawClient silent(server.port());
  const auto begin = std::chrono::steady_clock::now();
  TlsClient client(server.port(), TLS1_2_VERSION);
  ASSERT_TRUE(client.shakeHands());
  int served = 0;
  for (; served < 10; ++served) {
    SSL_renegotiate(client.ssl());
    SSL_do_handshake(client.ssl());
    ERR_clear_error();
    if (!client.shakeHands() || !client.write("line") || !client.reads("line")) break;
  }
  EXPECT_EQ(served, 3);
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
