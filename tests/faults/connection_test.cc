// Clients that mistreat an open connection.
#include <chrono>
#include <fcntl.h>
#include <string>
#include <sys/socket.h>
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
using End = RawClient::End;

class Connection : public testing::TestWithParam<int> {
 protected:
  void TearDown() override {
    EXPECT_TRUE(server.settles()) << server.descriptors() << " descriptors";
    EXPECT_TRUE(server.serves());
    EXPECT_TRUE(server.stop()) << server.output();
  }
  std::uint16_t port() const { return server.port(); }

  EchoProcess server{"--greeting 'welcome!'"};
};

// One that has been greeted.
class Client : public TlsClient {
 public:
  explicit Client(std::uint16_t port) : TlsClient(port, testing::TestWithParam<int>::GetParam()) {
    EXPECT_TRUE(shakeHands());
    EXPECT_TRUE(reads("welcome!"));
  }
};

TEST_P(Connection, RecordsOfOneByteAreEchoed) {
  Client client(port());
  for (int i = 0; i < 3000; ++i) ASSERT_TRUE(client.write("a"));
  EXPECT_TRUE(client.reads(std::string(3000, 'a')));
}

// What is decrypted must not wait for the next segment.
TEST_P(Connection, ManyRecordsInOneSegmentAreEchoedThoughNothingFollows) {
  Client client(port());
  for (const int records : {2, 20, 200}) {
    std::string text;
    for (int i = 0; i < records; ++i) {
      const std::string piece = std::to_string(i) + std::string(100, 'x');
      ASSERT_GT(SSL_write(client.ssl(), piece.data(), static_cast<int>(piece.size())), 0);
      text += piece;
    }
    ASSERT_TRUE(client.flush());
    EXPECT_TRUE(client.reads(text)) << records << " records";
  }
}

TEST_P(Connection, AMebibyteIsEchoedWhole) {
  Client client(port());
  const std::string text = randomBytes(1'048'576);
  for (std::size_t at = 0; at < text.size(); at += 16384) {
    ASSERT_GT(SSL_write(client.ssl(), text.data() + at, 16384), 0);
  }
  // Sent and read at the same time: neither buffer of the kernel holds it all.
  std::thread sending([&, bytes = client.end().take()] { client.raw().send(bytes); });
  EXPECT_TRUE(client.reads(text));
  sending.join();
}

TEST_P(Connection, ResetWithDataPendingLeavesNothingOpen) {
  for (int i = 0; i < 60; ++i) {
    Client client(port());
    client.write(randomBytes(i % 2 == 0 ? 200'000 : 16'000));
    client.raw().reset();
  }
}

TEST_P(Connection, AnEndWithoutCloseNotifyIsAnsweredByAnEnd) {
  for (int i = 0; i < 20; ++i) {
    Client client(port());
    client.write("abc");
    EXPECT_TRUE(client.reads("abc"));
    client.raw().finish();
    EXPECT_EQ(client.raw().waitForEnd(1s), End::fin);
  }
}

TEST_P(Connection, ABadRecordIsAnsweredByAnAlertAndAnEndWithinASecond) {
  Client client(port());
  client.raw().send(std::string("\x17\x03\x03\x00\x20", 5) + randomBytes(32));
  EXPECT_EQ(client.raw().waitForEnd(1s), End::fin);
  client.end().feed(client.raw().rest);
  char byte = 0;
  EXPECT_LE(SSL_read(client.ssl(), &byte, 1), 0);
  EXPECT_EQ(ERR_GET_REASON(ERR_get_error()), SSL_R_SSLV3_ALERT_BAD_RECORD_MAC);
}

// The alert arrives though its receiver has not stopped sending.
TEST_P(Connection, ABadRecordAmidManyIsToldToo) {
  Client client(port());
  client.raw().send(std::string("\x17\x03\x03\x00\x20", 5) + randomBytes(32));
  client.raw().send(randomBytes(500'000));
  EXPECT_NE(client.raw().waitForEnd(2s), End::none);
  EXPECT_FALSE(client.raw().rest.empty()) << "no alert";
}

TEST_P(Connection, AReaderThatDoesNotReadIsHeldBackInBoundedMemory) {
  Client client(port());
  const int flags = ::fcntl(client.raw().fd(), F_GETFL);
  ::fcntl(client.raw().fd(), F_SETFL, flags | O_NONBLOCK);
  const std::size_t before = server.residentKib();
  const std::string piece = randomBytes(16384);
  constexpr std::size_t most = std::size_t{64} << 20;
  std::size_t sent = 0;
  std::string waiting;
  for (int stuck = 0; sent < most && stuck < 50;) {
    if (waiting.empty()) {
      SSL_write(client.ssl(), piece.data(), static_cast<int>(piece.size()));
      waiting = client.end().take();
      sent += piece.size();
    }
    const auto count = ::send(client.raw().fd(), waiting.data(), waiting.size(), MSG_NOSIGNAL);
    if (count > 0) {
      waiting.erase(0, static_cast<std::size_t>(count));
      stuck = 0;
    } else {
      ++stuck;
      std::this_thread::sleep_for(10ms);
    }
  }
  EXPECT_LT(sent, most) << "it takes all that comes";
  if (memoryIsMeasured()) {
    EXPECT_LT(server.residentKib(), before + 4096);
  }

  ::fcntl(client.raw().fd(), F_SETFL, flags);
  std::thread rest([&] { client.raw().send(waiting); });
  for (std::size_t done = 0; done < sent; done += piece.size()) {
    ASSERT_TRUE(client.reads(piece)) << "after " << done << " of " << sent;
  }
  rest.join();
}

INSTANTIATE_TEST_SUITE_P(Versions, Connection, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                         [](const auto& test) {
                           return test.param == TLS1_2_VERSION ? "Tls12" : "Tls13";
                         });

TEST(RenegotiationFlood, ThreeAreServedAndTheFourthEndsTheConnection) {
  EchoProcess server;
  TlsClient client(server.port(), TLS1_2_VERSION);
  ASSERT_TRUE(client.shakeHands());
  EXPECT_EQ(client.renegotiations(), 3);
  EXPECT_NE(client.raw().waitForEnd(1s), End::none);
  EXPECT_TRUE(server.settles());
  EXPECT_TRUE(server.serves());
  EXPECT_TRUE(server.stop()) << server.output();
}

}  // namespace
}  // namespace securepair::test
