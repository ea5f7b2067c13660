#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "support/memory_stream.h"
#include "support/tls_world.h"

// An open connection turns to TLS, with bytes that have been read beyond that point.
namespace securepair::test {
namespace {

using namespace std::chrono_literals;

const std::string command = "STARTTLS\r\n";
const std::string goAhead = "220 go ahead\r\n";

// Collects what comes until there is a line, and hands on that and what lies behind it, once.
void onLine(Stream& stream, std::function<void(std::string line, std::string rest)> then) {
  stream.onData(
      [text = std::string(), done = false, then = std::move(then)](std::string_view more) mutable {
        text += more;
        const auto end = text.find("\r\n");
        if (end == std::string::npos || std::exchange(done, true)) return;
        then(text.substr(0, end + 2), text.substr(end + 2));
      });
}

// What the application on top of TLS, and who looks after its failures, got to see.
struct SeenByApplication {
  std::string received;
  std::string failure;
  bool secure = false;
};

class StartTls : public testing::Test {
 protected:
  StartTls() {
    secureServer->onSecureConnection([this](tls::CleartextStream& stream) {
      server.secure = true;
      stream.onData([this](std::string_view text) { server.received += text; });
      stream.onEnd([] {});
    });
    secureServer->onClientError([this](const Error& error) { server.failure = error.code(); });
  }

  void listen(Listener<net::Socket&> listener) {
    plain->onConnection(std::move(listener));
    plain->listen(0, "127.0.0.1");
    port = plain->address()->port;
  }
  void follow(tls::CleartextStream& stream) {
    stream.onSecureConnect([this] { client.secure = true; });
    stream.onData([this](std::string_view text) { client.received += text; });
    stream.onError([this](const Error& error) { client.failure = error.code(); });
    stream.onClose([this] { plain->close(); });
  }
  static tls::ConnectOptions optionsOn(const std::shared_ptr<net::Socket>& socket,
                                       const std::string& head = {}) {
    auto options = clientOptions();
    options.socket = socket;
    options.head = head;
    return options;
  }

  std::shared_ptr<tls::Server> secureServer = tls::createServer(serverOptions());
  std::shared_ptr<net::Server> plain = net::createServer();
  int port = 0;
  SeenByApplication client;
  SeenByApplication server;
};

TEST_F(StartTls, TakesWhatWasReadBeyondTheCommandAsTls) {
  listen([this](net::Socket& socket) {
    socket.pause();  // until the command and the ClientHello lie there together
    Loop::current().setTimeout(50ms, [&socket] { socket.resume(); });
    onLine(socket, [this, &socket](const std::string& line, const std::string& rest) {
      EXPECT_EQ(line, command);
      EXPECT_EQ(rest.substr(0, 1), "\x16") << "the ClientHello has come with it";
      secureServer->secure(socket, rest);
    });
  });
  const auto socket = net::connect(port, "localhost");
  socket->write(command);
  follow(*tls::connect(optionsOn(socket), [](tls::CleartextStream& stream) {
    EXPECT_TRUE(stream.authorized()) << stream.authorizationError();
    stream.end("secret");
  }));
  runLoop();
  EXPECT_EQ(server.received, "secret");
  EXPECT_EQ(server.failure + client.failure, "");
}

// The rest follows in the same turn, from within the carrier's own delivery.
TEST_F(StartTls, KeepsTheHeadBeforeAllThatFollows) {
  for (const std::size_t piece : {10, 11, 12, 15, 16, 100, 100'000}) {
    SCOPED_TRACE(piece);
    server = {};
    const auto [near, far] = MemoryStream::connect({.chunking = Chunking(piece)});
    bool secured = false;
    far->onData([&, end = far](std::string_view text) {
      EXPECT_FALSE(std::exchange(secured, true));
      EXPECT_EQ(text.substr(0, command.size()), command);
      secureServer->secure(end, text.substr(command.size()));
    });
    near->write(command);
    auto options = clientOptions();
    options.socket = near;
    tls::connect(options, [](tls::CleartextStream& stream) { stream.end("in order"); });
    runLoop();
    EXPECT_EQ(server.received, "in order");
    EXPECT_EQ(server.failure, "");
  }
}

TEST_F(StartTls, WithAPairLikewise) {
  std::shared_ptr<tls::SecurePair> pair;
  listen([&](net::Socket& socket) {
    socket.pause();
    Loop::current().setTimeout(50ms, [&socket] { socket.resume(); });
    onLine(socket, [&](const std::string&, const std::string& rest) {
      pair = tls::createSecurePair(crypto::createCredentials({.key = World::get().server.key,
                                                              .cert = World::get().server.cert}),
                                   true);
      pair->cleartext.onData([this](std::string_view text) { server.received += text; });
      pair->encrypted.write(rest);
      socket.pipe(pair->encrypted);
      pair->encrypted.pipe(socket);
    });
  });
  const auto socket = net::connect(port, "localhost");
  socket->write(command);
  follow(
      *tls::connect(optionsOn(socket), [](tls::CleartextStream& stream) { stream.end("secret"); }));
  runLoop();
  EXPECT_EQ(server.received, "secret");
}

// ---- The injection: what stands between the command and TLS must not count as said under TLS ----

class Injection : public StartTls {
 protected:
  // A server that goes ahead; `handsOn`: what came behind the command is given to TLS.
  void listenForCommands(bool handsOn) {
    listen([this, handsOn](net::Socket& socket) {
      onLine(socket, [this, handsOn, &socket](const std::string&, const std::string& rest) {
        EXPECT_EQ(rest, "RCPT TO:<evil>\r\n");
        socket.write(goAhead);
        secureServer->secure(socket, handsOn ? rest : std::string());
      });
    });
  }
  void connectAndSayMore() {
    const auto socket = net::connect(port, "localhost");
    onLine(*socket, [this, socket](const std::string&, const std::string&) {
      follow(*tls::connect(optionsOn(socket),
                           [](tls::CleartextStream& stream) { stream.end("DATA"); }));
    });
    socket->write(command + "RCPT TO:<evil>\r\n");
    runLoop();
  }
};

TEST_F(Injection, IntoAServerThatHandsItOnFailsTheHandshake) {
  listenForCommands(true);
  connectAndSayMore();
  EXPECT_EQ(server.received, "");
  EXPECT_EQ(server.failure.substr(0, 8), "ERR_SSL_") << server.failure;
  EXPECT_FALSE(server.secure);
  EXPECT_FALSE(client.secure);
}

TEST_F(Injection, IntoAServerThatDropsItIsNotHeardOfAgain) {
  listenForCommands(false);
  connectAndSayMore();
  EXPECT_EQ(server.received, "DATA");
  EXPECT_EQ(server.failure, "");
}

TEST_F(Injection, IntoAClientFailsTheHandshake) {
  listen([this](net::Socket& socket) {
    onLine(socket, [this, &socket](const std::string&, const std::string&) {
      socket.write(goAhead + "250 injected\r\n");
      secureServer->secure(socket);
    });
  });
  const auto socket = net::connect(port, "localhost");
  onLine(*socket, [this, socket](const std::string&, const std::string& rest) {
    EXPECT_EQ(rest, "250 injected\r\n");
    follow(*tls::connect(optionsOn(socket, rest)));
  });
  socket->write(command);
  runLoop();
  EXPECT_EQ(client.received, "");
  EXPECT_EQ(client.failure, "ERR_SSL_WRONG_VERSION_NUMBER");
  EXPECT_FALSE(client.secure);
}

TEST_F(Injection, ThatArrivesLaterFailsTheHandshakeToo) {
  listen([](net::Socket& socket) {
    onLine(socket, [&socket](const std::string&, const std::string&) {
      socket.write(goAhead);
      Loop::current().setTimeout(20ms, [&socket] { socket.write("250 injected\r\n"); });
    });
  });
  const auto socket = net::connect(port, "localhost");
  onLine(*socket, [this, socket](const std::string&, const std::string& rest) {
    EXPECT_EQ(rest, "");
    follow(*tls::connect(optionsOn(socket)));
  });
  socket->write(command);
  runLoop();
  EXPECT_EQ(client.received, "");
  EXPECT_EQ(client.failure, "ERR_SSL_WRONG_VERSION_NUMBER");
}

TEST_F(StartTls, AHeadBelongsToASocket) {
  auto options = clientOptions();
  options.head = "bytes";
  try {
    tls::connect(1, options);
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "ERR_MISSING_OPTION");
    EXPECT_NE(error.message().find("`head`"), std::string::npos);
  }
}

}  // namespace
}  // namespace securepair::test
