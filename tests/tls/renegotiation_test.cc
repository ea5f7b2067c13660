// CleartextStream::renegotiate(), between a client and a server of ours.
#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "support/error_of.h"
#include "support/tls_world.h"

namespace securepair::test {
namespace {

using namespace std::chrono_literals;

class Renegotiate : public testing::Test {
 protected:
  // A server that echoes, and a client with TLS 1.2.
  void open(Listener<tls::CleartextStream&> then, tls::ServerOptions options = serverOptions(),
            const std::string& version = "TLSv1.2") {
    options.ALPNProtocols = {"h2"};
    server = serve(options, [this](tls::CleartextStream& stream) {
      atServer = std::static_pointer_cast<tls::CleartextStream>(stream.shared());
      stream.onError([this](const Error& error) { serverError = error.code(); });
      echo(stream);
    });
    server->onListening([this, version, then = std::move(then)]() mutable {
      connectWith(version, std::move(then));
    });
    runLoop();
  }

  void connectWith(const std::string& version, Listener<tls::CleartextStream&> then) {
    auto connect = clientOptions();
    connect.maxVersion = version;
    connect.ALPNProtocols = {"h2"};
    connect.rejectUnauthorized = true;
    connect.handshakeTimeout = 500ms;
    client = tls::connect(server->address()->port, connect, std::move(then));
    client->onData([this](std::string_view text) { received += text; });
    client->onEnd([this] { ended = true; });
    client->onError([this](const Error& error) { clientError = error.code(); });
    client->onClose([this] {
      server->close();
      if (atServer) std::exchange(atServer, nullptr)->resume();
      client.reset();
    });
  }

  // Renegotiates so often, and says so each time.
  void renegotiate(int times) {
    if (times == 0) return client->end();
    client->renegotiate([this, times] {
      ++served;
      client->write(std::to_string(times));
      renegotiate(times - 1);
    });
  }

  std::shared_ptr<tls::Server> server;
  std::shared_ptr<tls::CleartextStream> client;
  std::shared_ptr<tls::CleartextStream> atServer;
  std::string received;
  std::string clientError;
  std::string serverError;
  std::string protocols;
  int served = 0;
  bool ended = false;
};

TEST_F(Renegotiate, IsServedAndTheConnectionGoesOn) {
  open([this] { renegotiate(3); });
  EXPECT_EQ(clientError + serverError, "");
  EXPECT_EQ(served, 3);
  EXPECT_EQ(received, "321");
  EXPECT_TRUE(ended);
}

TEST_F(Renegotiate, EndsTheConnectionBeyondTheServersLimit) {
  open([this] { renegotiate(10); });
  EXPECT_EQ(served, 3);
  EXPECT_EQ(clientError, "ERR_SSL_TLSV1_ALERT_NO_RENEGOTIATION");
  EXPECT_EQ(serverError, "ERR_TLS_SESSION_ATTACK");
}

TEST_F(Renegotiate, IsAnErrorWhereTheServerRefuses) {
  auto options = serverOptions();
  options.clientRenegLimit = 0;
  open([this] { renegotiate(1); }, options);
  EXPECT_EQ(served, 0);
  EXPECT_EQ(clientError, "ERR_SSL_NO_RENEGOTIATION");
}

// It is told of data that the server had on its way, and sends its own afterwards, in its order.
TEST_F(Renegotiate, LosesNothingInEitherDirection) {
  constexpr std::size_t size = 300'000;
  open([this] {
    client->write(std::string(size, 'a'));
    client->renegotiate([this] {
      ++served;
      client->write(std::string(size, 'c'));
      client->end();
    });
    client->write(std::string(size, 'b'));
  });
  EXPECT_EQ(clientError + serverError, "");
  EXPECT_EQ(served, 1);
  EXPECT_TRUE(received == std::string(size, 'a') + std::string(size, 'b') + std::string(size, 'c'))
      << received.size();
}

// What lies unread before the server's answer must not be met by a write.
TEST_F(Renegotiate, LetsAStreamWriteThatIsPaused) {
  constexpr std::size_t size = 1'000'000;
  open([this] {
    client->onData([this, first = true]() mutable {
      if (!std::exchange(first, false)) return;
      client->pause();
      client->renegotiate([this] {
        ++served;
        client->end("c");
      });
      Loop::current().setTimeout(20ms, [this] {
        client->write("b");
        client->resume();
      });
    });
    client->write(std::string(size, 'a'));
  });
  EXPECT_EQ(clientError + serverError, "");
  EXPECT_EQ(served, 1);
  EXPECT_TRUE(received == std::string(size, 'a') + "bc") << received.size();
}

TEST_F(Renegotiate, IsOverBeforeAnEndIsSaid) {
  open([this] {
    client->renegotiate([this] { ++served; });
    client->end("last");
  });
  EXPECT_EQ(clientError + serverError, "");
  EXPECT_EQ(served, 1);
  EXPECT_EQ(received, "last");
  EXPECT_TRUE(ended);
}

TEST_F(Renegotiate, IsGivenUpAfterHandshakeTimeout) {
  open([this] {
    atServer->pause();
    client->renegotiate([this] { ++served; });
  });
  EXPECT_EQ(served, 0);
  EXPECT_EQ(clientError, "ERR_TLS_HANDSHAKE_TIMEOUT");
}

TEST_F(Renegotiate, KeepsWhatWasAgreedByAlpnOnBothSides) {
  open([this] {
    client->renegotiate([this] {
      protocols = client->alpnProtocol() + " " + atServer->alpnProtocol();
      client->end();
    });
  });
  EXPECT_EQ(protocols, "h2 h2");
}

TEST_F(Renegotiate, GoesOnWhereTheListenerOfItsEndThrows) {
  struct Thrown {};
  bool thrown = false;
  try {
    open([this] {
      client->renegotiate([this] {
        client->end("after");
        throw Thrown();
      });
    });
  } catch (const Thrown&) {
    thrown = true;
    runLoop();
  }
  EXPECT_TRUE(thrown);
  EXPECT_EQ(received, "after");
  EXPECT_TRUE(ended);
}

TEST_F(Renegotiate, MayDestroyItsStream) {
  open([this] { client->renegotiate([this] { client->destroy(); }); });
  EXPECT_EQ(clientError, "");
  EXPECT_FALSE(ended);
}

TEST_F(Renegotiate, ThrowsWhereThereCanBeNone) {
  std::string codes;
  open([&] {
    const auto codeOf = [&codes](tls::CleartextStream& stream) {
      codes += errorOf([&stream] { stream.renegotiate(); }).code() + " ";
    };
    codeOf(*atServer);
    client->renegotiate([&, codeOf] {
      client->end();
      codeOf(*client);
    });
    codeOf(*client);
  });
  const std::string state = "ERR_TLS_INVALID_STATE ";
  EXPECT_EQ(codes, state + state + state);

  std::string before;
  auto early = tls::connect(1, clientOptions());
  early->onError([](const Error&) {});
  before = errorOf([&] { early->renegotiate(); }).code();
  early->destroy();
  runLoop();
  EXPECT_EQ(before + " ", state);
  EXPECT_NO_THROW(early->renegotiate()) << "it is closed";
}

TEST_F(Renegotiate, ThrowsWithTls13) {
  std::string code;
  open(
      [&] {
        code = errorOf([&] { client->renegotiate(); }).code();
        client->end("on it goes");
      },
      serverOptions(), "TLSv1.3");
  EXPECT_EQ(code, "ERR_TLS_NO_RENEGOTIATION");
  EXPECT_EQ(received, "on it goes");
}

}  // namespace
}  // namespace securepair::test
