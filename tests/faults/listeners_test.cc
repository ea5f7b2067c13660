// A connection that has failed is gone within a second, whatever the listeners of its `error` do.
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "faults/echo_process.h"
#include "faults/hostile_client.h"

namespace securepair::test {
namespace {

using namespace std::chrono_literals;

// And a half, where the machine is busy.
constexpr auto aSecond = 1500ms;

struct Failure {
  const char* name;
  int version;
  std::function<void(TlsClient&)> cause;
};

void renegotiateForEver(TlsClient& client) {
  for (int i = 0; i < 6; ++i) {
    SSL_renegotiate(client.ssl());
    SSL_do_handshake(client.ssl());
    ERR_clear_error();
    if (!client.shakeHands()) return;
  }
}

void updateKeysForEver(TlsClient& client) {
  for (int i = 0; i < 40; ++i) {
    SSL_key_update(client.ssl(), SSL_KEY_UPDATE_NOT_REQUESTED);
    SSL_do_handshake(client.ssl());
  }
  client.flush();
}

std::vector<Failure> failures() {
  const auto badRecord = [](TlsClient& client) {
    client.raw().send(std::string("\x17\x03\x03\x00\x20", 5) + randomBytes(32));
  };
  const auto plainText = [](TlsClient& client) { client.raw().send("GET / HTTP/1.1\r\n\r\n"); };
  const auto finish = [](TlsClient& client) { client.raw().finish(); };
  const auto finishAmidARecord = [](TlsClient& client) {
    client.raw().send(std::string("\x17\x03\x03\x00\x20half", 9));
    client.raw().finish();
  };
  const auto reset = [](TlsClient& client) { client.raw().reset(); };
  return {
      {"a bad record, TLS 1.2", TLS1_2_VERSION, badRecord},
      {"a bad record, TLS 1.3", TLS1_3_VERSION, badRecord},
      {"plain text", TLS1_3_VERSION, plainText},
      {"no close_notify", TLS1_3_VERSION, finish},
      {"half a record", TLS1_2_VERSION, finishAmidARecord},
      {"a reset", TLS1_3_VERSION, reset},
      {"a flood of renegotiations", TLS1_2_VERSION, renegotiateForEver},
      {"a flood of key updates", TLS1_3_VERSION, updateKeysForEver},
  };
}

class ErrorListeners : public testing::TestWithParam<std::string> {};

TEST_P(ErrorListeners, DoNotKeepAFailedConnectionOpen) {
  EchoProcess server("--in-error " + GetParam());
  std::vector<std::unique_ptr<TlsClient>> clients;
  for (const Failure& failure : failures()) {
    clients.push_back(std::make_unique<TlsClient>(server.port(), failure.version));
    ASSERT_TRUE(clients.back()->shakeHands());
  }
  std::size_t next = 0;
  for (const Failure& failure : failures()) failure.cause(*clients[next++]);
  // All of them still hold their ends.
  EXPECT_TRUE(server.settles(aSecond)) << server.descriptors() << " descriptors";
  next = 0;
  for (const Failure& failure : failures()) {
    RawClient& raw = clients[next++]->raw();
    if (raw.fd() < 0) continue;
    EXPECT_NE(raw.waitForEnd(100ms), RawClient::End::none) << failure.name;
  }
  EXPECT_TRUE(server.serves());
  EXPECT_TRUE(server.stop()) << server.output();
}

// Before the handshake is done it is the server's `clientError`.
class ClientErrorListeners : public testing::TestWithParam<std::string> {};

TEST_P(ClientErrorListeners, DoNotKeepAFailedConnectionOpen) {
  EchoProcess server("--handshake-timeout 200 --in-error " + GetParam());
  std::vector<RawClient> clients;
  for (int i = 0; i < 5; ++i) clients.emplace_back(server.port());
  clients[0].send("GET / HTTP/1.1\r\n\r\n");
  clients[1].send(TlsClient(server.port(), TLS1_3_VERSION).hello().substr(0, 50));
  clients[2].finish();
  clients[3].reset();  // and the last one stays silent
  std::this_thread::sleep_for(200ms);
  EXPECT_TRUE(server.settles(aSecond)) << server.descriptors() << " descriptors";
  EXPECT_TRUE(server.serves());
  EXPECT_TRUE(server.stop()) << server.output();
}

INSTANTIATE_TEST_SUITE_P(That, ErrorListeners,
                         testing::Values("nothing", "throw", "write", "end", "destroy",
                                         "destroySoon", "pause", "secure"),
                         [](const auto& test) { return test.param; });
INSTANTIATE_TEST_SUITE_P(That, ClientErrorListeners, testing::Values("nothing", "throw"),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace securepair::test
