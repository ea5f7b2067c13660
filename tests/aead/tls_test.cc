// Connections of which one side has the fast AEAD, and the other OpenSSL's own.
#include <algorithm>
#include <optional>
#include <string>

#include "aead/evp.h"
#include "support/memory_wire.h"
#include "support/openssl_end.h"
#include "support/tls_world.h"

namespace securepair::aead {
namespace {

using test::EngineEnd;
using test::OpensslEnd;
using test::World;

struct Suite {
  const char* name;
  const char* version;
  const char* cipher;
};

class AeadInTls : public AeadTest, public ::testing::WithParamInterface<Suite> {
 protected:
  static int versionOf(const Suite& suite) {
    return std::string(suite.version) == "TLSv1.2" ? TLS1_2_VERSION : TLS1_3_VERSION;
  }

  void SetUp() override {
    AeadTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    serverCredentials.emplace(crypto::createCredentials({.key = World::get().server.key,
                                                         .cert = World::get().server.cert,
                                                         .ciphers = GetParam().cipher,
                                                         .minVersion = GetParam().version,
                                                         .maxVersion = GetParam().version}));
    server.emplace(*serverCredentials, engine::Settings{.isServer = true});
    before = messagesBegun();
    exchange(client, *server);
    ASSERT_TRUE(server->engine.secure()) << server->failure();
  }

  void clientSends(std::string_view text) {
    for (std::size_t sent = 0; sent < text.size();) {
      const auto record = text.substr(sent, 16384);
      ASSERT_EQ(SSL_write(client.ssl(), record.data(), static_cast<int>(record.size())),
                static_cast<int>(record.size()));
      sent += record.size();
    }
  }

  OpensslEnd client{TLS_client_method(), versionOf(GetParam())};
  std::optional<crypto::Credentials> serverCredentials;
  std::optional<EngineEnd> server;
  std::size_t before = 0;
};

TEST_P(AeadInTls, TheFullRecordsOfBothSidesArrive) {
  EXPECT_STREQ(SSL_get_cipher_name(client.ssl()), GetParam().name);
  const std::string text = randomBytes(std::size_t{64} * 16384);
  server->write(text);
  server->work();
  clientSends(text);
  exchange(client, *server);
  EXPECT_TRUE(server->received == text);
  EXPECT_TRUE(client.received() == text);
  // 64 records each way, which the provider has both opened and sealed.
  EXPECT_GE(messagesBegun() - before, 128U);
}

TEST_P(AeadInTls, RecordsOfEverySmallSizeArrive) {
  std::string all;
  for (std::size_t size = 1; size <= 400; ++size) {
    const std::string text = randomBytes(size);
    all += text;
    server->write(text);
    clientSends(text);
    exchange(client, *server);
  }
  EXPECT_TRUE(server->received == all);
  EXPECT_TRUE(client.received() == all);
}

TEST_P(AeadInTls, AClientHasItToo) {
  OpensslEnd peer(TLS_server_method(), versionOf(GetParam()));
  peer.use(World::get().server);
  const auto credentials = crypto::createCredentials(
      {.ca = World::get().authority.own.cert, .ciphers = GetParam().cipher});
  EngineEnd own(credentials, {.servername = "localhost", .identity = "localhost"});
  const std::string text = randomBytes(100'000);
  own.write(text);
  before = messagesBegun();
  own.work();
  while (own.waiting() > 0) {
    peer.feed(own.take(test::Chunking::all));
    peer.work();
    own.feed(peer.take());
  }
  EXPECT_TRUE(own.engine.authorized()) << own.failure();
  EXPECT_TRUE(peer.received() == text);
  EXPECT_GT(messagesBegun() - before, 7U);
}

TEST_P(AeadInTls, AChangedRecordEndsTheConnection) {
  clientSends("hello");
  std::string record = client.take();
  record.back() = static_cast<char>(record.back() ^ 1);
  server->feed(record);
  server->work();
  EXPECT_EQ(server->received, "");
  EXPECT_EQ(server->failure(), "ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC");
}

TEST_P(AeadInTls, NoRecordIsTooShortForIt) {
  // With every length that a record's header can have below that of an empty one.
  for (char length = 0; length < 32; ++length) {
    EngineEnd other(*serverCredentials, {.isServer = true});
    OpensslEnd peer(TLS_client_method(), versionOf(GetParam()));
    exchange(peer, other);
    other.feed(std::string("\x17\3\3\0", 4) + length +
               std::string(static_cast<std::size_t>(length), 'x'));
    other.work();
    EXPECT_EQ(other.received, "");
  }
}

TEST_P(AeadInTls, AnotherContextOfTheProcessKeepsOpenssls) {
  const std::size_t soFar = messagesBegun();
  OpensslEnd one(TLS_client_method(), versionOf(GetParam()));
  OpensslEnd other(TLS_server_method(), versionOf(GetParam()));
  other.use(World::get().server);
  for (int i = 0; i < 10; ++i) {
    one.work();
    other.feed(one.take());
    other.work();
    one.feed(other.take());
  }
  ASSERT_EQ(SSL_is_init_finished(one.ssl()), 1);
  ASSERT_EQ(SSL_write(one.ssl(), "hello", 5), 5);
  other.feed(one.take());
  other.work();
  EXPECT_EQ(other.received(), "hello");
  EXPECT_EQ(messagesBegun(), soFar);
}

INSTANTIATE_TEST_SUITE_P(
    Suites, AeadInTls,
    ::testing::Values(
        Suite{"TLS_AES_128_GCM_SHA256", "TLSv1.3", "TLS_AES_128_GCM_SHA256"},
        Suite{"TLS_AES_256_GCM_SHA384", "TLSv1.3", "TLS_AES_256_GCM_SHA384"},
        Suite{"ECDHE-ECDSA-AES128-GCM-SHA256", "TLSv1.2", "ECDHE-ECDSA-AES128-GCM-SHA256"},
        Suite{"ECDHE-ECDSA-AES256-GCM-SHA384", "TLSv1.2", "ECDHE-ECDSA-AES256-GCM-SHA384"}),
    [](const auto& suite) {
      std::string name = suite.param.name;
      std::replace_if(
          name.begin(), name.end(), [](char c) { return c == '-' || c == '_'; }, 'x');
      return name;
    });

}  // namespace
}  // namespace securepair::aead
