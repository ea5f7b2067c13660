// `authenticated`: when a client learns that its server has taken it.
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/tls_world.h"

namespace securepair::test {
namespace {

using namespace std::chrono_literals;
using Events = std::vector<std::string>;

class Authenticated : public testing::Test {
 protected:
  // Sends tickets only where it is told to.
  static tls::ServerOptions askingServer(bool tickets) {
    auto options = serverOptionsThatAsk();
    options.rejectUnauthorized = true;
    if (!tickets) options.sessionTimeout = 0s;
    return options;
  }

  std::shared_ptr<tls::CleartextStream> connectTo(const std::shared_ptr<tls::Server>& server) {
    auto options = clientOptionsWithCertificate();
    options.sessionCache = false;
    auto client = tls::connect(server->address()->port, options);
    client->onSecureConnect([this] { events.emplace_back("secureConnect"); });
    client->onAuthenticated([this] { events.emplace_back("authenticated"); });
    client->onData([this](const Data& data) { events.emplace_back(data); });
    client->onClose([server] { server->close(); });
    return client;
  }

  Events events;
};

TEST_F(Authenticated, ComesWithATicketWhereTheServerIsSilent) {
  const auto server = serve(askingServer(true), [](tls::CleartextStream&) {});
  const auto client = connectTo(server);
  client->onAuthenticated([&] { client->end(); });
  runLoop();
  EXPECT_EQ(events, (Events{"secureConnect", "authenticated"}));
}

TEST_F(Authenticated, ComesWithTheFirstDataWhereThereAreNoTickets) {
  const auto server = serve(askingServer(false), [&](tls::CleartextStream& stream) {
    Loop::current().setTimeout(20ms, [&] {
      events.emplace_back("a word");
      stream.end("welcome");
    });
  });
  connectTo(server);
  runLoop();
  EXPECT_EQ(events, (Events{"secureConnect", "a word", "authenticated", "welcome"}));
}

TEST_F(Authenticated, IsNotForServers) {
  const auto server = serve(askingServer(true), [&](tls::CleartextStream& stream) {
    stream.onAuthenticated([&] { events.emplace_back("of the server"); });
    stream.end("welcome");
  });
  connectTo(server);
  runLoop();
  EXPECT_EQ(events, (Events{"secureConnect", "authenticated", "welcome"}));
}

TEST_F(Authenticated, AListenerMayPause) {
  const auto server =
      serve(askingServer(false), [](tls::CleartextStream& stream) { stream.end("welcome"); });
  const auto client = connectTo(server);
  client->onAuthenticated([&] {
    client->pause();
    Loop::current().setTimeout(20ms, [&] {
      events.emplace_back("resumed");
      client->resume();
    });
  });
  runLoop();
  EXPECT_EQ(events, (Events{"secureConnect", "authenticated", "resumed", "welcome"}));
}

TEST_F(Authenticated, AListenerMayDestroyTheStream) {
  const auto server = serve(askingServer(false), [](tls::CleartextStream& stream) {
    stream.onError([](const Error&) {});
    stream.write("welcome");
  });
  const auto client = connectTo(server);
  client->onAuthenticated([&] { client->destroy(); });
  runLoop();
  EXPECT_EQ(events, (Events{"secureConnect", "authenticated"}));
}

}  // namespace
}  // namespace securepair::test
