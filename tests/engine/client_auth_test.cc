// What a client knows of its server's acceptance, and hears of a refusal.
#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "crypto/context.h"
#include "engine/credentials_of.h"
#include "engine/ticket_keys.h"
#include "support/certificates.h"
#include "support/memory_wire.h"
#include "support/tls_world.h"

namespace securepair::test {
namespace {

class ClientAuth : public testing::Test {
 protected:
  void meet(const crypto::Credentials& ofClient, const engine::Settings& ofServer,
            const std::string& version = "TLSv1.3") {
    serverSide = credentialsOf(World::get().server, version);
    meetServer(ofClient, ofServer);
  }
  void meetServer(const crypto::Credentials& ofClient, const engine::Settings& ofServer) {
    server.emplace(*serverSide, ofServer);
    client.emplace(ofClient, engine::Settings{.identity = "localhost"});
    exchange(*client, *server);
    ASSERT_TRUE(client->engine.secure()) << client->failure();
  }
  std::string welcome() {
    server->write("welcome");
    server->work();
    return server->take(Chunking::all);
  }
  // The client reads what there is.
  bool accepted() {
    client->engine.lookAhead();
    return client->engine.accepted();
  }

  crypto::Credentials own = credentialsOf(World::get().client);
  std::optional<crypto::Credentials> serverSide;
  std::optional<EngineEnd> server;
  std::optional<EngineEnd> client;
};

const engine::Settings asking{.isServer = true, .requestCert = true};

TEST_F(ClientAuth, AServerThatDoesNotAskAcceptsAtOnce) {
  meet(own, {.isServer = true});
  EXPECT_TRUE(client->engine.accepted());
}

TEST_F(ClientAuth, AServerOfTls12HasLookedWhenTheHandshakeIsDone) {
  meet(own, asking, "TLSv1.2");
  EXPECT_TRUE(client->engine.accepted());
}

TEST_F(ClientAuth, AServerOfTls13AcceptsWithItsFirstData) {
  meet(own, asking);
  EXPECT_FALSE(accepted());
  const std::string answer = welcome();
  client->engine.feed(Data(answer).bytes());
  EXPECT_TRUE(accepted());
  std::string into(100, ' ');
  const auto [count, want] = client->engine.read(std::as_writable_bytes(std::span(into)));
  EXPECT_EQ(into.substr(0, count), "welcome") << "looking takes nothing";
}

TEST_F(ClientAuth, OrWithATicket) {
  serverSide = credentialsOf(World::get().server);
  auto withTickets = asking;
  withTickets.ticketKeys = std::make_shared<engine::TicketKeys>(std::chrono::hours(1));
  server.emplace(*serverSide, withTickets);
  client.emplace(own, engine::Settings{.identity = "localhost"});
  client->work();
  server->feed(client->take(Chunking::all));
  client->feed(server->take(Chunking::all));
  ASSERT_TRUE(client->engine.secure()) << client->failure();
  EXPECT_FALSE(accepted());
  server->feed(client->take(Chunking::all));
  ASSERT_TRUE(server->engine.secure()) << server->failure();
  const std::string ticket = server->take(Chunking::all);
  client->engine.feed(Data(ticket).bytes());
  EXPECT_TRUE(accepted());
}

TEST_F(ClientAuth, HavingNoneMayBeAcceptedToo) {
  meet(crypto::createCredentials({.ca = World::get().authority.own.cert}), asking);
  EXPECT_FALSE(accepted());
  const std::string answer = welcome();
  client->engine.feed(Data(answer).bytes());
  EXPECT_TRUE(accepted());
}

TEST_F(ClientAuth, AServersEndWithoutAWordMayBeARefusal) {
  meet(own, asking);
  client->feedEnd();
  EXPECT_EQ(client->failure(), "ERR_TLS_TRUNCATED");
  EXPECT_NE(client->engine.failure()->fix().find("refused"), std::string::npos);

  meet(own, {.isServer = true});
  client->feedEnd();
  EXPECT_EQ(client->failure(), "ERR_TLS_TRUNCATED");
  EXPECT_EQ(client->engine.failure()->fix(), "");
}

TEST_F(ClientAuth, ACertificateThatTheServerCannotUseIsNotShown) {
  serverSide = credentialsOf(World::get().server);
  // The client's key is of P-256.
  SSL_CTX_set1_client_sigalgs_list(serverSide->context.get()->native(), "RSA-PSS+SHA256");
  meetServer(own, {.isServer = true, .requestCert = true, .rejectUnauthorized = true});
  EXPECT_EQ(server->failure(), "UNABLE_TO_GET_ISSUER_CERT");
  EXPECT_NE(client->engine.failure()->message().find("this side gave none"), std::string::npos)
      << client->engine.failure()->what();
}

TEST(ServerCertificate, ThatIsRefusedIsNamedToTheServer) {
  for (const char* const version : {"TLSv1.2", "TLSv1.3"}) {
    EngineEnd server(credentialsOf(World::get().stranger, version), {.isServer = true});
    EngineEnd client(credentialsOf(World::get().client),
                     {.rejectUnauthorized = true, .identity = "localhost"});
    exchange(client, server);
    EXPECT_EQ(server.failure(), "ERR_SSL_TLSV1_ALERT_UNKNOWN_CA");
    EXPECT_NE(server.engine.failure()->certificate().find("subject CN=localhost; issuer CN=loc"),
              std::string::npos)
        << server.engine.failure()->what();
  }
}

}  // namespace
}  // namespace securepair::test
