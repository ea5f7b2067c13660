// Clients that all come at once.
#include <chrono>
#include <csignal>
#include <memory>
#include <poll.h>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "faults/echo_process.h"
#include "faults/hostile_client.h"

namespace securepair::test {
namespace {

using namespace std::chrono_literals;

bool hasAnswer(const RawClient& client) {
  pollfd readable = {.fd = client.fd(), .events = POLLIN, .revents = 0};
  return ::poll(&readable, 1, 0) == 1;
}

TEST(Storm, AnOpenConnectionDoesNotWaitForAllHandshakes) {
  constexpr int clients = 400;
  EchoProcess server;
  TlsClient open(server.port(), TLS1_3_VERSION);
  ASSERT_TRUE(open.shakeHands() && open.write("one") && open.reads("one"));
  std::vector<std::unique_ptr<TlsClient>> storm;
  std::vector<std::string> hellos;
  for (int i = 0; i < clients; ++i) {
    storm.push_back(std::make_unique<TlsClient>(server.port(), TLS1_3_VERSION));
    hellos.push_back(storm.back()->hello());
  }
  std::this_thread::sleep_for(100ms);  // all are accepted

  // While it stands still all of it arrives, and the open connection's line last.
  ::kill(server.pid(), SIGSTOP);
  for (int i = 0; i < clients; ++i) storm[i]->raw().send(hellos[i]);
  open.write("two");
  ::kill(server.pid(), SIGCONT);
  EXPECT_TRUE(open.reads("two"));
  int answered = 0;
  for (const auto& client : storm) answered += hasAnswer(client->raw()) ? 1 : 0;
  EXPECT_LT(answered, clients / 2) << "the line was echoed after all of them";

  // And each of them gets there.
  for (const auto& client : storm) {
    EXPECT_TRUE(client->shakeHands() && client->write("x") && client->reads("x"));
  }
  storm.clear();
  EXPECT_TRUE(server.stop()) << server.output();
}

}  // namespace
}  // namespace securepair::test
