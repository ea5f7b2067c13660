// A server that chooses the protocol of each client by a function.
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/error_of.h"
#include "support/tls_world.h"

namespace securepair::test {
namespace {

struct Chosen {
  std::string servers;
  std::string clients;
  std::string serverError;
  std::string clientError;
};

class AlpnCallback : public testing::TestWithParam<const char*> {
 protected:
  Chosen meet(tls::AlpnCallback callback) {
    auto options = serverOptions();
    options.maxVersion = GetParam();
    options.ALPNCallback = std::move(callback);
    Chosen chosen;
    const auto server = serve(options, [&](tls::CleartextStream& stream) {
      chosen.servers = stream.alpnProtocol();
      stream.end();
    });
    server->onClientError([&](const Error& error) { chosen.serverError = error.code(); });
    const auto stream = tls::connect(server->address()->port, "127.0.0.1", client);
    stream->onSecureConnect([&] { chosen.clients = stream->alpnProtocol(); });
    stream->onError([&](const Error& error) { chosen.clientError = error.code(); });
    stream->onClose([&] { server->close(); });
    runLoop();
    return chosen;
  }

  tls::ConnectOptions client = [] {
    auto options = clientOptions();
    options.servername = "localhost";
    options.ALPNProtocols = {"one", "two"};
    return options;
  }();
};

TEST_P(AlpnCallback, IsToldOfTheNameAndTheProtocolsAndChooses) {
  tls::AlpnOffer offered;
  const Chosen chosen = meet([&](const tls::AlpnOffer& offer) {
    offered = offer;
    return offer.protocols.back();
  });
  EXPECT_EQ(offered.servername, "localhost");
  EXPECT_EQ(offered.protocols, (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(chosen.servers, "two");
  EXPECT_EQ(chosen.clients, "two");
}

TEST_P(AlpnCallback, RefusesByAnEmptyText) {
  const Chosen chosen = meet([](const tls::AlpnOffer&) { return ""; });
  EXPECT_EQ(chosen.serverError, "ERR_SSL_NO_APPLICATION_PROTOCOL");
  EXPECT_EQ(chosen.clientError, "ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL");
}

TEST_P(AlpnCallback, ChoosesNothingThatWasNotOffered) {
  const Chosen chosen = meet([](const tls::AlpnOffer&) { return "three"; });
  EXPECT_EQ(chosen.serverError, "ERR_TLS_ALPN_CALLBACK_INVALID_RESULT");
  EXPECT_EQ(chosen.clientError, "ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL");
}

TEST_P(AlpnCallback, RefusesByAnException) {
  const Chosen chosen =
      meet([](const tls::AlpnOffer&) -> std::string { throw std::runtime_error("no"); });
  EXPECT_EQ(chosen.serverError, "ERR_TLS_ALPN_CALLBACK");
  EXPECT_EQ(chosen.clientError, "ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL");
}

TEST_P(AlpnCallback, IsNotAskedWhereNothingIsOffered) {
  client.ALPNProtocols = {};
  int asked = 0;
  const Chosen chosen = meet([&](const tls::AlpnOffer&) {
    ++asked;
    return "one";
  });
  EXPECT_EQ(asked, 0);
  EXPECT_EQ(chosen.servers, "");
  EXPECT_EQ(chosen.clientError, "");
}

TEST_P(AlpnCallback, IsAskedOnceWhereTheHelloComesAgain) {
  tls::ServerOptions options = serverOptions();
  int asked = 0;
  options.maxVersion = GetParam();
  options.groups = "P-384";
  client.groups = "P-256:P-384";  // TLS 1.3 has a share for the first alone
  options.ALPNCallback = [&](const tls::AlpnOffer& offer) {
    ++asked;
    return offer.protocols.front();
  };
  std::string group;
  const auto server = serve(options, [&](tls::CleartextStream& stream) {
    group = stream.getNegotiatedGroup();
    EXPECT_EQ(stream.alpnProtocol(), "one");
    stream.end();
  });
  const auto stream = tls::connect(server->address()->port, "127.0.0.1", client);
  stream->onClose([&] { server->close(); });
  runLoop();
  EXPECT_EQ(group, "secp384r1");
  EXPECT_EQ(asked, 1);
}

TEST_P(AlpnCallback, MayEndTheServersConnection) {
  auto options = serverOptions();
  options.maxVersion = GetParam();
  std::shared_ptr<tls::Server> server;
  net::Socket* raw = nullptr;
  options.ALPNCallback = [&](const tls::AlpnOffer&) {
    raw->destroy();
    return "one";
  };
  server = serve(options);
  server->onConnection([&](net::Socket& socket) { raw = &socket; });
  std::string error;
  const auto stream = tls::connect(server->address()->port, "127.0.0.1", client);
  stream->onError([&](const Error& told) { error = told.code(); });
  stream->onClose([&] { server->close(); });
  runLoop();
  EXPECT_EQ(error, "ECONNRESET");
}

INSTANTIATE_TEST_SUITE_P(Versions, AlpnCallback, testing::Values("TLSv1.2", "TLSv1.3"),
                         [](const auto& test) {
                           return std::string(test.param) == "TLSv1.2" ? "Tls12" : "Tls13";
                         });

TEST(AlpnCallbackOptions, ExcludeAList) {
  auto options = serverOptions();
  options.ALPNProtocols = "one";
  options.ALPNCallback = [](const tls::AlpnOffer&) { return "one"; };
  EXPECT_EQ(errorOf([&] { tls::createServer(options); }).code(), "ERR_OPTION_CONFLICT");
}

}  // namespace
}  // namespace securepair::test
