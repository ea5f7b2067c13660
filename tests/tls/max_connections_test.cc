#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "support/tls_world.h"

namespace securepair::test {
namespace {

using namespace std::chrono_literals;

// Clients that come and go in the middle of everything, half of them with a reset.
TEST(MaxConnections, HoldUnderClientsThatResetTheirHandshakes) {
  constexpr int most = 20;
  constexpr int total = 300;
  int greeted = 0;
  const auto server = serve(serverOptions(), [&](tls::CleartextStream& stream) {
    ++greeted;
    stream.onError([](const Error&) {});
    stream.write(std::string(10'000, 'x'));
  });
  server->onClientError([](const Error&) {});
  server->setMaxConnections(most);
  int highest = 0;
  int lowest = 0;
  const auto look = [&] {
    highest = std::max(highest, server->connections());
    lowest = std::min(lowest, server->connections());
  };
  server->onConnection([&](net::Socket&) { look(); });
  int begun = 0;
  int ended = 0;
  const std::function<void()> next = [&] {
    if (begun == total) return;
    const int kind = begun++ % 4;
    auto options = clientOptions();
    const auto socket = net::connect(server->address()->port, "127.0.0.1");
    options.socket = socket;
    const auto client = tls::connect(options);
    client->onError([](const Error&) {});
    client->onClose([&] {
      ++ended;
      look();
      next();
    });
    if (kind == 0) {
      // What the server has sent lies unread: the end is a reset.
      client->onSecureConnect([socket] {
        socket->pause();
        Loop::current().setTimeout(2ms, [socket] { socket->destroy(); });
      });
    } else if (kind == 1) {
      socket->onConnect(
          [socket] { Loop::current().setTimeout(1ms, [socket] { socket->destroy(); }); });
    } else if (kind == 2) {
      client->onSecureConnect([raw = client.get()] { raw->destroySoon(); });
    } else {
      client->onData([raw = client.get()] { raw->end(); });
    }
  };
  for (int i = 0; i < 2 * most; ++i) next();
  const auto timer = Loop::current().setInterval(5ms, [&] {
    look();
    if (ended == total && server->connections() == 0) Loop::current().stop();
  });
  runLoop(20s);
  Loop::current().clearTimer(timer);
  EXPECT_EQ(ended, total);
  EXPECT_EQ(server->connections(), 0);
  EXPECT_EQ(highest, most);
  EXPECT_EQ(lowest, 0);
  EXPECT_GT(greeted, 0);
  server->close();
  runLoop();
}

}  // namespace
}  // namespace securepair::test
