#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/memory_wire.h"
#include "support/tls_world.h"

namespace securepair::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

std::string hello() {
  EngineEnd client(crypto::createCredentials({.ca = World::get().authority.own.cert}),
                   {.servername = "localhost", .identity = "localhost"});
  client.work();
  return client.take(Chunking::all);
}

// The time of a handshake counts while others are served before it.
TEST(HandshakeStorm, WhoWaitsInLineHasItsDeadline) {
  auto options = serverOptions();
  options.handshakeTimeout = 200ms;
  int asked = 0;
  options.SNICallback = [&](const std::string&) {
    ++asked;
    for (const auto until = Clock::now() + 30ms; Clock::now() < until;) {
    }
    return tls::SniResult();
  };
  constexpr int clients = 20;
  std::vector<std::string> failures;
  const auto server = serve(options);
  server->onClientError([&](const Error& error) {
    failures.push_back(error.code());
    if (failures.size() == clients) server->close();
  });
  for (int i = 0; i < clients; ++i) {
    const auto client = net::connect(server->address()->port, "127.0.0.1");
    client->onError([] {});
    client->onData([] {});
    client->write(hello());
  }
  runLoop();
  EXPECT_EQ(failures, std::vector<std::string>(clients, "ERR_TLS_HANDSHAKE_TIMEOUT"));
  EXPECT_GT(asked, 1);
  EXPECT_LT(asked, clients) << "the last ones were not to be served any more";
}

}  // namespace
}  // namespace securepair::test
