// What a peer can make the library keep.
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "faults/echo_process.h"
#include "faults/hostile_client.h"

namespace securepair::test {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t headerSize = 4;
// OpenSSL takes no longer hello than this.
constexpr std::size_t longestHello = 131'396;

// Records of a ClientHello that announces this length and goes on for so many bytes.
std::string helloOf(std::size_t announced, std::size_t sent) {
  std::string message{1, static_cast<char>(announced >> 16U), static_cast<char>(announced >> 8U),
                      static_cast<char>(announced)};
  message += "\x03\x03";
  message.resize(sent, 'x');
  std::string records;
  for (std::size_t at = 0; at < message.size(); at += 16000) {
    const std::string piece = message.substr(at, 16000);
    records += std::string("\x16\x03\x01", 3);
    records += static_cast<char>(piece.size() >> 8U);
    records += static_cast<char>(piece.size() & 0xffU);
    records += piece;
  }
  return records;
}

class Handshakes : public testing::Test {
 protected:
  // 200 clients send this, and hold their connections open.
  void send(const std::string& bytes) {
    before = server.residentKib();
    std::vector<std::thread> sending;
    for (int i = 0; i < 200; ++i) clients.push_back(std::make_unique<RawClient>(server.port()));
    for (int part = 0; part < 4; ++part) {
      sending.emplace_back([this, part, &bytes] {
        for (std::size_t i = static_cast<std::size_t>(part); i < clients.size(); i += 4) {
          clients[i]->send(bytes);
        }
      });
    }
    for (std::thread& thread : sending) thread.join();
    std::this_thread::sleep_for(100ms);
  }
  std::size_t kibEach() const {
    const std::size_t now = server.residentKib();
    return now < before ? 0 : (now - before) / clients.size();
  }
  void TearDown() override {
    EXPECT_TRUE(server.serves());
    clients.clear();
    EXPECT_TRUE(server.settles());
    EXPECT_TRUE(server.stop()) << server.output();
  }

  EchoProcess server;
  std::vector<std::unique_ptr<RawClient>> clients;
  std::size_t before = 0;
};

TEST_F(Handshakes, OfAMebibyteThatNeverEndAreRefused) {
  send(helloOf(longestHello, 1'000'000));
  if (memoryIsMeasured()) {
    EXPECT_LT(kibEach(), 330U) << "of 1000 that were sent";
  }
  for (const auto& client : clients) {
    EXPECT_NE(client->waitForEnd(1s), RawClient::End::none);
  }
}

TEST_F(Handshakes, ThatStopBeforeTheirLastByteKeepOneMessageEach) {
  send(helloOf(longestHello, longestHello + headerSize - 1));
  if (memoryIsMeasured()) {
    EXPECT_LT(kibEach(), 260U) << "OpenSSL takes a third more than a message has";
  }
}

TEST_F(Handshakes, ThatAnnounceMoreThanAHelloMayHaveAreRefusedAtOnce) {
  send(helloOf(longestHello + 1, 1000));
  if (memoryIsMeasured()) {
    EXPECT_LT(kibEach(), 96U);
  }
  for (const auto& client : clients) {
    EXPECT_NE(client->waitForEnd(1s), RawClient::End::none);
  }
}

// What lies behind a hello before its server has answered is not taken in.
TEST_F(Handshakes, ThatAreFollowedByAMebibyteAtOnceKeepARecordEach) {
  const std::string hello = TlsClient(server.port(), TLS1_3_VERSION).hello();
  send(hello + std::string(1'000'000, 'x'));
  if (memoryIsMeasured()) {
    EXPECT_LT(kibEach(), 96U);
  }
  for (const auto& client : clients) {
    EXPECT_NE(client->waitForEnd(2s), RawClient::End::none);
  }
}

}  // namespace
}  // namespace securepair::test
