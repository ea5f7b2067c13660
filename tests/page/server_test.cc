// The page's section "Class: tls.Server", but for addContext().
#include <chrono>
#include <memory>
#include <string>
#include <sys/socket.h>
#include <type_traits>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>

#include "page/conversation.h"

namespace securepair::test {
namespace {

using namespace std::chrono_literals;

// A client of this server; its failures are of no interest.
std::shared_ptr<tls::CleartextStream> connectTo(const tls::Server& server,
                                                const std::string& host = "127.0.0.1") {
  auto client = tls::connect(server.address()->port, host, clientOptions());
  client->onError([](const Error&) {});
  return client;
}

// Whether a client that comes there is served; the server is closed then.
bool serves(tls::Server& server, const std::string& host = "127.0.0.1") {
  bool secure = false;
  const auto client = connectTo(server, host);
  client->onSecureConnect([&] {
    secure = true;
    client->end();
  });
  client->onClose([&] { server.close(); });
  runLoop();
  return secure;
}

TEST(TlsServer, IsASubclassOfNetServerAndHasTheSameMethodsOnIt) {
  static_assert(std::is_base_of_v<net::Server, tls::Server>);
  const std::shared_ptr<net::Server> server =
      tls::createServer(serverOptions(), [](tls::CleartextStream& stream) { stream.end(); });
  int connections = 0;
  server->onConnection([&] { ++connections; });
  server->setBacklog(5);
  server->listen(0, "127.0.0.1");
  server->pause(10ms);
  tls::connect(server->address()->port, clientOptions())->onClose([&] { server->close(); });
  runLoop();
  EXPECT_EQ(connections, 1);
}

TEST(TlsServer, InsteadOfAcceptingJustRawTcpConnectionsThisAcceptsEncryptedConnections) {
  int secure = 0;
  std::string clientError;
  const auto server = serve(serverOptions(), [&] { ++secure; });
  server->onClientError([&](const Error& error) { clientError = error.code(); });
  const auto raw = net::connect(server->address()->port, "127.0.0.1");
  raw->onError([](const Error&) {});
  raw->write("as plain as can be, and long enough for a record's header\n");
  raw->onClose([&] {
    const auto client = connectTo(*server);
    client->onSecureConnect([client] { client->end(); });
    client->onClose([&] { server->close(); });
  });
  runLoop();
  EXPECT_EQ(secure, 1);
  EXPECT_EQ(clientError, "ERR_SSL_WRONG_VERSION_NUMBER");
}

// ---- Event: 'secureConnection' ----

TEST(SecureConnection, IsEmittedAfterANewConnectionHasBeenSuccessfullyHandshaked) {
  std::vector<std::string> events;
  const auto server = serve(serverOptions(), [&](tls::CleartextStream& stream) {
    EXPECT_NE(stream.getProtocol(), "");
    events.emplace_back("secureConnection");
    stream.end();
  });
  server->onConnection([&] { events.emplace_back("connection"); });
  connectTo(*server)->onClose([&] { server->close(); });
  runLoop();
  EXPECT_EQ(events, (std::vector<std::string>{"connection", "secureConnection"}));
}

TEST(SecureConnection, TheArgumentHasAllTheCommonStreamMethodsAndEvents) {
  std::string events;
  const auto server = serve(serverOptions(), [&](tls::CleartextStream& stream) {
    static_assert(std::is_base_of_v<Stream, tls::CleartextStream>);
    stream.setEncoding("utf8");
    stream.onData([&](const std::string& text) { events += "data " + text; });
    stream.onEnd([&] { events += " end"; });
    stream.onClose([&] { events += " close"; });
    stream.write("welcome!\n");
  });
  const auto client = connectTo(*server);
  client->onData([client] { client->end("bye"); });
  client->onClose([&] { server->close(); });
  runLoop();
  EXPECT_EQ(events, "data bye end close");
}

TEST(SecureConnection, AuthorizedIndicatesIfTheClientHasVerifiedByOneOfTheSuppliedAuthorities) {
  EXPECT_EQ(converse(serverOptionsThatAsk(), clientOptionsWithCertificate()).byServer,
            "authorized");
}

TEST(SecureConnection, IfItIsFalseAuthorizationErrorIsSetToDescribeHowAuthorizationFailed) {
  const auto options = serverOptionsThatAsk();
  EXPECT_EQ(converse(options, as(World::get().stranger, clientOptions())).byServer,
            "DEPTH_ZERO_SELF_SIGNED_CERT");
  EXPECT_EQ(converse(options, clientOptions()).byServer, "UNABLE_TO_GET_ISSUER_CERT");
}

TEST(SecureConnection, DependingOnTheSettingsUnauthorizedConnectionsMayBeAccepted) {
  auto options = serverOptionsThatAsk();
  const auto stranger = as(World::get().stranger, clientOptions());
  EXPECT_EQ(converse(options, stranger).received, "welcome!\n");
  options.rejectUnauthorized = true;
  EXPECT_EQ(converse(options, stranger).received, "");
}

// ---- Event: 'clientError' ----

TEST(ClientErrorEvent, AnErrorBeforeSecureConnectionIsForwardedHere) {
  auto options = serverOptionsThatAsk();
  options.rejectUnauthorized = true;
  const auto seen = converse(options, as(World::get().stranger, clientOptions()));
  EXPECT_EQ(seen.clientError, "DEPTH_ZERO_SELF_SIGNED_CERT");
  EXPECT_EQ(seen.byServer, std::nullopt);
}

TEST(ClientErrorEvent, AnErrorAfterItIsTheStreams) {
  std::string events;
  const auto server = serve(serverOptions(), [&](tls::CleartextStream& stream) {
    stream.onError([&](const Error& error) { events += error.code(); });
    stream.write("you are in\n");
  });
  server->onClientError([&] { events += "clientError"; });
  const auto socket = net::connect(server->address()->port, "localhost");
  auto options = clientOptions();
  options.socket = socket;
  const auto client = tls::connect(options);
  client->onData([&] { socket->destroy(); });
  client->onClose([&] { server->close(); });
  runLoop();
  EXPECT_TRUE(events == "ECONNRESET" || events == "ERR_TLS_TRUNCATED") << events;
}

// ---- server.listen(port, [host], [callback]) ----

TEST(TlsServerListen, BeginAcceptingConnectionsOnTheSpecifiedPortAndHost) {
  const auto server = tls::createServer(serverOptions());
  server->listen(0, "::1");
  EXPECT_EQ(server->address()->address, "::1");
  EXPECT_TRUE(serves(*server, "::1"));
}

TEST(TlsServerListen, IfTheHostIsOmittedTheServerWillAcceptConnectionsToAnyIpv4Address) {
  const auto server = tls::createServer(serverOptions());
  server->listen(0);
  EXPECT_EQ(server->address()->address, "0.0.0.0");
  int secure = 0;
  std::string last;
  std::size_t open = 3;
  for (const char* host : {"127.0.0.1", "127.0.0.2", "::1"}) {
    const auto client = tls::connect(server->address()->port, host, clientOptions());
    client->onSecureConnect([&secure, raw = client.get()] {
      ++secure;
      raw->end();
    });
    client->onError([&](const Error& error) { last = error.code(); });
    client->onClose([&] {
      if (--open == 0) server->close();
    });
  }
  runLoop();
  EXPECT_EQ(secure, 2);
  EXPECT_EQ(last, "ECONNREFUSED") << "IPv6";
}

TEST(TlsServerListen, IsAsynchronous_TheCallbackWillBeCalledWhenTheServerHasBeenBound) {
  const auto server = tls::createServer(serverOptions());
  std::string events;
  server->onListening([&] { events += "listening "; });
  server->listen(0, "127.0.0.1", [&] {
    events += "callback ";
    EXPECT_TRUE(server->address());
    server->close();
  });
  EXPECT_EQ(events, "");
  runLoop();
  EXPECT_EQ(events, "listening callback ");
}

TEST(TlsServerListen, OnADescriptorToo) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ASSERT_EQ(::listen(fd, 5), 0);
  const auto server = tls::createServer(serverOptions());
  server->listen(net::Descriptor(fd));
  EXPECT_TRUE(serves(*server));
}

// ---- server.close() ----

TEST(TlsServerClose, StopsTheServerFromAcceptingNewConnections) {
  std::shared_ptr<Stream> open;
  const auto server =
      serve(serverOptions(), [&](tls::CleartextStream& stream) { open = stream.shared(); });
  const int port = server->address()->port;
  const auto first = connectTo(*server);
  std::string refused;
  first->onSecureConnect([&] {
    server->close();
    const auto second = tls::connect(port, "127.0.0.1", clientOptions());
    second->onError([&](const Error& error) { refused = error.code(); });
    second->onClose([&] { first->end(); });
  });
  runLoop();
  EXPECT_EQ(refused, "ECONNREFUSED");
}

TEST(TlsServerClose, IsAsynchronous_TheServerIsFinallyClosedWhenItEmitsClose) {
  std::shared_ptr<Stream> last;
  const auto server =
      serve(serverOptions(), [&](tls::CleartextStream& stream) { last = stream.shared(); });
  int closes = 0;
  int connectionsAtClose = -1;
  server->onClose([&] {
    ++closes;
    connectionsAtClose = server->connections();
  });
  const auto client = connectTo(*server);
  client->onSecureConnect([&] {
    server->close();
    server->close();
    Loop::current().setTimeout(50ms, [&] {
      EXPECT_EQ(closes, 0) << "a connection is open";
      client->write("still served");
      client->end();
    });
  });
  std::string received;
  server->onSecureConnection([&](tls::CleartextStream& stream) {
    stream.onData([&](std::string_view text) { received += text; });
  });
  runLoop();
  EXPECT_EQ(received, "still served");
  EXPECT_EQ(closes, 1);
  EXPECT_EQ(connectionsAtClose, 0);
}

TEST(TlsServerClose, OfOneThatIsNotRunningIsHarmless) {
  const auto server = tls::createServer(serverOptions());
  int closes = 0;
  server->onClose([&] { ++closes; });
  server->close();
  server->listen(0, "127.0.0.1");
  server->close();
  server->close();
  runLoop();
  server->close();
  runLoop();
  EXPECT_EQ(closes, 1);
  EXPECT_EQ(server->connections(), 0);
  EXPECT_FALSE(server->address());
  server->pause();
  server->setMaxConnections(1);
}

// A client that never speaks must not keep it open for ever.
TEST(TlsServerClose, WaitsForHandshakesNoLongerThanTheirTimeout) {
  auto options = serverOptions();
  options.handshakeTimeout = 100ms;
  const auto server = serve(options);
  const auto silent = net::connect(server->address()->port, "127.0.0.1");
  silent->setAllowHalfOpen(true);
  server->onConnection([&] { server->close([&] { silent->destroy(); }); });
  runLoop(5s);
}

// ---- server.address() ----

TEST(TlsServerAddress, ReturnsTheBoundAddressAndPortAsReportedByTheOperatingSystem) {
  const auto server = tls::createServer(serverOptions());
  EXPECT_FALSE(server->address());
  server->listen(0, "127.0.0.1");
  const auto address = server->address().value_or(net::Address());
  EXPECT_EQ(address.address, "127.0.0.1");
  EXPECT_GT(address.port, 0);
  EXPECT_EQ(address.family, "IPv4");
  server->close();
  runLoop();
  EXPECT_FALSE(server->address());
}

TEST(TlsServerAddress, IsThePathOfAUnixSocket) {
  const std::string path = "/tmp/securepair-address-" + std::to_string(::getpid()) + ".sock";
  const auto server = tls::createServer(serverOptions());
  server->listen(path);
  EXPECT_EQ(server->address(), (net::Address{path, 0, "Unix"}));
  server->close();
  runLoop();
}

// ---- server.maxConnections, server.connections ----

TEST(TlsServerMaxConnections, RejectsConnectionsWhenTheServersConnectionCountGetsHigh) {
  const auto server = serve(
      serverOptions(), [](tls::CleartextStream& stream) { stream.onError([](const Error&) {}); });
  server->setMaxConnections(2);
  std::vector<std::shared_ptr<tls::CleartextStream>> clients;
  int secure = 0;
  int rejected = 0;
  for (int i = 0; i < 5; ++i) {
    clients.push_back(connectTo(*server));
    clients.back()->onSecureConnect([&] { ++secure; });
    clients.back()->onClose([&] { ++rejected; });
  }
  Loop::current().setTimeout(200ms, [&] {
    EXPECT_EQ(secure, 2);
    EXPECT_EQ(rejected, 3);
    EXPECT_EQ(server->connections(), 2);
    for (const auto& client : clients) client->destroy();
    server->close();
  });
  runLoop();
}

TEST(TlsServerConnections, TheNumberOfConcurrentConnectionsOnTheServer) {
  const auto server = serve(serverOptions());
  EXPECT_EQ(server->connections(), 0);
  const auto handshaking = net::connect(server->address()->port, "127.0.0.1");
  const auto client = connectTo(*server);
  client->onSecureConnect([&] {
    EXPECT_EQ(server->connections(), 2) << "those that still shake hands count";
    handshaking->destroy();
    client->destroy();
    server->close();
  });
  runLoop();
  EXPECT_EQ(server->connections(), 0);
}

}  // namespace
}  // namespace securepair::test
