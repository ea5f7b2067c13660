// The page's sections "tls.createSecurePair" and "Class: SecurePair".
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "support/memory_wire.h"
#include "support/tls_world.h"

namespace securepair::test {
namespace {

crypto::Credentials serverCredentials() {
  const auto& world = World::get();
  return crypto::createCredentials(
      {.key = world.server.key, .cert = world.server.cert, .ca = world.authority.own.cert});
}

crypto::Credentials clientCredentials() {
  return crypto::createCredentials({.ca = World::get().authority.own.cert});
}

// Two pairs, each of which tells how it went.
struct Both {
  Both(const std::shared_ptr<tls::SecurePair>& clientPair,
       const std::shared_ptr<tls::SecurePair>& serverPair)
      : client(clientPair), server(serverPair) {
    client->onSecure([this] { clientSecure += client->cleartext.authorized() ? "a" : "u"; });
    server->onSecure([this] { serverSecure += server->cleartext.authorized() ? "a" : "u"; });
    client->onError([this](const Error& error) { clientError = error.code(); });
    server->onError([this](const Error& error) { serverError = error.code(); });
    client->cleartext.onError([this](const Error& error) { clientError = error.code(); });
    client->cleartext.onData([this](std::string_view text) { clientReceived += text; });
    server->cleartext.onData([this](std::string_view text) { serverReceived += text; });
  }

  void connect() {
    connectBack2Back(*client, *server);
    client->start();
  }

  std::shared_ptr<tls::SecurePair> client;
  std::shared_ptr<tls::SecurePair> server;
  std::string clientSecure;  ///< "a" for authorized, "u" for not; once for each `secure`
  std::string serverSecure;
  std::string clientError;
  std::string serverError;
  std::string clientReceived;
  std::string serverReceived;
};

std::shared_ptr<tls::SecurePair> serverPair(bool requestCert = false, bool reject = false) {
  return tls::createSecurePair(serverCredentials(), true, requestCert, reject);
}

std::shared_ptr<tls::SecurePair> clientPair() { return tls::createSecurePair(clientCredentials()); }

TEST(CreateSecurePair, CreatesANewSecurePairObjectWithTwoStreams) {
  Both both(clientPair(), serverPair());
  both.connect();
  both.client->cleartext.write("from the client");
  both.server->cleartext.write("from the server");
  EXPECT_EQ(both.serverReceived, "from the client");
  EXPECT_EQ(both.clientReceived, "from the server");
}

TEST(CreateSecurePair, OneOfWhichReadsWritesEncryptedDataAndOneReadsWritesCleartextData) {
  Both both(clientPair(), serverPair());
  std::string wire;
  both.connect();
  both.client->encrypted.onData([&](const Data& data) { wire += data; });
  both.client->cleartext.write("a secret");
  EXPECT_EQ(both.serverReceived, "a secret");
  EXPECT_FALSE(wire.empty());
  EXPECT_EQ(wire.find("a secret"), std::string::npos);
}

// With a loop, over real sockets: the page's words, as a program has them.
TEST(CreateSecurePair, GenerallyTheEncryptedOneIsPipedToAndFromAnIncomingEncryptedDataStream) {
  std::shared_ptr<tls::SecurePair> pair;
  const auto server = net::createServer([&](net::Socket& socket) {
    pair = serverPair();
    socket.pipe(pair->encrypted);
    pair->encrypted.pipe(socket);
    pair->cleartext.pipe(pair->cleartext);
  });
  server->listen(0, "127.0.0.1");
  std::string received;
  const auto client = tls::connect(server->address()->port, "localhost", clientOptions(),
                                   [](tls::CleartextStream& stream) { stream.end("round"); });
  client->onData([&](std::string_view text) { received += text; });
  client->onClose([&] { server->close(); });
  runLoop();
  EXPECT_EQ(received, "round");
}

TEST(CreateSecurePair, TheCleartextOneIsUsedAsAReplacementForTheInitialEncryptedStream) {
  Both both(clientPair(), serverPair());
  both.server->cleartext.pipe(both.server->cleartext);
  both.connect();
  both.client->cleartext.write("round");
  EXPECT_EQ(both.clientReceived, "round");
}

TEST(CreateSecurePair, CredentialsFromCreateCredentials) {
  Both both(clientPair(), serverPair());
  both.connect();
  EXPECT_EQ(both.client->cleartext.getPeerCertificate().subject["CN"], "localhost");
}

TEST(CreateSecurePair, AllArgumentsCanBeLeftOut) {
  const auto pair = tls::createSecurePair();
  std::string hello;
  pair->encrypted.onData([&](const Data& data) { hello += data; });
  pair->start();
  ASSERT_FALSE(hello.empty());
  EXPECT_EQ(hello[0], 22) << "a handshake record: it is a client";
  pair->destroy();
}

TEST(CreateSecurePair, IsServerWhetherThisTlsConnectionShouldBeOpenedAsAServerOrAClient) {
  const auto server = serverPair();
  std::string sent;
  server->encrypted.onData([&](const Data& data) { sent += data; });
  server->start();
  EXPECT_EQ(sent, "") << "a server waits";
  server->destroy();
}

TEST(CreateSecurePair, RequestCertWhetherAServerShouldRequestACertificateFromAConnectingClient) {
  for (const bool requestCert : {false, true}) {
    const auto& client = World::get().client;
    Both both(tls::createSecurePair(crypto::createCredentials(
                  {.key = client.key, .cert = client.cert, .ca = World::get().authority.own.cert})),
              serverPair(requestCert));
    both.connect();
    EXPECT_EQ(both.server->cleartext.getPeerCertificate().empty(), !requestCert);
    EXPECT_EQ(both.serverSecure, requestCert ? "a" : "u");
  }
}

TEST(CreateSecurePair, RequestCertOnlyAppliesToServerConnections) {
  Both both(tls::createSecurePair(clientCredentials(), false, false), serverPair());
  both.connect();
  EXPECT_EQ(both.clientSecure, "a") << "a client looks at the server's in any case";
}

TEST(CreateSecurePair, RejectUnauthorizedAutomaticallyRejectsClientsWithInvalidCertificates) {
  const auto& stranger = World::get().stranger;
  Both both(
      tls::createSecurePair(crypto::createCredentials(
          {.key = stranger.key, .cert = stranger.cert, .ca = World::get().authority.own.cert})),
      serverPair(true, true));
  both.connect();
  EXPECT_EQ(both.serverError, "DEPTH_ZERO_SELF_SIGNED_CERT");
  EXPECT_EQ(both.serverSecure, "");
  EXPECT_EQ(both.clientError, "ERR_SSL_TLSV1_ALERT_UNKNOWN_CA");
}

TEST(CreateSecurePair, RejectUnauthorizedOnlyAppliesToServersWithRequestCertEnabled) {
  Both both(clientPair(), serverPair(false, true));
  both.connect();
  EXPECT_EQ(both.serverSecure, "u");
  // Nor to clients: this one does not know the authority.
  Both stranger(tls::createSecurePair(crypto::createCredentials({.ca = World::get().stranger.cert}),
                                      false, true, true),
                serverPair());
  stranger.connect();
  EXPECT_EQ(stranger.clientSecure, "u");
}

TEST(CreateSecurePair, ReturnsASecurePairObjectWithCleartextAndEncryptedStreamProperties) {
  const std::shared_ptr<tls::SecurePair> pair = tls::createSecurePair();
  static_assert(std::is_same_v<decltype((pair->cleartext)), tls::CleartextStream&>);
  static_assert(std::is_same_v<decltype((pair->encrypted)), tls::EncryptedStream&>);
  static_assert(std::is_base_of_v<Stream, tls::CleartextStream>);
  static_assert(std::is_base_of_v<Stream, tls::EncryptedStream>);
  pair->destroy();
}

TEST(CreateSecurePair, TheFifthArgumentTellsServernameAndProtocols) {
  Both both(
      tls::createSecurePair(clientCredentials(), false, false, false,
                            {.NPNProtocols = {"a", "b"}, .servername = "localhost"}),
      tls::createSecurePair(serverCredentials(), true, false, false, {.NPNProtocols = {"b"}}));
  both.connect();
  EXPECT_EQ(both.server->cleartext.servername(), "localhost");
  EXPECT_EQ(both.server->cleartext.npnProtocol(), "b");
  EXPECT_EQ(both.client->cleartext.npnProtocol(), "b");
  EXPECT_EQ(both.clientSecure, "a");
}

TEST(CreateSecurePair, TheFifthArgumentsServernameMustStandInTheCertificate) {
  Both both(tls::createSecurePair(clientCredentials(), false, false, false,
                                  {.servername = "other.example.org"}),
            serverPair());
  both.connect();
  EXPECT_EQ(both.clientSecure, "u");
  EXPECT_EQ(both.client->cleartext.authorizationError(), "ERR_TLS_CERT_ALTNAME_INVALID");
}

TEST(CreateSecurePair, TheFifthArgumentMayHoldAnSniCallback) {
  const Identity other = issue(World::get().authority, "other.example.org");
  Both both(tls::createSecurePair(clientCredentials(), false, false, false,
                                  {.servername = "other.example.org"}),
            tls::createSecurePair(
                serverCredentials(), true, false, false, {.SNICallback = [&](std::string_view) {
                  return crypto::createCredentials({.key = other.key, .cert = other.cert});
                }}));
  both.connect();
  EXPECT_EQ(both.clientSecure, "a");
}

TEST(SecurePair, IsEmittedFromTheSecurePairOnceThePairHasSuccessfullyEstablishedASecureConnection) {
  Both both(clientPair(), serverPair());
  both.connect();
  both.client->cleartext.write("and nothing follows from this");
  EXPECT_EQ(both.clientSecure.size(), 1U);
  EXPECT_EQ(both.serverSecure.size(), 1U);
  Both never(clientPair(), serverPair());
  never.client->start();
  EXPECT_EQ(never.clientSecure, "");
  never.client->destroy();
  never.server->destroy();
}

TEST(SecurePair,
     CleartextAuthorizedShouldBeCheckedToConfirmWhetherTheCertificateUsedProperlyAuthorized) {
  Both trusted(clientPair(), serverPair());
  trusted.connect();
  EXPECT_EQ(trusted.clientSecure, "a");
  EXPECT_EQ(trusted.client->cleartext.authorizationError(), "");
  Both stranger(
      tls::createSecurePair(crypto::createCredentials({.ca = World::get().stranger.cert})),
      serverPair());
  stranger.connect();
  EXPECT_EQ(stranger.clientSecure, "u");
  EXPECT_EQ(stranger.client->cleartext.authorizationError(), "UNABLE_TO_VERIFY_LEAF_SIGNATURE");
}

}  // namespace
}  // namespace securepair::test
