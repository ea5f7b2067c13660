// Who hears what of a client's certificate: both sides, in both versions.
#include <array>
#include <cstdint>
#include <functional>
#include <netinet/in.h>
#include <optional>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>

#include "support/memory_wire.h"
#include "support/tls_world.h"

namespace securepair::test {
namespace {

struct RefusalSeen {
  std::vector<std::string> server = {};  ///< events, with what is authorized
  std::vector<std::string> client = {};
  std::optional<Error> error = {};  ///< the client's
};

class RefusedClient : public testing::TestWithParam<const char*> {
 protected:
  static bool isOld() { return std::string(GetParam()) == "TLSv1.2"; }

  static tls::ServerOptions asking(bool reject) {
    auto options = serverOptionsThatAsk();
    options.rejectUnauthorized = reject;
    options.minVersion = options.maxVersion = GetParam();
    return options;
  }

  static tls::ConnectOptions showing(const Identity& identity) {
    auto options = clientOptions();
    options.key = identity.key;
    options.cert = identity.cert;
    return options;
  }

  // The server greets whom it takes.
  static RefusalSeen meet(const tls::ServerOptions& serverOptions,
                          const tls::ConnectOptions& options) {
    RefusalSeen seen;
    const auto server = serve(serverOptions, [&](tls::CleartextStream& stream) {
      seen.server.push_back("secureConnection " + (stream.authorized()
                                                       ? std::string("authorized")
                                                       : stream.authorizationError()));
      stream.end("welcome");
    });
    server->onClientError(
        [&](const Error& error) { seen.server.push_back("clientError " + error.code()); });
    const auto client = tls::connect(server->address()->port, options);
    client->onSecureConnect([&] { seen.client.emplace_back("secureConnect"); });
    client->onAuthenticated([&] { seen.client.emplace_back("authenticated"); });
    client->onData([&](const Data& data) { seen.client.push_back("data " + std::string(data)); });
    client->onEnd([&] { seen.client.emplace_back("end"); });
    client->onError([&](const Error& error) {
      seen.client.emplace_back("error");
      seen.error = error;
    });
    client->onClose([&] {
      seen.client.emplace_back("close");
      server->close();
    });
    runLoop();
    return seen;
  }

  using Events = std::vector<std::string>;
  static Events welcomed() {
    return {"secureConnect", "authenticated", "data welcome", "end", "close"};
  }
  // In TLS 1.3 a client is done before its server has looked.
  static Events refused() {
    return isOld() ? Events{"error", "close"} : Events{"secureConnect", "error", "close"};
  }
};

TEST_P(RefusedClient, NotRejectedAndWithoutACertificate) {
  const RefusalSeen seen = meet(asking(false), clientOptions());
  EXPECT_EQ(seen.server, Events{"secureConnection UNABLE_TO_GET_ISSUER_CERT"});
  EXPECT_EQ(seen.client, welcomed());
}

TEST_P(RefusedClient, NotRejectedWithABadCertificate) {
  const RefusalSeen seen = meet(asking(false), showing(World::get().stranger));
  EXPECT_EQ(seen.server, Events{"secureConnection DEPTH_ZERO_SELF_SIGNED_CERT"});
  EXPECT_EQ(seen.client, welcomed());
}

TEST_P(RefusedClient, NotRejectedWithAGoodOne) {
  const RefusalSeen seen = meet(asking(true), showing(World::get().client));
  EXPECT_EQ(seen.server, Events{"secureConnection authorized"});
  EXPECT_EQ(seen.client, welcomed());
}

TEST_P(RefusedClient, NotAsked) {
  auto options = serverOptions();
  options.minVersion = options.maxVersion = GetParam();
  const RefusalSeen seen = meet(options, showing(World::get().stranger));
  EXPECT_EQ(seen.server, Events{"secureConnection "});
  EXPECT_EQ(seen.client, welcomed());
}

TEST_P(RefusedClient, RejectedWithoutACertificate) {
  const RefusalSeen seen = meet(asking(true), clientOptions());
  EXPECT_EQ(seen.server, Events{"clientError UNABLE_TO_GET_ISSUER_CERT"});
  EXPECT_EQ(seen.client, refused());
  ASSERT_TRUE(seen.error);
  EXPECT_EQ(seen.error->code(), isOld() ? "ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE"
                                        : "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED");
  EXPECT_NE(
      seen.error->message().find("the server asks for a certificate, and this side gave none"),
      std::string::npos)
      << seen.error->what();
  EXPECT_EQ(seen.error->expected(), "a certificate, issued by CN=Test Root");
  EXPECT_NE(seen.error->fix().find("`key` and `cert`"), std::string::npos);
}

TEST_P(RefusedClient, RejectedWithABadCertificate) {
  const RefusalSeen seen = meet(asking(true), showing(World::get().stranger));
  EXPECT_EQ(seen.server, Events{"clientError DEPTH_ZERO_SELF_SIGNED_CERT"});
  EXPECT_EQ(seen.client, refused());
  ASSERT_TRUE(seen.error);
  EXPECT_EQ(seen.error->code(), "ERR_SSL_TLSV1_ALERT_UNKNOWN_CA");
  EXPECT_NE(seen.error->message().find("this side's certificate"), std::string::npos);
  EXPECT_NE(seen.error->certificate().find("subject CN=localhost; issuer CN=localhost"),
            std::string::npos)
      << seen.error->what();
  EXPECT_NE(seen.error->certificate().find("SHA-256 "), std::string::npos);
  EXPECT_EQ(seen.error->expected(), "one, issued by CN=Test Root");
  EXPECT_NE(seen.error->fix(), "");
}

TEST_P(RefusedClient, RejectedWithAnExpiredCertificate) {
  auto spec = specFor("a client");
  spec.fromDays = -20;
  spec.untilDays = -10;
  const RefusalSeen seen = meet(asking(true), showing(issue(World::get().authority, spec)));
  EXPECT_EQ(seen.server, Events{"clientError CERT_HAS_EXPIRED"});
  EXPECT_EQ(seen.client, refused());
  ASSERT_TRUE(seen.error);
  EXPECT_EQ(seen.error->code(), "ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED");
  EXPECT_NE(seen.error->certificate().find("subject CN=a client"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Versions, RefusedClient, testing::Values("TLSv1.2", "TLSv1.3"),
                         [](const auto& version) {
                           return std::string(version.param) == "TLSv1.2" ? "Tls12" : "Tls13";
                         });

// A server that takes one client, refuses it, and resets the connection right behind its alert, as
// one does that closes over what it has not read.
class ResettingServer {
 public:
  ResettingServer() : listening_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(listening_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(listening_, 1), 0);
    ::getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ResettingServer(const ResettingServer&) = delete;
  ResettingServer& operator=(const ResettingServer&) = delete;
  ~ResettingServer() {
    waitForReset();
    ::close(listening_);
  }

  std::uint16_t port() const noexcept { return port_; }
  void waitForReset() {
    if (thread_.joinable()) thread_.join();
  }

 private:
  void serve() {
    const auto& world = World::get();
    EngineEnd end(
        crypto::createCredentials(
            {.key = world.server.key, .cert = world.server.cert, .ca = world.authority.own.cert}),
        {.isServer = true, .requestCert = true, .rejectUnauthorized = true});
    const int fd = ::accept(listening_, nullptr, nullptr);
    std::array<char, 20000> bytes{};
    while (!end.engine.failure()) {
      const auto count = ::recv(fd, bytes.data(), bytes.size(), 0);
      if (count <= 0) break;
      end.feed({bytes.data(), static_cast<std::size_t>(count)});
      const std::string answer = end.take(Chunking::all);
      EXPECT_EQ(::send(fd, answer.data(), answer.size(), MSG_NOSIGNAL),
                static_cast<ssize_t>(answer.size()));
    }
    const linger reset = {.l_onoff = 1, .l_linger = 0};
    ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    ::close(fd);
  }

  int listening_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

std::vector<std::string> meetReset(const std::function<void(tls::CleartextStream&)>& whenReset) {
  ResettingServer server;
  std::vector<std::string> events;
  auto options = clientOptions();
  options.key = World::get().stranger.key;
  options.cert = World::get().stranger.cert;
  const auto client = tls::connect(server.port(), options);
  client->onSecureConnect([&] {
    // After this round, when this side's certificate has left. Nothing is read meanwhile: alert and
    // reset lie in the socket.
    Loop::current().setTimeout(std::chrono::milliseconds(0), [&] {
      server.waitForReset();
      whenReset(*client);
    });
  });
  client->onError([&](const Error& error) { events.push_back(error.code()); });
  client->onClose([&] { events.emplace_back("close"); });
  runLoop();
  return events;
}

TEST(RefusedClientThatWrites, HearsTheAlertBeforeTheReset) {
  const std::vector<std::string> refused{"ERR_SSL_TLSV1_ALERT_UNKNOWN_CA", "close"};
  EXPECT_EQ(meetReset([](tls::CleartextStream& stream) { stream.write("x"); }), refused);
  EXPECT_EQ(meetReset([](tls::CleartextStream& stream) {
              stream.write(std::string(1'000'000, 'x'));
              stream.end();
            }),
            refused);
  EXPECT_EQ(meetReset([](tls::CleartextStream&) {}), refused);
}

TEST(RefusedClientThatWrites, HearsItWhilePaused) {
  EXPECT_EQ(meetReset([](tls::CleartextStream& stream) {
              stream.pause();
              stream.write("x");
            }),
            (std::vector<std::string>{"ERR_SSL_TLSV1_ALERT_UNKNOWN_CA", "close"}));
}

}  // namespace
}  // namespace securepair::test
