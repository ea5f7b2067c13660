// The page on NPN: "to use one TLS server for multiple protocols (HTTP, SPDY)".
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "support/tls_world.h"

namespace securepair::test {
namespace {

using tls::ProtocolList;

struct Agreed {
  std::string server;
  std::string client;
  std::string serverAlpn;
  std::string clientAlpn;
  std::string error;        ///< of the client
  std::string clientError;  ///< of the server
};

Agreed agree(const tls::ServerOptions& serverOptions, const tls::ConnectOptions& clientOptions) {
  Agreed agreed;
  const auto server = serve(serverOptions, [&](tls::CleartextStream& stream) {
    agreed.server = stream.npnProtocol();
    agreed.serverAlpn = stream.alpnProtocol();
    stream.end();
  });
  server->onClientError([&](const Error& error) { agreed.clientError = error.code(); });
  const auto client = tls::connect(server->address()->port, clientOptions);
  client->onSecureConnect([&] {
    agreed.client = client->npnProtocol();
    agreed.clientAlpn = client->alpnProtocol();
  });
  client->onError([&](const Error& error) { agreed.error = error.code(); });
  client->onClose([&] { server->close(); });
  runLoop();
  return agreed;
}

// With NPN alone, as v0.6.18 had it: this side of the wire, ALPN has nothing in common.
tls::ServerOptions serverWith(const ProtocolList& npn, const ProtocolList& alpn = {}) {
  auto options = serverOptions();
  options.NPNProtocols = npn;
  options.ALPNProtocols = alpn;
  return options;
}

tls::ConnectOptions clientWith(const ProtocolList& npn, const ProtocolList& alpn = {}) {
  auto options = clientOptions();
  options.NPNProtocols = npn;
  options.ALPNProtocols = alpn;
  return options;
}

class Npn : public testing::TestWithParam<const char*> {
 protected:
  Agreed agreeOn(const ProtocolList& serverList, const ProtocolList& clientList) const {
    auto options = serverWith(serverList);
    options.maxVersion = GetParam();
    return agree(options, clientWith(clientList));
  }
  bool hasNpn() const { return std::string(GetParam()) == "TLSv1.2"; }
};

TEST_P(Npn, ToUseOneTlsServerForMultipleProtocols) {
  EXPECT_EQ(agreeOn({"http/1.1", "spdy/2"}, "spdy/2").server, "spdy/2");
  EXPECT_EQ(agreeOn({"http/1.1", "spdy/2"}, "http/1.1").server, "http/1.1");
}

TEST_P(Npn, AnArrayOfPossibleNpnProtocols) {
  const auto agreed = agreeOn({"a", "b", "c"}, {"b"});
  EXPECT_EQ(agreed.server, "b");
  EXPECT_EQ(agreed.client, "b");
}

TEST_P(Npn, OrABufferOfPossibleNpnProtocols) {
  const Buffer buffer("\x05hello\x05world");
  const auto agreed = agreeOn(buffer, {buffer});
  EXPECT_EQ(agreed.server, "hello");
  EXPECT_EQ(agreed.client, "hello");
}

TEST_P(Npn, ProtocolsShouldBeOrderedByTheirPriority_TheServersDecides) {
  const auto agreed = agreeOn({"a", "b", "c"}, {"c", "b", "e"});
  EXPECT_EQ(agreed.server, "b");
  EXPECT_EQ(agreed.client, "b");
}

// The client is told nothing; the server is told what an NPN client will speak all the same.
TEST_P(Npn, WithoutOverlap) {
  const auto agreed = agreeOn({"a", "b"}, {"c", "d"});
  EXPECT_EQ(agreed.server, hasNpn() ? "c" : "");
  EXPECT_EQ(agreed.client, "");
  EXPECT_EQ(agreed.error, "");
}

TEST_P(Npn, AServerWithoutAList) {
  const auto agreed = agreeOn({}, {"c", "d"});
  EXPECT_EQ(agreed.server, hasNpn() ? "c" : "");
  EXPECT_EQ(agreed.client, "");
}

TEST_P(Npn, AClientWithoutAListSpeaksHttp) {
  const auto agreed = agreeOn({"a", "http/1.1"}, {});
  EXPECT_EQ(agreed.server, hasNpn() ? "http/1.1" : "");
  EXPECT_EQ(agreed.client, "");
}

TEST_P(Npn, TheListOfOneConnectionIsNotThatOfTheNext) {
  EXPECT_EQ(agreeOn({"a", "b"}, {"b"}).client, "b");
  EXPECT_EQ(agreeOn({"a", "b"}, {}).client, "");
}

INSTANTIATE_TEST_SUITE_P(Versions, Npn, testing::Values("TLSv1.2", "TLSv1.3"),
                         [](const auto& parameter) {
                           return std::string(parameter.param) == "TLSv1.2" ? "Tls12" : "Tls13";
                         });

TEST(NpnAndAlpn, TheListOfNpnIsOfferedThroughAlpnToo) {
  const auto agreed = agree(serverWith({"a", "b"}), clientWith({"b"}));
  EXPECT_EQ(agreed.serverAlpn, "b");
  EXPECT_EQ(agreed.clientAlpn, "b");
}

TEST(NpnAndAlpn, AlpnWinsWhereBothAreGiven) {
  for (const char* version : {"TLSv1.2", "TLSv1.3"}) {
    auto options = serverWith({"npn"}, {"alpn"});
    options.maxVersion = version;
    const auto agreed = agree(options, clientWith({"npn"}, {"alpn"}));
    EXPECT_EQ(agreed.clientAlpn, "alpn");
    EXPECT_EQ(agreed.client, "alpn");
    EXPECT_EQ(agreed.server, "alpn");
  }
}

TEST(NpnAndAlpn, AlpnWithoutOverlapIsFatalWhereTheServerAsksForIt) {
  const auto agreed = agree(serverWith({}, {"a"}), clientWith({}, {"b"}));
  EXPECT_EQ(agreed.clientError, "ERR_SSL_NO_APPLICATION_PROTOCOL");
  EXPECT_EQ(agreed.error, "ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL");
}

TEST(NpnAndAlpn, AnAlpnListOfTheServersAloneIsNoFailure) {
  const auto agreed = agree(serverWith({}, {"a"}), clientWith({}));
  EXPECT_EQ(agreed.clientError + agreed.error, "");
  EXPECT_EQ(agreed.serverAlpn, "");
}

TEST(NpnAndAlpn, AListThatCannotBeSentIsRefusedAtCreation) {
  const Buffer notWire("hello, world");
  EXPECT_THROW(tls::createServer(serverWith(notWire)), Error);
  EXPECT_THROW(tls::createServer(serverWith({}, {""})), Error);
  EXPECT_THROW(tls::connect(1, clientWith(notWire)), Error);
  EXPECT_THROW(tls::createSecurePair(crypto::createCredentials(), false, false, false,
                                     {.NPNProtocols = notWire}),
               Error);
}

}  // namespace
}  // namespace securepair::test
