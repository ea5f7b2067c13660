// Clients that all come at once.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <memory>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "faults/echo_process.h"
#include "faults/hostile_client.h"

namespace securepair::test {
namespace {

using namespace std::chrono_literals;

void waitForAnswer(const RawClient& client) {
  pollfd readable = {.fd = client.fd(), .events = POLLIN, .revents = 0};
  EXPECT_EQ(::poll(&readable, 1, 10'000), 1);
}

// How long ago the kernel has got the last byte, whenever this process has come to look for it.
std::chrono::milliseconds lastHeard(const RawClient& client) {
  tcp_info info = {};
  socklen_t size = sizeof info;
  EXPECT_EQ(::getsockopt(client.fd(), IPPROTO_TCP, TCP_INFO, &info, &size), 0);
  return std::chrono::milliseconds(info.tcpi_last_data_recv);
}

TEST(Storm, AnOpenConnectionDoesNotWaitForAllHandshakes) {
  constexpr std::size_t clients = 400;
  EchoProcess server;
  TlsClient open(server.port(), TLS1_3_VERSION);
  ASSERT_TRUE(open.shakeHands() && open.write("one") && open.reads("one"));
  std::vector<std::unique_ptr<TlsClient>> storm;
  std::vector<std::string> hellos;
  for (std::size_t i = 0; i < clients; ++i) {
    storm.push_back(std::make_unique<TlsClient>(server.port(), TLS1_3_VERSION));
    hellos.push_back(storm.back()->hello());
  }
  std::this_thread::sleep_for(100ms);  // all are accepted

  // While it stands still all of it arrives, and the open connection's line last.
  ::kill(server.pid(), SIGSTOP);
  for (std::size_t i = 0; i < clients; ++i) storm[i]->raw().send(hellos[i]);
  open.write("two");
  ::kill(server.pid(), SIGCONT);
  EXPECT_TRUE(open.reads("two"));
  for (const auto& client : storm) waitForAnswer(client->raw());
  const auto echoed = lastHeard(open.raw());
  const auto before = std::count_if(storm.begin(), storm.end(), [&](const auto& client) {
    return lastHeard(client->raw()) > echoed;
  });
  std::chrono::milliseconds first{0};
  for (const auto& client : storm) first = std::max(first, lastHeard(client->raw()));
  std::printf(
      "the line was echoed %lld ms after the first of %zu hellos was answered, after %td of them\n",
      static_cast<long long>((first - echoed).count()), clients, before);
  EXPECT_LT(static_cast<std::size_t>(before), clients / 2)
      << "the line was echoed after most of them";

  // And each of them gets there.
  for (const auto& client : storm) {
    EXPECT_TRUE(client->shakeHands() && client->write("x") && client->reads("x"));
  }
  storm.clear();
  EXPECT_TRUE(server.stop()) << server.output();
}

}  // namespace
}  // namespace securepair::test
