#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "support/error_of.h"
#include "support/tls_world.h"

namespace securepair::test {
namespace {

using namespace std::chrono_literals;

struct ClientErrors {
  std::vector<std::string> codes;
  std::vector<std::string> messages;
  std::vector<net::Address> peers;
  std::vector<std::string> carriers;  // the other end of each, as its stream has it
};

std::shared_ptr<tls::Server> serveAndRecord(const tls::ServerOptions& options,
                                            ClientErrors& errors) {
  auto server = serve(options);
  server->onClientError(
      [&errors, raw = server.get()](const Error& error, const net::Address& peer, Stream* carrier) {
        errors.codes.push_back(error.code());
        errors.messages.emplace_back(error.what());
        errors.peers.push_back(peer);
        errors.carriers.push_back(carrier != nullptr ? carrier->remoteAddress() : "gone");
        raw->close();
      });
  return server;
}

// What the server tells of a client that sends this in place of a ClientHello, and hangs up where
// `then` is empty.
ClientErrors provoke(const std::string& bytes, bool hangUp) {
  ClientErrors errors;
  const auto server = serveAndRecord(serverOptions(), errors);
  const auto client = net::connect(server->address()->port, "127.0.0.1");
  client->onError([](const Error&) {});
  if (hangUp) {
    client->end(bytes);
  } else {
    client->write(bytes);
  }
  runLoop();
  return errors;
}

TEST(ClientError, PlainHttpIsCalledThat) {
  const auto errors = provoke("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", false);
  ASSERT_EQ(errors.codes, std::vector<std::string>{"ERR_SSL_HTTP_REQUEST"});
  EXPECT_NE(errors.messages[0].find("plain HTTP"), std::string::npos) << errors.messages[0];
}

TEST(ClientError, GarbageIsNotTls) {
  const auto errors = provoke(std::string(64, '\xff'), false);
  ASSERT_EQ(errors.codes.size(), 1U);
  EXPECT_EQ(errors.codes[0].substr(0, 8), "ERR_SSL_");
}

TEST(ClientError, AHangUpBeforeTheHandshake) {
  EXPECT_EQ(provoke("", true).codes, std::vector<std::string>{"ECONNRESET"});
}

// Closing over what was not read would reset the connection.
TEST(ClientError, TheAlertArrivesThoughTheClientGoesOnSending) {
  ClientErrors errors;
  const auto server = serveAndRecord(serverOptions(), errors);
  const auto client = net::connect(server->address()->port, "127.0.0.1");
  std::string received;
  std::string error;
  client->onData([&](std::string_view bytes) { received += bytes; });
  client->onError([&](const Error& e) { error = e.code(); });
  // A record of the handshake in which there is no message of the handshake.
  client->write("\x16\x03\x01\x01" + std::string(std::size_t{4} << 20, 'x'));
  runLoop();
  EXPECT_EQ(errors.codes.size(), 1U);
  EXPECT_EQ(error, "");
  EXPECT_EQ(received.substr(0, 1), "\x15") << "a record that holds an alert";
}

TEST(ClientError, TellsThePeersAddress) {
  const auto errors = provoke("", true);
  ASSERT_EQ(errors.peers.size(), 1U);
  EXPECT_EQ(errors.peers[0].address, "127.0.0.1");
  EXPECT_NE(errors.peers[0].port, 0);
  EXPECT_EQ(errors.carriers, std::vector<std::string>{"127.0.0.1"});
}

TEST(ClientError, ASilentClientRunsIntoTheHandshakeTimeout) {
  auto options = serverOptions();
  options.handshakeTimeout = 100ms;
  ClientErrors errors;
  const auto server = serveAndRecord(options, errors);
  const auto client = net::connect(server->address()->port, "127.0.0.1");
  bool ended = false;
  client->onEnd([&] { ended = true; });
  runLoop();
  EXPECT_EQ(errors.codes, std::vector<std::string>{"ERR_TLS_HANDSHAKE_TIMEOUT"});
  EXPECT_TRUE(ended);
}

TEST(ConnectError, ARefusedConnectionIsAnErrorThenClose) {
  const auto closedPort = [] {
    const auto server = net::createServer();
    server->listen(0, "127.0.0.1");
    const auto port = server->address()->port;
    server->close();
    runLoop();
    return port;
  }();
  std::vector<std::string> events;
  const auto client = tls::connect(closedPort, "127.0.0.1", clientOptions());
  client->onError([&](const Error& error) { events.push_back(error.code()); });
  client->onClose([&](bool hadError) { events.push_back(hadError ? "close" : "close, no error"); });
  EXPECT_EQ(runLoop(), 0);
  EXPECT_EQ(events, (std::vector<std::string>{"ECONNREFUSED", "close"}));
}

TEST(ConnectError, WithoutAListenerRunReturnsOne) {
  std::vector<std::string> unhandled;
  Loop::current().onUnhandledError([&](const Error& error) { unhandled.push_back(error.code()); });
  const auto plain = net::createServer([](net::Socket& socket) { socket.end("SSH-2.0-x\r\n"); });
  plain->listen(0, "127.0.0.1");
  const auto client = tls::connect(plain->address()->port, "127.0.0.1", clientOptions());
  client->onClose([&] { plain->close(); });
  EXPECT_EQ(runLoop(), 1);
  EXPECT_EQ(unhandled, std::vector<std::string>{"ERR_SSL_WRONG_VERSION_NUMBER"});
  Loop::current().onUnhandledError(nullptr);
}

TEST(ConnectError, ASilentServerRunsIntoTheHandshakeTimeout) {
  const auto silent = net::createServer([](net::Socket& socket) { socket.pause(); });
  silent->listen(0, "127.0.0.1");
  auto options = clientOptions();
  options.handshakeTimeout = 100ms;
  std::string code;
  const auto client = tls::connect(silent->address()->port, "127.0.0.1", options);
  client->onError([&](const Error& error) { code = error.code(); });
  client->onClose([&] { Loop::current().stop(); });
  runLoop();
  EXPECT_EQ(code, "ERR_TLS_HANDSHAKE_TIMEOUT");
  silent->close();
}

TEST(ConnectError, TheFirstConnectionOfAThreadHasItsTimeoutToo) {
  // Accepted by the kernel alone, which says nothing.
  const auto silent = net::createServer();
  silent->listen(0, "127.0.0.1");
  const auto port = silent->address()->port;
  std::string code;
  std::thread([&] {
    auto options = clientOptions();
    options.handshakeTimeout = 100ms;
    const auto client = tls::connect(port, "127.0.0.1", options);
    client->onError([&](const Error& error) { code = error.code(); });
    client->onClose([] { Loop::current().stop(); });
    runLoop();
  }).join();
  EXPECT_EQ(code, "ERR_TLS_HANDSHAKE_TIMEOUT");
  silent->close();
  runLoop();
}

TEST(ConnectError, NeedsAPortOrASocket) {
  try {
    tls::connect(clientOptions());
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "ERR_MISSING_OPTION");
    EXPECT_NE(error.fix().find("socket"), std::string::npos);
  }
}

TEST(Truncation, AFinWithoutCloseNotifyIsAnErrorAfterAllData) {
  const auto server = serve(serverOptions());
  net::Socket* raw = nullptr;
  server->onConnection([&](net::Socket& socket) { raw = &socket; });
  server->onSecureConnection([&](tls::CleartextStream& stream) {
    stream.onError([](const Error&) {});
    stream.write("half of it");
    Loop::current().setTimeout(10ms, [raw] { raw->end(); });  // the transport's end, past TLS
  });
  std::vector<std::string> events;
  const auto client = tls::connect(server->address()->port, clientOptions());
  client->onData([&](const Data& data) { events.emplace_back(data); });
  client->onEnd([&] { events.emplace_back("end"); });
  client->onError([&](const Error& error) { events.push_back(error.code()); });
  client->onClose([&] { server->close(); });
  runLoop();
  EXPECT_EQ(events, (std::vector<std::string>{"half of it", "ERR_TLS_TRUNCATED"}));
}

TEST(Truncation, AResetAfterTheHandshakeIsAnError) {
  const auto server = serve(serverOptions());
  net::Socket* raw = nullptr;
  server->onConnection([&](net::Socket& socket) { raw = &socket; });
  server->onSecureConnection([&](tls::CleartextStream&) { raw->destroy(); });
  std::vector<std::string> events;
  const auto client = tls::connect(server->address()->port, clientOptions(),
                                   [](tls::CleartextStream& stream) { stream.write("x"); });
  client->onEnd([&] { events.emplace_back("end"); });
  client->onError([&](const Error& error) { events.push_back(error.code()); });
  client->onClose([&] { server->close(); });
  runLoop();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_TRUE(events[0] == "ECONNRESET" || events[0] == "ERR_TLS_TRUNCATED") << events[0];
}

TEST(CloseTimeout, APeerThatStaysSilentAfterOurEndIsDropped) {
  auto options = serverOptions();
  options.closeTimeout = 100ms;
  std::string code;
  const auto server = serve(options, [&](tls::CleartextStream& stream) {
    stream.onError([&](const Error& error) { code = error.code(); });
    stream.onClose([] { Loop::current().stop(); });
    stream.end("bye");
  });
  const auto client = tls::connect(server->address()->port, clientOptions());
  client->setAllowHalfOpen(true);
  client->onError([](const Error&) {});
  runLoop();
  EXPECT_EQ(code, "ERR_TLS_CLOSE_TIMEOUT");
  client->destroy();
  server->close();
  runLoop();
}

TEST(ServerOptions, WithoutACertificateListenThrows) {
  const auto server = tls::createServer();
  try {
    server->listen(0);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "ERR_TLS_NO_CERTIFICATE");
    EXPECT_NE(std::string(error.what()).find("`key` and `cert`"), std::string::npos);
  }
}

TEST(ServerOptions, RequestCertWithoutCaWarnsOnce) {
  std::vector<std::string> warnings;
  Loop::current().onWarning([&](const Error& warning) { warnings.push_back(warning.code()); });
  auto options = serverOptions();
  options.requestCert = true;
  tls::createServer(options);
  EXPECT_EQ(warnings, std::vector<std::string>{"WARN_CLIENTS_BY_PUBLIC_ROOTS"});
  Loop::current().onWarning(nullptr);
}

struct BadOptions {
  const char* name;
  tls::ServerOptions options;
  const char* mentions;  ///< the option that is named
};

std::vector<BadOptions> badOptions() {
  const auto& world = World::get();
  const auto with = [](auto change) {
    auto options = serverOptions();
    change(options);
    return options;
  };
  return {
      {"bad key", with([](auto& o) { o.key = "no key"; }), "`key`"},
      {"wrong passphrase", with([&](auto& o) {
         o.key = encryptKey(world.server.key, "right");
         o.passphrase = "wrong";
       }),
       "`passphrase`"},
      {"missing passphrase", with([&](auto& o) { o.key = encryptKey(world.server.key, "right"); }),
       "`passphrase`"},
      {"mismatched pair", with([&](auto& o) { o.key = world.client.key; }), "`key`"},
      {"bad cert", with([](auto& o) { o.cert = "no certificate"; }), "`cert`"},
      {"broken pfx", {.pfx = world.serverPfx.substr(0, world.serverPfx.size() / 2)}, "`pfx`"},
      {"pfx with key", {.pfx = world.serverPfx, .key = world.server.key}, "`pfx`"},
      {"unusable cipher list", with([](auto& o) { o.ciphers = "NO-SUCH-CIPHER"; }), "`ciphers`"},
      {"bad ca", with([](auto& o) { o.ca = "no certificate"; }), "`ca"},
      {"empty ca", with([](auto& o) { o.ca = std::vector<std::string>(); }), "`ca`"},
      {"bad version", with([](auto& o) { o.minVersion = "TLSv9"; }), "`minVersion`"},
  };
}

TEST(ServerOptions, WhatIsNotUsableThrowsAndNamesTheOptionAndTheFix) {
  for (const auto& [name, options, mentions] : badOptions()) {
    try {
      tls::createServer(options);
      ADD_FAILURE() << name << " was accepted";
    } catch (const Error& error) {
      EXPECT_NE(error.message().find(mentions), std::string::npos) << name << ": " << error.what();
      EXPECT_NE(error.fix(), "") << name << ": " << error.what();
      EXPECT_NE(error.code(), "") << name;
    }
  }
}

TEST(Timeouts, ANegativeOneIsRefused) {
  auto server = serverOptions();
  server.handshakeTimeout = -1ms;
  EXPECT_EQ(errorOf([&] { tls::createServer(server); }).code(), "ERR_OUT_OF_RANGE");
  auto client = clientOptions();
  client.closeTimeout = -1s;
  const Error error = errorOf([&] { tls::connect(1, client); });
  EXPECT_NE(error.message().find("`closeTimeout`"), std::string::npos) << error.what();
}

TEST(Timeouts, APeerThatDoesNotReadAfterOurEndIsDropped) {
  auto options = serverOptions();
  options.closeTimeout = 300ms;
  std::string error;
  const std::string much(std::size_t{16} << 20, 'x');
  const auto server = serve(options);
  const auto client = tls::connect(server->address()->port, clientOptions());
  server->onSecureConnection([&](tls::CleartextStream& stream) {
    stream.onError([&](const Error& e) { error = e.code(); });
    stream.onClose([&] { client->destroy(); });
    stream.end(much);
    server->close();
  });
  client->onSecureConnect([&] { client->pause(); });
  const auto begin = std::chrono::steady_clock::now();
  runLoop();
  EXPECT_EQ(error, "ERR_TLS_CLOSE_TIMEOUT");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
}

TEST(Timeouts, APeerThatReadsSlowlyAfterOurEndIsNot) {
  auto options = serverOptions();
  options.closeTimeout = 1s;
  std::string error;
  const std::string much(std::size_t{16} << 20, 'x');
  const auto server = serve(options);
  server->onSecureConnection([&](tls::CleartextStream& stream) {
    stream.onError([&](const Error& e) { error = e.code(); });
    stream.end(much);
    server->close();
  });
  const auto client = tls::connect(server->address()->port, clientOptions());
  std::size_t received = 0;
  client->onData([&](std::string_view text) {
    received += text.size();
    client->pause();
    Loop::current().setTimeout(5ms, [&] { client->resume(); });
  });
  runLoop(30s);
  EXPECT_EQ(error, "");
  EXPECT_EQ(received, much.size());
}

}  // namespace
}  // namespace securepair::test
