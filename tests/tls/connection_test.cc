#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "support/tls_world.h"

namespace securepair::test {
namespace {

struct Conversed {
  std::string received;
  std::optional<bool> serverSaw;  ///< whether the client was authorized
  std::string serverSawError;
  std::optional<bool> clientSaw;
  std::string clientSawError;
  std::string clientError;  ///< of the server
  std::string error;        ///< of the client
  std::string protocol;
  bool ended = false;
  bool closed = false;
};

// The page's two programs in one loop: greeting, echo, end.
Conversed converse(const tls::ServerOptions& serverOptions, const tls::ConnectOptions& options,
                   const std::string& host = "localhost") {
  Conversed seen;
  const auto server = serve(serverOptions, [&seen](tls::CleartextStream& stream) {
    seen.serverSaw = stream.authorized();
    seen.serverSawError = stream.authorizationError();
    stream.write("welcome!\n");
    stream.pipe(stream);
  });
  server->onClientError([&seen](const Error& error) { seen.clientError = error.code(); });

  const auto client =
      tls::connect(server->address()->port, host, options, [&seen](tls::CleartextStream& stream) {
        seen.clientSaw = stream.authorized();
        seen.clientSawError = stream.authorizationError();
        seen.protocol = stream.getProtocol();
        stream.end("hello");
      });
  client->onData([&seen](const Data& data) { seen.received += data; });
  client->onEnd([&seen] { seen.ended = true; });
  client->onError([&seen](const Error& error) { seen.error = error.code(); });
  client->onClose([&seen, &server] {
    seen.closed = true;
    server->close();
  });
  runLoop();
  return seen;
}

class Conversation : public testing::TestWithParam<const char*> {
 protected:
  tls::ServerOptions atVersion(tls::ServerOptions options) const {
    options.minVersion = options.maxVersion = GetParam();
    return options;
  }
};

TEST_P(Conversation, GreetsEchoesAndEnds) {
  const auto seen = converse(atVersion(serverOptions()), clientOptions());
  EXPECT_EQ(seen.received, "welcome!\nhello");
  EXPECT_EQ(seen.protocol, GetParam());
  EXPECT_EQ(seen.clientSaw, true);
  EXPECT_EQ(seen.clientSawError, "");
  EXPECT_TRUE(seen.ended);
  EXPECT_TRUE(seen.closed);
  EXPECT_EQ(seen.error, "");
  EXPECT_EQ(seen.clientError, "");
}

TEST_P(Conversation, WithPfxOnBothSides) {
  const auto seen = converse(atVersion({.pfx = World::get().serverPfx, .requestCert = true}),
                             {.pfx = World::get().clientPfx});
  EXPECT_EQ(seen.received, "welcome!\nhello");
  EXPECT_EQ(seen.serverSaw, true);
  EXPECT_EQ(seen.clientSaw, true);
}

TEST_P(Conversation, WithoutRequestCertTheClientIsNeitherAuthorizedNorInError) {
  const auto seen = converse(atVersion(serverOptions()), clientOptionsWithCertificate());
  EXPECT_EQ(seen.serverSaw, false);
  EXPECT_EQ(seen.serverSawError, "");
}

TEST_P(Conversation, AClientInCaIsAuthorized) {
  const auto seen = converse(atVersion(serverOptionsThatAsk()), clientOptionsWithCertificate());
  EXPECT_EQ(seen.serverSaw, true);
  EXPECT_EQ(seen.serverSawError, "");
}

TEST_P(Conversation, AStrangerIsNot) {
  const auto seen =
      converse(atVersion(serverOptionsThatAsk()), as(World::get().stranger, clientOptions()));
  EXPECT_EQ(seen.serverSaw, false);
  EXPECT_EQ(seen.serverSawError, "DEPTH_ZERO_SELF_SIGNED_CERT");
  EXPECT_EQ(seen.received, "welcome!\nhello");
}

TEST_P(Conversation, AClientWithoutACertificateIsNot) {
  const auto seen = converse(atVersion(serverOptionsThatAsk()), clientOptions());
  EXPECT_EQ(seen.serverSaw, false);
  EXPECT_EQ(seen.serverSawError, "UNABLE_TO_GET_ISSUER_CERT");
}

TEST_P(Conversation, RejectUnauthorizedRefusesAStrangerAndSaysSoOnBothSides) {
  auto options = serverOptionsThatAsk();
  options.rejectUnauthorized = true;
  const auto seen = converse(atVersion(options), as(World::get().stranger, clientOptions()));
  EXPECT_EQ(seen.serverSaw, std::nullopt);
  EXPECT_EQ(seen.clientError, "DEPTH_ZERO_SELF_SIGNED_CERT");
  EXPECT_NE(seen.error, "");
  EXPECT_NE(seen.error, "ECONNRESET") << "the alert was lost";
  EXPECT_TRUE(seen.closed);
}

TEST_P(Conversation, RejectUnauthorizedRefusesAClientWithoutCertificate) {
  auto options = serverOptionsThatAsk();
  options.rejectUnauthorized = true;
  const auto seen = converse(atVersion(options), clientOptions());
  EXPECT_EQ(seen.serverSaw, std::nullopt);
  EXPECT_EQ(seen.clientError, "UNABLE_TO_GET_ISSUER_CERT");
  EXPECT_NE(seen.error, "");
}

TEST_P(Conversation, SecureConnectComesForAnUnauthorizedServerToo) {
  const auto seen =
      converse(atVersion(as(World::get().stranger, serverOptions())), clientOptions());
  EXPECT_EQ(seen.clientSaw, false);
  EXPECT_EQ(seen.clientSawError, "DEPTH_ZERO_SELF_SIGNED_CERT");
  EXPECT_EQ(seen.received, "welcome!\nhello");
}

TEST_P(Conversation, AClientThatRejectsNeverGetsThere) {
  auto strict = clientOptions();
  strict.rejectUnauthorized = true;
  const auto seen = converse(atVersion(as(World::get().stranger, serverOptions())), strict);
  EXPECT_EQ(seen.clientSaw, std::nullopt);
  EXPECT_EQ(seen.error, "DEPTH_ZERO_SELF_SIGNED_CERT");
  EXPECT_EQ(seen.serverSaw, std::nullopt);
  EXPECT_EQ(seen.clientError, "ERR_SSL_TLSV1_ALERT_UNKNOWN_CA");
}

TEST_P(Conversation, TheCertificateMustBeForTheHost) {
  auto options = clientOptions();
  options.servername = "elsewhere.test";
  const auto seen = converse(atVersion(serverOptions()), options);
  EXPECT_EQ(seen.clientSaw, false);
  EXPECT_EQ(seen.clientSawError, "ERR_TLS_CERT_ALTNAME_INVALID");
}

TEST_P(Conversation, TheHostIsMeantWhereThereIsNoServername) {
  const Identity other = issue(World::get().authority, "elsewhere.test");
  const auto seen =
      converse(atVersion({.key = other.key, .cert = other.cert}), clientOptions(), "localhost");
  EXPECT_EQ(seen.clientSaw, false);
  EXPECT_EQ(seen.clientSawError, "ERR_TLS_CERT_ALTNAME_INVALID");
}

TEST_P(Conversation, OrForTheAddress) {
  EXPECT_EQ(converse(atVersion(serverOptions()), clientOptions(), "127.0.0.1").clientSaw, true);
}

TEST_P(Conversation, AWithdrawnCertificateIsNotAuthorized) {
  auto options = clientOptions();
  options.crl = makeCrl(World::get().authority, {World::get().server.cert});
  const auto seen = converse(atVersion(serverOptions()), options);
  EXPECT_EQ(seen.clientSaw, false);
  EXPECT_EQ(seen.clientSawError, "CERT_REVOKED");
}

TEST_P(Conversation, PublicRootsDoNotKnowIt) {
  const auto seen = converse(atVersion(serverOptions()), {});
  EXPECT_EQ(seen.clientSaw, false);
  EXPECT_EQ(seen.clientSawError, "UNABLE_TO_VERIFY_LEAF_SIGNATURE");
}

INSTANTIATE_TEST_SUITE_P(Versions, Conversation, testing::Values("TLSv1.2", "TLSv1.3"),
                         [](const auto& version) {
                           return version.param == std::string("TLSv1.2") ? "Tls12" : "Tls13";
                         });

TEST(Connection, VersionsWithoutOverlapFailOnBothSides) {
  auto options = serverOptions();
  options.maxVersion = "TLSv1.2";
  auto newer = clientOptions();
  newer.minVersion = "TLSv1.3";
  const auto seen = converse(options, newer);
  EXPECT_EQ(seen.clientError, "ERR_SSL_UNSUPPORTED_PROTOCOL");
  EXPECT_EQ(seen.error, "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION");
}

TEST(Connection, CiphersWithoutOverlapFailOnBothSides) {
  auto options = serverOptions();
  options.maxVersion = "TLSv1.2";
  options.ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256";
  auto other = clientOptions();
  other.ciphers = "ECDHE-ECDSA-AES256-GCM-SHA384";
  const auto seen = converse(options, other);
  EXPECT_EQ(seen.clientError, "ERR_SSL_NO_SHARED_CIPHER");
  EXPECT_EQ(seen.error, "ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE");
}

TEST(Connection, CiphersChoosesTheSuite) {
  auto options = serverOptions();
  options.ciphers = "TLS_CHACHA20_POLY1305_SHA256";
  std::string suite;
  const auto server = serve(options, [&](tls::CleartextStream& stream) {
    suite = stream.getCipher().name;
    stream.end();
  });
  const auto client = tls::connect(server->address()->port, clientOptions());
  client->onClose([&] { server->close(); });
  runLoop();
  EXPECT_EQ(suite, "TLS_CHACHA20_POLY1305_SHA256");
}

TEST(Connection, BothSidesTellTheirAddresses) {
  std::optional<net::Address> ofServer;
  std::optional<net::Address> peerOfServer;
  const auto server = serve(serverOptions(), [&](tls::CleartextStream& stream) {
    ofServer = stream.address();
    peerOfServer = stream.remote();
    stream.end();
  });
  const auto port = server->address()->port;
  const auto client = tls::connect(port, clientOptions(), [&](tls::CleartextStream& stream) {
    EXPECT_EQ(stream.remoteAddress(), "127.0.0.1");
    EXPECT_EQ(stream.remotePort(), port);
    ASSERT_TRUE(stream.address());
    EXPECT_EQ(stream.address()->family, "IPv4");
    EXPECT_NE(stream.address()->port, 0);
  });
  client->onClose([&] { server->close(); });
  runLoop();
  ASSERT_TRUE(ofServer);
  ASSERT_TRUE(peerOfServer);
  EXPECT_EQ(ofServer->port, port);
  EXPECT_EQ(peerOfServer->address, "127.0.0.1");
}

TEST(Connection, GetPeerCertificateTellsTheServersAndTheClients) {
  auto options = serverOptions();
  options.requestCert = true;
  options.ca = World::get().authority.own.cert;
  tls::PeerCertificate ofClient;
  const auto server = serve(options, [&](tls::CleartextStream& stream) {
    ofClient = stream.getPeerCertificate();
    stream.end();
  });
  tls::PeerCertificate ofServer;
  const auto client =
      tls::connect(server->address()->port, clientOptionsWithCertificate(),
                   [&](tls::CleartextStream& stream) { ofServer = stream.getPeerCertificate(); });
  client->onClose([&] { server->close(); });
  runLoop();
  EXPECT_EQ(ofServer.subject["CN"], "localhost");
  EXPECT_EQ(ofServer.issuer["CN"], "Test Root");
  EXPECT_EQ(ofServer.subjectaltname,
            "DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1");
  EXPECT_EQ(ofClient.subject["CN"], "a client");
}

TEST(Connection, WritesBeforeSecureConnectAreSentAfterIt) {
  std::string received;
  const auto server = serve(serverOptions(), [&](tls::CleartextStream& stream) {
    stream.onData([&](const Data& data) { received += data; });
  });
  const auto client = tls::connect(server->address()->port, clientOptions());
  bool secure = false;
  client->onSecureConnect([&] {
    secure = true;
    client->write(", then this");
  });
  EXPECT_TRUE(client->write("first this"));
  client->onClose([&] { server->close(); });
  server->onSecureConnection(
      [&](tls::CleartextStream& stream) { stream.onEnd([&] { EXPECT_TRUE(secure); }); });
  client->onSecureConnect([&] { client->end(); });
  runLoop();
  EXPECT_EQ(received, "first this, then this");
}

TEST(Connection, TlsRunsInsideTls) {
  std::string received;
  const auto inner =
      tls::createServer(serverOptions(), [](tls::CleartextStream& stream) { stream.pipe(stream); });
  const auto outer =
      serve(serverOptions(), [&](tls::CleartextStream& stream) { inner->secure(stream); });
  const auto tunnel = tls::connect(outer->address()->port, clientOptions());
  auto options = clientOptions();
  options.socket = tunnel;
  options.servername = "localhost";
  const auto client = tls::connect(options, [&](tls::CleartextStream& stream) {
    EXPECT_TRUE(stream.authorized());
    stream.end("through two layers");
  });
  client->onData([&](const Data& data) { received += data; });
  client->onClose([&] { outer->close(); });
  runLoop();
  EXPECT_EQ(received, "through two layers");
}

TEST(Connection, AnOpenSocketIsUpgradedOnBothSides) {
  const auto secureServer =
      tls::createServer(serverOptions(), [](tls::CleartextStream& stream) { stream.pipe(stream); });
  const auto plain = net::createServer([&](net::Socket& socket) {
    socket.onData([&](const Data& data) {
      EXPECT_EQ(data, "STARTTLS\n");
      secureServer->secure(socket);
      socket.write("go ahead\n");
    });
  });
  plain->listen(0, "127.0.0.1");
  std::string received;
  const auto socket = net::connect(plain->address()->port, "localhost");
  std::shared_ptr<tls::CleartextStream> client;
  socket->onData([&](const Data& data) {
    EXPECT_EQ(data, "go ahead\n");
    auto options = clientOptions();
    options.socket = socket;
    client = tls::connect(options, [](tls::CleartextStream& stream) {
      EXPECT_TRUE(stream.authorized()) << stream.authorizationError();
      stream.end("secret");
    });
    client->onData([&](const Data& answer) { received += answer; });
    client->onClose([&] { plain->close(); });
  });
  socket->write("STARTTLS\n");
  runLoop();
  EXPECT_EQ(received, "secret");
}

TEST(Connection, TheNameThatASocketWasConnectedToIsMeant) {
  const Identity other = issue(World::get().authority, "elsewhere.test");
  const auto server = serve({.key = other.key, .cert = other.cert}, echo);
  auto options = clientOptions();
  options.socket = net::connect(server->address()->port, "localhost");
  std::string error;
  const auto client = tls::connect(options, [&](tls::CleartextStream& stream) {
    error = stream.authorizationError();
    stream.end();
  });
  client->onClose([&] { server->close(); });
  runLoop();
  EXPECT_EQ(error, "ERR_TLS_CERT_ALTNAME_INVALID");
}

}  // namespace
}  // namespace securepair::test
