// The page's section "tls.connect(port, [host], [options], [secureConnectListener])".
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include <gtest/gtest.h>

#include "page/conversation.h"
#include "support/error_of.h"
#include "support/system_roots.h"

namespace securepair::test {
namespace {

// What a server that asks for certificates says of the client of these options.
std::string verdictOn(const tls::ConnectOptions& client) {
  return converse(serverOptionsThatAsk(), client).byServer.value_or("no connection");
}

// What the client of these options says of the server.
std::string clientsVerdict(const tls::ConnectOptions& client) {
  return converse(serverOptions(), client).byClient.value_or("no connection");
}

TEST(Connect, CreatesANewClientConnectionToTheGivenPortAndHost) {
  for (const char* host : {"localhost", "127.0.0.1"}) {
    const auto seen = converse(serverOptions(), clientOptions(), host);
    EXPECT_EQ(seen.received, "welcome!\n");
    EXPECT_EQ(seen.byClient, "authorized") << host;
  }
}

TEST(Connect, HostDefaultsToLocalhost) {
  std::string asked;
  const auto server = serve(serverOptions(), [&](tls::CleartextStream& stream) {
    asked = stream.servername();
    stream.end();
  });
  bool authorized = false;
  tls::connect(server->address()->port, clientOptions(), [&](tls::CleartextStream& stream) {
    authorized = stream.authorized();
  })->onClose([&] { server->close(); });
  runLoop();
  EXPECT_EQ(asked, "localhost");
  EXPECT_TRUE(authorized) << "the certificate is for localhost";
}

TEST(Connect, ReturnsACleartextStreamObject) {
  static_assert(std::is_same_v<decltype(tls::connect(1)), std::shared_ptr<tls::CleartextStream>>);
  const auto stream = tls::connect(1);
  EXPECT_TRUE(stream->writable() && stream->readable()) << "at once";
  stream->destroy();
  runLoop();
}

TEST(Connect, TheListenerWillBeAddedAsAListenerForTheSecureConnectEvent) {
  const auto server = serve(serverOptions(), [](tls::CleartextStream& stream) { stream.end(); });
  std::string calls;
  tls::CleartextStream* given = nullptr;
  const auto client =
      tls::connect(server->address()->port, clientOptions(), [&](tls::CleartextStream& stream) {
        given = &stream;
        calls += "argument ";
      });
  client->onSecureConnect([&] { calls += "listener "; });
  client->onClose([&] { server->close(); });
  EXPECT_EQ(calls, "");
  runLoop();
  EXPECT_EQ(calls, "argument listener ");
  EXPECT_EQ(given, client.get());
}

// ---- pfx, key, passphrase, cert ----

TEST(ConnectPfx, AStringOrBufferContainingThePrivateKeyCertificateAndCaCerts) {
  for (const Buffer& file :
       {Buffer(World::get().clientPfx), Buffer(std::string_view(World::get().clientPfx))}) {
    const auto seen = converse(serverOptionsThatAsk(), {.pfx = file});
    EXPECT_EQ(seen.byServer, "authorized") << "key and certificate";
    EXPECT_EQ(seen.byClient, "authorized") << "CA certs";
  }
}

TEST(ConnectPfx, MayStandBesideCaWhichThenIsTrustedAlone) {
  const tls::ConnectOptions options{.pfx = World::get().clientPfx,
                                    .ca = makeAuthority("Another Root").own.cert};
  const auto seen = converse(serverOptionsThatAsk(), options);
  EXPECT_EQ(seen.byServer, "authorized");
  EXPECT_EQ(seen.byClient, "UNABLE_TO_VERIFY_LEAF_SIGNATURE");
}

TEST(ConnectKey, AStringOrBufferContainingThePrivateKeyOfTheClientInPemFormat) {
  auto options = clientOptionsWithCertificate();
  EXPECT_EQ(verdictOn(options), "authorized");
  options.key = Buffer(World::get().client.key);
  EXPECT_EQ(verdictOn(options), "authorized");
  options.key = {};
  EXPECT_EQ(errorOf([&] { tls::connect(1, options); }).code(), "ERR_MISSING_OPTION");
}

TEST(ConnectPassphrase, AStringOfPassphraseForThePrivateKeyOrPfx) {
  auto options = clientOptionsWithCertificate();
  options.key = encryptKey(World::get().client.key, "open sesame");
  options.passphrase = "open sesame";
  EXPECT_EQ(verdictOn(options), "authorized");
  EXPECT_EQ(
      verdictOn({.pfx = pfx(World::get().client, {World::get().authority.own.cert}, "open sesame"),
                 .passphrase = "open sesame"}),
      "authorized");
  options.passphrase = "close sesame";
  EXPECT_EQ(errorOf([&] { tls::connect(1, options); }).code(), "ERR_WRONG_PASSPHRASE");
}

TEST(ConnectCert, AStringOrBufferContainingTheCertificateKeyOfTheClientInPemFormat) {
  auto options = clientOptionsWithCertificate();
  options.cert = Buffer(World::get().client.cert);
  const auto seen = converse(serverOptionsThatAsk(), options);
  EXPECT_EQ(seen.ofClient.subject["CN"], "a client");
}

TEST(ConnectCert, ACertificateIsNotNeeded) {
  EXPECT_EQ(converse(serverOptions(), clientOptions()).received, "welcome!\n");
}

// ---- ca ----

TEST(ConnectCa, AnArrayOfStringsOrBuffersOfTrustedCertificates) {
  const std::string& own = World::get().authority.own.cert;
  const std::string other = makeAuthority("Another Root").own.cert;
  EXPECT_EQ(clientsVerdict({.ca = own}), "authorized");
  EXPECT_EQ(clientsVerdict({.ca = Buffer(own)}), "authorized");
  EXPECT_EQ(clientsVerdict({.ca = {own}}), "authorized");
  EXPECT_EQ(clientsVerdict({.ca = {Buffer(other), Buffer(own)}}), "authorized");
  EXPECT_EQ(clientsVerdict({.ca = std::vector<std::string>{other, own}}), "authorized");
  EXPECT_EQ(clientsVerdict({.ca = other + own}), "authorized");
}

TEST(ConnectCa, TheseAreUsedToAuthorizeConnections) {
  EXPECT_EQ(clientsVerdict({.ca = makeAuthority("Another Root").own.cert}),
            "UNABLE_TO_VERIFY_LEAF_SIGNATURE");
}

TEST(ConnectCa, IfThisIsOmittedSeveralWellKnownRootCasWillBeUsed) {
  expectWithRoots(World::get().authority.own.cert, [] {
    return clientsVerdict({}) == "authorized" &&
           clientsVerdict({.servername = "elsewhere.test"}) == "ERR_TLS_CERT_ALTNAME_INVALID";
  });
  expectWithRoots(makeAuthority("Another Root").own.cert,
                  [] { return clientsVerdict({}) == "UNABLE_TO_VERIFY_LEAF_SIGNATURE"; });
}

// ---- servername ----

TEST(ConnectServername, ServernameForSniTlsExtension) {
  auto options = clientOptions();
  options.servername = "asked.test";
  EXPECT_EQ(converse(serverOptions(), options).servername, "asked.test");
}

TEST(ConnectServername, IsTheHostWhereThatIsAName) {
  EXPECT_EQ(converse(serverOptions(), clientOptions(), "localhost").servername, "localhost");
  EXPECT_EQ(converse(serverOptions(), clientOptions(), "127.0.0.1").servername, "");
}

TEST(ConnectServername, IsTheNameForWhichTheCertificateMustBe) {
  const auto elsewhere = issue(World::get().authority, "elsewhere.test");
  auto options = clientOptions();
  options.servername = "elsewhere.test";
  EXPECT_EQ(converse(as(elsewhere, serverOptions()), options).byClient, "authorized");
  EXPECT_EQ(converse(serverOptions(), options).byClient, "ERR_TLS_CERT_ALTNAME_INVALID");
}

// ---- socket ----

TEST(ConnectSocket, EstablishSecureConnectionOnAGivenSocketRatherThanCreatingANewSocket) {
  const auto server = serve(serverOptions(), [](tls::CleartextStream& stream) { stream.end(); });
  const auto socket = net::connect(server->address()->port, "localhost");
  auto options = clientOptions();
  options.socket = socket;
  const auto client = tls::connect(options, [&](tls::CleartextStream& stream) {
    EXPECT_TRUE(stream.authorized()) << "for the host to which the socket was connected";
    EXPECT_EQ(stream.address(), socket->address());
    EXPECT_EQ(server->connections(), 1);
  });
  client->onClose([&] { server->close(); });
  runLoop();
}

TEST(ConnectSocket, IfThisOptionIsSpecifiedHostAndPortAreIgnored) {
  const auto server = serve(serverOptions(), [](tls::CleartextStream& stream) { stream.end(); });
  auto options = clientOptions();
  options.socket = net::connect(server->address()->port, "localhost");
  bool authorized = false;
  const auto client =
      tls::connect(1, "no-such-name.invalid", options,
                   [&](tls::CleartextStream& stream) { authorized = stream.authorized(); });
  client->onError([](const Error& error) { ADD_FAILURE() << error.what(); });
  client->onClose([&] { server->close(); });
  runLoop();
  EXPECT_TRUE(authorized) << "the host is ignored as a name too";
}

}  // namespace
}  // namespace securepair::test
