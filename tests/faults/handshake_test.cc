// Clients that mistreat the handshake.
#include <chrono>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "faults/echo_process.h"
#include "faults/hostile_client.h"

namespace securepair::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

class Versions : public testing::TestWithParam<int> {};

std::string versionName(const testing::TestParamInfo<int>& test) {
  return test.param == TLS1_2_VERSION ? "Tls12" : "Tls13";
}

TEST_P(Versions, AClientThatSendsOneByteASegmentIsServed) {
  EchoProcess server("--greeting 'welcome!'");
  TlsClient client(server.port(), GetParam(), 1);
  ASSERT_TRUE(client.shakeHands());
  EXPECT_TRUE(client.reads("welcome!"));
  const std::string text(300, 'x');
  ASSERT_TRUE(client.write(text));
  EXPECT_TRUE(client.reads(text));
  EXPECT_TRUE(server.stop()) << server.output();
}

INSTANTIATE_TEST_SUITE_P(Dribble, Versions, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                         versionName);

struct Garbage {
  const char* name;
  std::string bytes;
};

// A record of this kind, and TLS 1.0 as all first records say.
std::string record(char type, const std::string& content) {
  std::string bytes{type, 3, 1};
  bytes += static_cast<char>(content.size() >> 8U);
  bytes += static_cast<char>(content.size());
  return bytes + content;
}

std::vector<Garbage> garbage() {
  constexpr char changeCipherSpec = 20;
  constexpr char alert = 21;
  constexpr char handshake = 22;
  constexpr char applicationData = 23;
  constexpr char heartbeat = 24;
  const std::string hugeHello{1, 0x7f, '\xff', '\xff'};
  return {
      {"an HTTP request", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"},
      {"an HTTP request to a proxy", "CONNECT localhost:443 HTTP/1.1\r\n\r\n"},
      {"an SSH banner", "SSH-2.0-OpenSSH_9.2\r\n" + std::string(100, ' ')},
      {"a mail client's greeting", "EHLO localhost\r\nSTARTTLS\r\n"},
      {"zeros", std::string(5000, '\0')},
      {"random bytes", randomBytes(5000)},
      {"a hello of SSL 2", std::string("\x80\x2e\x01\x00\x02", 5) + std::string(43, '\0')},
      {"a record that is too long", std::string("\x16\x03\x01\xff\xff", 5) + randomBytes(70'000)},
      {"a record of no kind", record(99, randomBytes(20))},
      {"a heartbeat that asks for more than it has", record(heartbeat, {1, 0x40, 0})},
      {"many empty records",
       [] {
         std::string all;
         for (int i = 0; i < 5000; ++i) all += record(handshake, "");
         return all;
       }()},
      {"a fatal alert", record(alert, {2, 40})},
      {"many warnings",
       [] {
         std::string all;
         for (int i = 0; i < 5000; ++i) all += record(alert, {1, 90});
         return all;
       }()},
      {"an alert that is cut short", record(alert, {2})},
      {"data before the handshake", record(applicationData, randomBytes(100))},
      {"a change of ciphers before there are any",
       record(changeCipherSpec, {1}) + randomBytes(100)},
      {"a hello without a body", record(handshake, std::string("\x01\x00\x00\x00", 4))},
      {"a hello of 8 MB", record(handshake, hugeHello + randomBytes(100))},
      {"a hello whose lengths lie",
       record(handshake, std::string("\x01\x00\x00\x28\x03\x03", 6) + randomBytes(32) +
                             "\xff\xff\xff\xff\xff\xff")},
      {"a server's hello",
       record(handshake, std::string("\x02\x00\x00\x26\x03\x03", 6) + randomBytes(36))},
      {"a message of no kind", record(handshake, std::string("\x63\x00\x00\x04", 4) + "abcd")},
  };
}

TEST(Handshake, GarbageOfManyKindsIsAnsweredByAnEndWithinASecond) {
  EchoProcess server;
  for (const Garbage& kind : garbage()) {
    SCOPED_TRACE(kind.name);
    RawClient client(server.port());
    client.send(kind.bytes);
    const auto end = client.waitForEnd(2s);
    EXPECT_NE(end, RawClient::End::none) << "still open";
    EXPECT_LT(client.rest.size(), 100U) << "at most an alert";
  }
  EXPECT_TRUE(server.settles());
  EXPECT_TRUE(server.serves());
  EXPECT_TRUE(server.stop()) << server.output();
}

// A record that is never finished is no failure yet: the deadline ends it.
TEST(Handshake, HalfOfEachMessageIsDroppedAtTheHandshakeTimeout) {
  EchoProcess server("--handshake-timeout 300");
  std::vector<RawClient> clients;
  TlsClient model(server.port(), TLS1_3_VERSION);
  const std::string hello = model.hello();
  for (std::size_t cut = 0; cut < hello.size(); cut += 13) {
    clients.emplace_back(server.port()).send(hello.substr(0, cut));
  }
  const auto begin = Clock::now();
  for (RawClient& client : clients) {
    EXPECT_NE(client.waitForEnd(3s), RawClient::End::none);
  }
  EXPECT_LT(Clock::now() - begin, 3s);
  EXPECT_TRUE(server.settles());
  EXPECT_TRUE(server.serves());
  EXPECT_TRUE(server.stop()) << server.output();
}

// A byte now and then does not put the deadline off.
TEST(Handshake, TheTimeoutCountsFromAcceptWhateverDribblesIn) {
  EchoProcess server("--handshake-timeout 400");
  TlsClient client(server.port(), TLS1_3_VERSION);
  const std::string hello = client.hello();
  const auto begin = Clock::now();
  for (const char byte : hello) {
    client.raw().send({&byte, 1});
    if (client.raw().waitForEnd(50ms) != RawClient::End::none) break;
  }
  EXPECT_GE(Clock::now() - begin, 300ms);
  EXPECT_LT(Clock::now() - begin, 2s);
  EXPECT_TRUE(server.settles());
}

TEST(Handshake, ResetAtAnyPointLeavesNothingOpen) {
  EchoProcess server;
  std::minstd_rand pick(3);
  for (int i = 0; i < 300; ++i) {
    TlsClient client(server.port(), pick() % 2 == 0 ? TLS1_2_VERSION : TLS1_3_VERSION);
    const std::string hello = client.hello();
    const std::size_t cut = 1 + pick() % hello.size();
    client.raw().send(hello.substr(0, cut));
    if (cut == hello.size() && i % 3 != 0) {
      // As far as its answer, or a part of what follows it.
      client.end().feed(client.raw().receive());
      client.end().work();
      const std::string answer = client.end().take();
      client.raw().send(answer.substr(0, pick() % (answer.size() + 1)));
    }
    if (i % 5 == 0) {
      client.raw().finish();
    } else {
      client.raw().reset();
    }
  }
  EXPECT_TRUE(server.settles()) << server.descriptors();
  EXPECT_TRUE(server.serves());
  EXPECT_TRUE(server.stop()) << server.output();
}

}  // namespace
}  // namespace securepair::test
