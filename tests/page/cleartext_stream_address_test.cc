// The page's section "Class: tls.CleartextStream": whom it speaks to, and from where.
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "page/meeting.h"

namespace securepair::test {
namespace {

struct Ends {
  std::optional<net::Address> client;
  std::optional<net::Address> server;
  std::string clientsPeer;
  std::string serversPeer;
  int clientsPeerPort = 0;
  int serversPeerPort = 0;
};

Ends endsAt(const std::string& address) {
  Ends ends;
  meet({.address = address,
        .atClient =
            [&](auto& stream) {
              ends.client = stream.address();
              ends.clientsPeer = stream.remoteAddress();
              ends.clientsPeerPort = stream.remotePort();
            },
        .atServer =
            [&](auto& stream) {
              ends.server = stream.address();
              ends.serversPeer = stream.remoteAddress();
              ends.serversPeerPort = stream.remotePort();
            }});
  return ends;
}

TEST(Address, ReturnsTheBoundAddressAndPortOfTheUnderlyingSocket) {
  const Ends ends = endsAt("127.0.0.1");
  ASSERT_TRUE(ends.client && ends.server);
  EXPECT_EQ(ends.client->address, "127.0.0.1");
  EXPECT_EQ(ends.server->address, "127.0.0.1");
  EXPECT_NE(ends.client->port, 0);
  EXPECT_NE(ends.client->port, ends.server->port);
}

TEST(Address, AsReportedByTheOperatingSystem) {
  const auto server = serve(serverOptions(), [](auto& stream) { stream.end(); });
  const auto socket = net::connect(server->address()->port, "127.0.0.1");
  auto options = clientOptions();
  options.socket = socket;
  options.servername = "localhost";
  const auto client = tls::connect(options);
  EXPECT_EQ(client->address(), std::nullopt) << "it is bound to nothing yet";
  client->onSecureConnect([&] {
    EXPECT_TRUE(client->address());
    EXPECT_EQ(client->address(), socket->address());
  });
  client->onClose([&] {
    EXPECT_EQ(client->address(), std::nullopt);
    server->close();
  });
  runLoop();
}

TEST(Address, ReturnsAnObjectWithTwoProperties) {
  const auto ends = endsAt("127.0.0.1");
  ASSERT_TRUE(ends.client);
  const auto& [address, port, family] = *ends.client;  // and a third, which Node has too
  EXPECT_EQ(address, "127.0.0.1");
  EXPECT_EQ(port, ends.serversPeerPort);
  EXPECT_EQ(family, "IPv4");
}

TEST(RemoteAddress, TheStringRepresentationOfTheRemoteIpAddressV4) {
  const Ends ends = endsAt("127.0.0.1");
  EXPECT_EQ(ends.clientsPeer, "127.0.0.1");
  EXPECT_EQ(ends.serversPeer, "127.0.0.1");
}

TEST(RemoteAddress, TheStringRepresentationOfTheRemoteIpAddressV6) {
  const Ends ends = endsAt("::1");
  EXPECT_EQ(ends.clientsPeer, "::1");
  EXPECT_EQ(ends.serversPeer, "::1");
}

TEST(RemotePort, TheNumericRepresentationOfTheRemotePort) {
  const Ends ends = endsAt("127.0.0.1");
  ASSERT_TRUE(ends.client && ends.server);
  EXPECT_EQ(ends.clientsPeerPort, ends.server->port);
  EXPECT_EQ(ends.serversPeerPort, ends.client->port);
}

TEST(RemotePort, IsNoneOfAPairWithoutASocket) {
  const auto pair = tls::createSecurePair();
  EXPECT_EQ(pair->cleartext.address(), std::nullopt);
  EXPECT_EQ(pair->cleartext.remoteAddress(), "");
  EXPECT_EQ(pair->cleartext.remotePort(), 0);
}

}  // namespace
}  // namespace securepair::test
