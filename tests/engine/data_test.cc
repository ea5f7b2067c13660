#include <algorithm>
#include <array>
#include <string>

#include <gtest/gtest.h>

#include "support/memory_wire.h"
#include "support/tls_world.h"

namespace securepair::engine {
namespace {

using test::Chunking;
using test::EngineEnd;
using test::World;

std::string pattern(std::size_t size, unsigned seed = 1) {
  std::string text(size, '\0');
  std::minstd_rand random(seed);
  for (char& c : text) c = static_cast<char>(random());
  return text;
}

class EngineData : public ::testing::TestWithParam<const char*> {
 protected:
  EngineData() { exchange(client, server); }

  const crypto::Credentials serverSide =
      crypto::createCredentials({.key = World::get().server.key,
                                 .cert = World::get().server.cert,
                                 .minVersion = GetParam(),
                                 .maxVersion = GetParam()});
  const crypto::Credentials clientSide =
      crypto::createCredentials({.ca = World::get().authority.own.cert});
  const Settings clientSettings{.servername = "localhost", .identity = "localhost"};
  EngineEnd server{serverSide, {.isServer = true}};
  EngineEnd client{clientSide, clientSettings};
};

TEST_P(EngineData, ArrivesWholeBothWaysHoweverItIsCut) {
  std::string toServer;
  std::string toClient;
  for (const std::size_t cut :
       {std::size_t{1}, std::size_t{7}, std::size_t{1000}, std::size_t{16406}, Chunking::all}) {
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{16} << 10,
                                   std::size_t{64} << 10, std::size_t{1} << 20}) {
      if (cut < 1000 && size > (std::size_t{64} << 10)) continue;
      toServer += pattern(size, 1);
      toClient += pattern(size, 2);
      client.write(pattern(size, 1));
      server.write(pattern(size, 2));
      exchange(client, server, cut, cut);
      ASSERT_EQ(server.received.size(), toServer.size());
      ASSERT_EQ(client.received.size(), toClient.size());
    }
  }
  EXPECT_TRUE(server.received == toServer);
  EXPECT_TRUE(client.received == toClient);
}

TEST_P(EngineData, ArrivesWholeUnderRandomCuts) {
  std::string sent;
  for (std::uint32_t seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const std::string more = pattern(seed * 3001, seed);
    sent += more;
    client.write(more);
    server.write(more);
    exchange(client, server, Chunking::random(seed), Chunking::random(seed + 1000));
    ASSERT_TRUE(server.received == sent);
    ASSERT_TRUE(client.received == sent);
  }
}

TEST_P(EngineData, AnOutputIsNeverMoreThanAChunk) {
  client.write(pattern(1 << 20));
  exchange(client, server);
  EXPECT_LE(client.largestOutput, base::Chunk::capacity);
  // Seven full records at a time.
  EXPECT_GT(client.largestOutput, std::size_t{7} * 16384);
}

TEST_P(EngineData, ManyRecordsInOnePieceAreReadAtOnce) {
  std::string records;
  for (int i = 0; i < 20; ++i) {
    client.write("record " + std::to_string(i) + " ");
    client.work();
    records += client.take(Chunking::all);
  }
  std::array<std::byte, 4096> into{};
  server.engine.feed(Data(records).bytes());
  EXPECT_TRUE(server.engine.readable());
  const auto result = server.engine.read(into);
  EXPECT_EQ(result.want, Engine::Want::input);
  EXPECT_EQ(server.engine.unread(), 0U);
  const std::string text = Data(BytesView(into).first(result.bytes));
  EXPECT_TRUE(text.starts_with("record 0 record 1 ") && text.ends_with("record 19 "));
}

TEST_P(EngineData, ASmallBufferGetsTheRestOfARecordByTheNextRead) {
  client.write("0123456789");
  client.work();
  const std::string record = client.take(Chunking::all);
  server.engine.feed(Data(record).bytes());
  std::array<std::byte, 4> into{};
  std::string all;
  while (server.engine.readable()) {
    const auto result = server.engine.read(into);
    all += Data(BytesView(into).first(result.bytes)).text();
  }
  EXPECT_EQ(all, "0123456789");
}

TEST_P(EngineData, WhatIsKeptIsReadAfterTheLenderHasItBack) {
  client.write("first ");
  client.work();
  std::string lent = client.take(Chunking::all);
  client.write("second");
  client.work();
  std::string more = client.take(Chunking::all);
  server.engine.feed(Data(lent).bytes());
  server.engine.keepInput();
  EXPECT_EQ(server.engine.unread(), lent.size());
  server.engine.keepInput();
  std::fill(lent.begin(), lent.end(), '\0');
  server.engine.feed(Data(more).bytes());
  std::fill(more.begin(), more.end(), '\0');
  server.work();
  EXPECT_EQ(server.received, "first second");
  EXPECT_EQ(server.engine.unread(), 0U);
}

TEST_P(EngineData, AfterCloseNotifyTheOtherDirectionGoesOn) {
  client.write("last");
  client.closeWhenWritten();
  exchange(client, server);
  EXPECT_EQ(server.received, "last");
  EXPECT_TRUE(server.peerClosed);
  EXPECT_FALSE(client.peerClosed);
  server.write(pattern(100'000));
  exchange(client, server);
  EXPECT_TRUE(client.received == pattern(100'000));
  server.closeWhenWritten();
  exchange(client, server);
  EXPECT_TRUE(client.peerClosed);
  client.feedEnd();
  EXPECT_EQ(client.failure(), "");
}

TEST_P(EngineData, CloseNotifyIsToldToEveryRead) {
  client.write("data");
  client.closeWhenWritten();
  client.work();
  const std::string bytes = client.take(Chunking::all);
  server.engine.feed(Data(bytes).bytes());
  std::array<std::byte, 100> into{};
  EXPECT_EQ(server.engine.read(into).want, Engine::Want::closed);
  EXPECT_TRUE(server.engine.readable());
  EXPECT_EQ(server.engine.read(into).want, Engine::Want::closed);
  server.engine.feedEnd();
  EXPECT_EQ(server.engine.read(into).want, Engine::Want::closed);
}

TEST_P(EngineData, AnEndWithoutCloseNotifyIsATruncationAfterAllData) {
  client.write("nearly all");
  client.work();
  const std::string bytes = client.take(Chunking::all);
  server.engine.feed(Data(bytes).bytes());
  server.engine.feedEnd();
  server.work();
  EXPECT_EQ(server.received, "nearly all");
  EXPECT_EQ(server.failure(), "ERR_TLS_TRUNCATED");
}

TEST_P(EngineData, AChangedRecordIsAFailureWithAnAlertForThePeer) {
  client.write("a secret");
  client.work();
  std::string record = client.take(Chunking::all);
  record.back() = static_cast<char>(record.back() ^ 1);
  server.feed(record);
  EXPECT_EQ(server.failure(), "ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC");
  EXPECT_EQ(server.received, "");
  exchange(client, server);
  EXPECT_EQ(client.failure(), "ERR_SSL_SSLV3_ALERT_BAD_RECORD_MAC");
}

TEST_P(EngineData, DataBeforeABadRecordIsDelivered) {
  client.write("good");
  client.work();
  const std::string good = client.take(Chunking::all);
  server.feed(good + std::string(100, '\0'));
  EXPECT_EQ(server.received, "good");
  EXPECT_FALSE(server.failure().empty());
}

// Whoever is idle has given its chunk back: all connections take turns with the same one.
TEST_P(EngineData, AnIdleEngineHoldsNoChunk) {
  const void* const before = base::Chunk::borrow().data();
  EngineEnd here(clientSide, clientSettings);
  EngineEnd there(serverSide, {.isServer = true});
  here.write("x");
  exchange(here, there);
  EXPECT_EQ(there.received, "x");
  EXPECT_EQ(base::Chunk::borrow().data(), before);
}

INSTANTIATE_TEST_SUITE_P(Versions, EngineData, ::testing::Values("TLSv1.2", "TLSv1.3"),
                         [](const auto& version) {
                           return std::string(version.param) == "TLSv1.2" ? "Tls12" : "Tls13";
                         });

}  // namespace
}  // namespace securepair::engine
