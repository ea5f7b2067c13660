// What only another implementation's side can do: here OpenSSL itself, asked to misbehave.
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "support/memory_wire.h"
#include "support/openssl_end.h"
#include "support/tls_world.h"

namespace securepair::test {
namespace {

using Want = engine::Engine::Want;

// Carries between the two until nothing is under way.
void exchange(EngineEnd& client, OpensslEnd& server) {
  client.work();
  while (client.waiting() > 0) {
    server.feed(client.take(Chunking::all));
    server.work();
    const std::string answer = server.take();
    if (!answer.empty()) client.feed(answer);
  }
}

engine::Settings strictClient() {
  return {.rejectUnauthorized = true, .servername = "localhost", .identity = "localhost"};
}

crypto::Credentials clientCredentials() {
  return crypto::createCredentials({.key = World::get().client.key,
                                    .cert = World::get().client.cert,
                                    .ca = World::get().authority.own.cert});
}

TEST(OpensslPeer, AServerCannotChangeItsCertificateByRenegotiation) {
  OpensslEnd server(TLS_server_method(), TLS1_2_VERSION);
  server.use(World::get().server);
  EngineEnd client(clientCredentials(), strictClient());
  exchange(client, server);
  ASSERT_TRUE(client.engine.secure()) << client.failure();

  server.use(World::get().stranger);
  SSL_renegotiate(server.ssl());
  SSL_do_handshake(server.ssl());
  client.feed(server.take());
  exchange(client, server);
  EXPECT_EQ(client.engine.peerCertificate().subject["CN"], "localhost");
  EXPECT_TRUE(client.engine.authorized());
  EXPECT_FALSE(SSL_is_init_finished(server.ssl()) == 1 && client.failure().empty())
      << "it was served";
}

TEST(OpensslPeer, AServerWithoutACertificateIsRefused) {
  OpensslEnd server(TLS_server_method(), TLS1_2_VERSION);
  const auto credentials = clientCredentials();
  const char* const anonymous = "AECDH-AES256-SHA:@SECLEVEL=0";
  SSL_set_cipher_list(server.ssl(), anonymous);
  // No list in the options leads here: they never leave a suite without authentication.
  SSL_CTX_set_cipher_list(credentials.context.get()->native(), anonymous);
  EngineEnd client(credentials, strictClient());
  exchange(client, server);
  EXPECT_EQ(client.failure(), "UNABLE_TO_GET_ISSUER_CERT");
  EXPECT_FALSE(client.engine.secure());
}

TEST(OpensslPeer, AnEmptyListOfNpnIsAnsweredWithTheClientsFirst) {
  OpensslEnd server(TLS_server_method(), TLS1_2_VERSION);
  server.use(World::get().server);
  const auto advertiseNothing = [](SSL*, const unsigned char** list, unsigned int* size, void*) {
    *list = reinterpret_cast<const unsigned char*>("");
    *size = 0;
    return SSL_TLSEXT_ERR_OK;
  };
  SSL_CTX_set_next_protos_advertised_cb(server.ctx(), advertiseNothing, nullptr);
  auto settings = strictClient();
  settings.protocols = std::make_shared<engine::Protocols>(engine::Protocols{.npn = "\1c\1d"});
  EngineEnd client(clientCredentials(), settings);
  exchange(client, server);
  ASSERT_TRUE(client.engine.secure()) << client.failure();
  EXPECT_EQ(client.engine.npnProtocol(), "");
  const unsigned char* name = nullptr;
  unsigned int size = 0;
  SSL_get0_next_proto_negotiated(server.ssl(), &name, &size);
  EXPECT_EQ(std::string(name, name + size), "c");
}

TEST(OpensslPeer, AServerCannotChooseAProtocolThatWasNotOffered) {
  OpensslEnd server(TLS_server_method(), TLS1_3_VERSION);
  server.use(World::get().server);
  const auto choose = [](SSL*, const unsigned char** chosen, unsigned char* size,
                         const unsigned char*, unsigned int, void*) {
    *chosen = reinterpret_cast<const unsigned char*>("h3");
    *size = 2;
    return SSL_TLSEXT_ERR_OK;
  };
  SSL_CTX_set_alpn_select_cb(server.ctx(), choose, nullptr);
  auto settings = strictClient();
  settings.protocols = std::make_shared<engine::Protocols>(engine::Protocols{.alpn = "\2h2"});
  EngineEnd client(clientCredentials(), settings);
  exchange(client, server);
  EXPECT_FALSE(client.engine.secure());
  // Later releases of OpenSSL 3 look by themselves.
  EXPECT_TRUE(client.failure() == "ERR_TLS_PROTOCOL_NOT_OFFERED" ||
              client.failure() == "ERR_SSL_BAD_EXTENSION")
      << client.failure();
}

// A server of v0.6.18's time: it has NPN and no ALPN.
TEST(OpensslPeer, AServersOrderDecidesOnNpnsProtocol) {
  OpensslEnd server(TLS_server_method(), TLS1_2_VERSION);
  server.use(World::get().server);
  const auto advertise = [](SSL*, const unsigned char** list, unsigned int* size, void*) {
    *list = reinterpret_cast<const unsigned char*>("\1a\1b\1c");
    *size = 6;
    return SSL_TLSEXT_ERR_OK;
  };
  SSL_CTX_set_next_protos_advertised_cb(server.ctx(), advertise, nullptr);
  auto settings = strictClient();
  settings.protocols =
      std::make_shared<engine::Protocols>(engine::Protocols{.alpn = "\1c\1b", .npn = "\1c\1b"});
  EngineEnd client(clientCredentials(), settings);
  exchange(client, server);
  EXPECT_TRUE(client.engine.secure()) << client.failure();
  EXPECT_EQ(client.engine.npnProtocol(), "b");
  EXPECT_EQ(client.engine.alpnProtocol(), "");
}

TEST(OpensslPeer, AnEndWaitsForTheRestOfATicket) {
  OpensslEnd server(TLS_server_method(), TLS1_3_VERSION);
  server.use(World::get().server);
  SSL_set_max_send_fragment(server.ssl(), 512);
  SSL_set_verify(server.ssl(), SSL_VERIFY_PEER, [](int, X509_STORE_CTX*) { return 1; });
  EngineEnd client(clientCredentials(), strictClient());
  client.work();
  server.feed(client.take(Chunking::all));
  server.work();
  client.feed(server.take());
  ASSERT_TRUE(client.engine.secure()) << client.failure();
  server.feed(client.take(Chunking::all));
  server.work();

  const std::string ticket = server.take();
  constexpr std::size_t oneRecord = 600;
  ASSERT_GT(ticket.size(), oneRecord) << "a ticket of more than one record";
  client.feed(ticket.substr(0, oneRecord));
  EXPECT_EQ(client.engine.close(), Want::input);
  client.feed(ticket.substr(oneRecord));
  EXPECT_EQ(client.engine.close(), Want::nothing);
  EXPECT_EQ(client.failure(), "");
}

// Takes the extension renegotiation_info (RFC 5746) out of a server's first flight, which begins
// with the record that holds its hello.
std::string withoutSecureRenegotiation(std::string flight) {
  const auto lower = [&flight](std::size_t at, int by) {
    const int length = (flight[at] & 0xFF) * 256 + (flight[at + 1] & 0xFF) - by;
    flight[at] = static_cast<char>(length / 256);
    flight[at + 1] = static_cast<char>(length % 256);
  };
  const std::string extension("\xFF\x01\x00\x01\x00", 5);
  const std::size_t sessionId = 5 + 4 + 2 + 32;  // heads of record and message, version, random
  const std::size_t extensions = sessionId + 1 + static_cast<unsigned char>(flight[sessionId]) + 3;
  flight.erase(flight.find(extension, extensions), extension.size());
  for (const std::size_t length : {std::size_t{3}, std::size_t{7}, extensions}) lower(length, 5);
  return flight;
}

TEST(OpensslPeer, AServerWithoutSecureRenegotiationIsRefusedAndTheErrorSaysWhy) {
  OpensslEnd server(TLS_server_method(), TLS1_2_VERSION);
  server.use(World::get().server);
  EngineEnd client(clientCredentials(), strictClient());
  client.work();
  server.feed(client.take(Chunking::all));
  server.work();
  client.feed(withoutSecureRenegotiation(server.take()));
  ASSERT_EQ(client.failure(), "ERR_SSL_UNSAFE_LEGACY_RENEGOTIATION_DISABLED");
  const std::string text = client.engine.failure()->what();
  EXPECT_NE(text.find("RFC 5746"), std::string::npos) << text;
  EXPECT_NE(text.find("update the peer"), std::string::npos) << text;
}

}  // namespace
}  // namespace securepair::test
