// The page's section "Client-initiated renegotiation attack mitigation".
#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "support/child.h"
#include "support/tls_world.h"

namespace securepair::test {
namespace {

using namespace std::chrono_literals;

class Renegotiation : public testing::Test {
 protected:
  void TearDown() override {
    tls::CLIENT_RENEG_LIMIT = 3;
    tls::CLIENT_RENEG_WINDOW = 10min;
  }

  // openssl s_client, in which R is tapped that often; after each, a line for the server to count.
  void tap(int times, const tls::ServerOptions& options, const std::string& flags = "-tls1_2") {
    const auto server = serve(options, [this](tls::CleartextStream& stream) {
      stream.onData([this](std::string_view text) { received += text; });
      stream.onError([this](const Error& e) {
        error = e.code();
        message = e.what();
      });
      stream.onClose([this] { closed = true; });
    });
    std::string taps = "sleep 0.3;";
    for (int i = 0; i < times; ++i) taps += " echo R; sleep 0.2; echo line; sleep 0.1;";
    Child client("(" + taps + ") | exec openssl s_client -connect 127.0.0.1:" +
                     std::to_string(server->address()->port) + " " + flags,
                 ownFolder() + "/s_client.txt");
    serveUntilEnds(*server, client);
    output = client.output();
  }

  int served() const {
    int count = 0;
    for (std::size_t at = 0; (at = output.find("RENEGOTIATING", at)) != std::string::npos; ++at) {
      ++count;
    }
    return count;
  }

  std::string received;
  std::string error;
  std::string message;
  std::string output;
  bool closed = false;
};

TEST_F(Renegotiation, RenegotiationsAreLimitedToThreeTimesEvery10Minutes_ThreeAreServed) {
  tap(3, serverOptions());
  EXPECT_EQ(error, "") << output;
  EXPECT_EQ(received, "line\nline\nline\n") << output;
}

TEST_F(Renegotiation, RenegotiationsAreLimitedToThreeTimesEvery10Minutes_TheFourthIsNot) {
  tap(4, serverOptions());
  EXPECT_EQ(received, "line\nline\nline\n") << output;
  EXPECT_TRUE(closed) << "the connection must be gone";
}

TEST_F(Renegotiation, AnErrorIsEmittedOnTheCleartextStreamInstanceWhenTheThresholdIsExceeded) {
  tap(4, serverOptions());
  EXPECT_EQ(error, "ERR_TLS_SESSION_ATTACK") << output;
  EXPECT_NE(message.find("TLS session renegotiation attack detected"), std::string::npos);
  EXPECT_NE(message.find("at most 3 in 600 seconds"), std::string::npos) << message;
}

TEST_F(Renegotiation, TheLimitsAreConfigurable_ClientRenegLimitDefaultIs3) {
  EXPECT_EQ(tls::CLIENT_RENEG_LIMIT, 3);
  tls::CLIENT_RENEG_LIMIT = 1;
  tap(2, serverOptions());
  EXPECT_EQ(error, "ERR_TLS_SESSION_ATTACK") << output;
  EXPECT_EQ(received, "line\n") << output;
}

TEST_F(Renegotiation, TheLimitsAreConfigurable_ClientRenegWindowInSecondsDefaultIs10Minutes) {
  EXPECT_EQ(tls::CLIENT_RENEG_WINDOW, 600);
  tls::CLIENT_RENEG_LIMIT = 1;
  tls::CLIENT_RENEG_WINDOW = 600;
  tls::CLIENT_RENEG_WINDOW = 1s;
  auto options = serverOptions();
  // Four taps in 1.2 s: no second of it holds one alone.
  tap(4, options);
  EXPECT_EQ(error, "ERR_TLS_SESSION_ATTACK") << output;
  EXPECT_NE(message.find("at most 1 in 1 seconds"), std::string::npos) << message;
}

TEST_F(Renegotiation, TheLimitsAreConfigurable_PerServer) {
  auto options = serverOptions();
  options.clientRenegLimit = 4;
  tap(4, options);
  EXPECT_EQ(error, "") << output;
  EXPECT_EQ(received, "line\nline\nline\nline\n");
}

TEST_F(Renegotiation, TheLimitsAreConfigurable_WithZeroNoneIsServed) {
  auto options = serverOptions();
  options.clientRenegLimit = 0;
  tap(1, options);
  EXPECT_NE(output.find("no renegotiation"), std::string::npos) << output;
  EXPECT_NE(error, "ERR_TLS_SESSION_ATTACK");
  EXPECT_EQ(received.find("line"), std::string::npos);
}

TEST_F(Renegotiation, TheLimitsAreConfigurable_ButNotBelowZero) {
  auto options = serverOptions();
  options.clientRenegLimit = -1;
  EXPECT_THROW(tls::createServer(options), Error);
}

TEST_F(Renegotiation, ToTestYourServerConnectToItWithOpensslSClientAndTapR) {
  tap(4, serverOptions());
  EXPECT_EQ(served(), 4) << output;
  EXPECT_EQ(error, "ERR_TLS_SESSION_ATTACK");
}

TEST_F(Renegotiation, AClientStaysAuthorizedByTheCertificateOfItsFirstHandshake) {
  auto options = serverOptionsThatAsk();
  options.rejectUnauthorized = true;
  bool authorized = true;
  std::string names;
  const auto folder = ownFolder();
  writeFile(folder + "/client.pem", World::get().client.cert + World::get().client.key);
  const auto server = serve(options, [&](tls::CleartextStream& stream) {
    stream.onData([&] {
      authorized = authorized && stream.authorized();
      names += stream.getPeerCertificate().subject["CN"] + " ";
    });
  });
  Child client(
      "(sleep 0.3; echo line; sleep 0.1; echo R; sleep 0.2; echo line; sleep 0.1) | "
      "openssl s_client -tls1_2 -cert " +
          folder + "/client.pem -connect 127.0.0.1:" + std::to_string(server->address()->port),
      folder + "/s_client.txt");
  serveUntilEnds(*server, client);
  const std::string name = "a client ";
  EXPECT_TRUE(authorized);
  EXPECT_EQ(names, name + name) << client.output();
}

// TLS 1.3 has no renegotiation; what a client may ask for at will there are new keys.
TEST_F(Renegotiation, KeyUpdatesOfTls13AreLimitedLikewise) {
  auto options = serverOptions();
  options.keyUpdateLimit = 2;
  const auto server = serve(options, [this](tls::CleartextStream& stream) {
    stream.onError([this](const Error& e) { error = e.code(); });
    stream.onData([this](std::string_view text) { received += text; });
    stream.onClose([this] { closed = true; });
  });
  Child client(
      "(sleep 0.3; for i in 1 2 3; do echo K; sleep 0.1; echo line; sleep 0.1; done) | "
      "openssl s_client -tls1_3 -connect 127.0.0.1:" +
          std::to_string(server->address()->port),
      ownFolder() + "/s_client.txt");
  serveUntilEnds(*server, client);
  EXPECT_EQ(received, "line\nline\n") << client.output();
  EXPECT_EQ(error, "ERR_TLS_SESSION_ATTACK");
  EXPECT_TRUE(closed);
}

}  // namespace
}  // namespace securepair::test
