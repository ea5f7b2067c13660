// Records that cost their sender next to nothing, in any number: either they cost the receiver as
// little, or the connection ends.
#include <chrono>
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "support/memory_wire.h"
#include "support/openssl_end.h"
#include "support/record_forge.h"
#include "support/tls_world.h"

namespace securepair::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// An engine and the side that floods it.
struct Flooded {
  Flooded(int version, bool engineIsServer)
      : end(engineIsServer ? TLS_client_method() : TLS_server_method(), version),
        engine(crypto::createCredentials({.key = World::get().server.key,
                                          .cert = World::get().server.cert,
                                          .ca = World::get().authority.own.cert}),
               {.isServer = engineIsServer, .identity = engineIsServer ? "" : "localhost"}) {
    if (!engineIsServer) end.use(World::get().server);
    for (int i = 0; i < 4; ++i) {
      end.work();
      if (const std::string bytes = end.take(); !bytes.empty()) engine.feed(bytes);
      engine.work();
      end.feed(engine.take(Chunking::all));
    }
    EXPECT_TRUE(engine.engine.secure()) << engine.failure();
  }

  // How many of these records were taken before the connection ended.
  int flood(int records, RecordForge::Kind kind, const std::string& content) {
    const auto begin = Clock::now();
    int sent = 0;
    for (; sent < records && engine.failure().empty(); ++sent) {
      engine.feed(forge.record(kind, content));
      most = std::max(most, engine.engine.unread() + engine.engine.outputSize());
    }
    EXPECT_LT(Clock::now() - begin, 20s);
    return sent;
  }

  OpensslEnd end;
  RecordForge forge{end};
  EngineEnd engine;
  std::size_t most = 0;  ///< bytes that wait in the engine
};

struct Side {
  int version;
  bool engineIsServer;
};

class Floods : public testing::TestWithParam<Side> {
 protected:
  static bool isTls13() { return GetParam().version == TLS1_3_VERSION; }
  Flooded flooded{GetParam().version, GetParam().engineIsServer};
};

TEST_P(Floods, TheForgeMakesWhatTheEngineTakes) {
  EXPECT_EQ(flooded.flood(3, RecordForge::applicationData, "abc"), 3);
  EXPECT_EQ(flooded.engine.received, "abcabcabc");
}

// They cost as much as any other record, and leave nothing behind.
TEST_P(Floods, OfRecordsOfOneByteAreTaken) {
  EXPECT_EQ(flooded.flood(10'000, RecordForge::applicationData, "a"), 10'000);
  EXPECT_EQ(flooded.engine.received, std::string(10'000, 'a'));
  EXPECT_EQ(flooded.most, 0U);
}

TEST_P(Floods, OfEmptyRecordsEndTheConnection) {
  EXPECT_LE(flooded.flood(1000, RecordForge::applicationData, ""), 40);
  EXPECT_EQ(flooded.engine.failure(), "ERR_SSL_RECORD_TOO_SMALL");
  EXPECT_LT(flooded.most, 200U) << "an alert";
}

TEST_P(Floods, OfWarningsEndTheConnection) {
  constexpr char warning = 1;
  constexpr char userCanceled = 90;
  EXPECT_LE(flooded.flood(1000, RecordForge::alert, {warning, userCanceled}), 10);
  EXPECT_EQ(flooded.engine.failure(), "ERR_SSL_TOO_MANY_WARN_ALERTS");
}

TEST_P(Floods, OfChangesOfCiphersEndTheConnection) {
  EXPECT_LE(flooded.flood(1000, RecordForge::changeCipherSpec, "\1"), 1);
  EXPECT_NE(flooded.engine.failure(), "");
}

// Unencrypted, as RFC 8446 lets them pass in a handshake.
TEST_P(Floods, OfBareChangesOfCiphersEndTheConnection) {
  for (int i = 0; i < 1000 && flooded.engine.failure().empty(); ++i) {
    flooded.engine.feed(std::string("\x14\x03\x03\x00\x01\x01", 6));
    EXPECT_LT(i, 40);
  }
  EXPECT_NE(flooded.engine.failure(), "");
}

TEST_P(Floods, OfMessagesThatDoNotEndEndTheConnection) {
  // A certificate of 16 MB that nobody has asked for, a byte a record.
  flooded.flood(1, RecordForge::handshake, std::string("\x0b\xff\xff\xff", 4));
  flooded.flood(200'000, RecordForge::handshake, "x");
  EXPECT_NE(flooded.engine.failure(), "");
  EXPECT_LT(flooded.most, 200U);
}

TEST_P(Floods, OfRequestsForAHandshakeEndTheConnection) {
  const bool client = !GetParam().engineIsServer;
  const char message = client ? 0 : 1;  // HelloRequest, or half a ClientHello
  const int taken = flooded.flood(1000, RecordForge::handshake, {message, 0, 0, 0});
  if (client && !isTls13()) {
    EXPECT_EQ(taken, 1000) << "each is refused with a warning";
    EXPECT_LT(flooded.most, 200U) << "the answer to one";
  } else {
    EXPECT_LE(taken, 10);
  }
}

INSTANTIATE_TEST_SUITE_P(Sides, Floods,
                         testing::Values(Side{TLS1_2_VERSION, true}, Side{TLS1_2_VERSION, false},
                                         Side{TLS1_3_VERSION, true}, Side{TLS1_3_VERSION, false}),
                         [](const auto& test) {
                           return std::string(test.param.engineIsServer ? "Server" : "Client") +
                                  (test.param.version == TLS1_2_VERSION ? "12" : "13");
                         });

// A server may send as many as it likes; a client keeps the newest.
TEST(TicketFlood, KeepsOneTicket) {
  Flooded flooded(TLS1_3_VERSION, false);
  std::string ticket(4, '\0');
  ticket += std::string("\x00\x00\x1c\x20", 4);      // for two hours
  ticket += std::string("\x12\x34\x56\x78\x00", 5);  // age, no nonce
  ticket += std::string("\x10\x00", 2) + std::string(4096, 't') + std::string(2, '\0');
  ticket[0] = 4;
  ticket[2] = static_cast<char>((ticket.size() - 4) >> 8U);
  ticket[3] = static_cast<char>(ticket.size() - 4);
  EXPECT_EQ(flooded.flood(5000, RecordForge::handshake, ticket), 5000) << flooded.engine.failure();
  EXPECT_EQ(flooded.most, 0U);
  EXPECT_TRUE(flooded.engine.engine.takeNewSession());
  EXPECT_FALSE(flooded.engine.engine.takeNewSession());
}

}  // namespace
}  // namespace securepair::test
