// Whatever an SNICallback does, the server serves the next client, and no descriptor is left.
#include <memory>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "support/loop_fixture.h"
#include "support/tls_world.h"

namespace securepair::test {
namespace {

class SniCallbackOutcome : public testing::Test {
 protected:
  SniCallbackOutcome() {
    // Of RSA: of no use for a client that knows ECDSA only.
    CertificateSpec spec = specFor("rsa.example.org");
    spec.rsaBits = 2048;
    rsa = issue(World::get().authority, spec);
  }

  void start() {
    auto options = serverOptions();
    options.maxVersion = "TLSv1.2";
    options.SNICallback = [this](std::string_view name) { return answer(name); };
    server = serve(options, [](tls::CleartextStream& stream) { stream.end(); });
    server->onClientError([this](const Error& error) { clientError = error.code(); });
  }

  tls::SniResult answer(std::string_view name) {
    if (name == "ok.example.org") return contextOf(World::get().server);
    if (name == "rsa.example.org") return contextOf(rsa);
    if (name == "empty.example.org") return crypto::createCredentials();
    if (name == "throws.example.org") throw std::runtime_error("not today");
    if (name == "destroys.example.org") {
      server->close();
      server.reset();
    }
    return nullptr;
  }

  static crypto::SecureContext contextOf(const Identity& identity) {
    return crypto::createCredentials({.key = identity.key, .cert = identity.cert}).context;
  }

  // What a client of TLS 1.2 and ECDSA meets: the server's CN, or the code of its error.
  std::string ask(const std::string& name) {
    clientError.clear();
    auto options = clientOptions();
    options.servername = name;
    options.ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256";
    options.maxVersion = "TLSv1.2";
    std::string seen;
    const auto client = tls::connect(port, "127.0.0.1", options);
    client->onSecureConnect([&] { seen = client->getPeerCertificate().subject["CN"]; });
    client->onError([&](const Error& error) { seen = error.code(); });
    client->onClose([] { Loop::current().stop(); });
    runLoop();
    return seen;
  }

  Identity rsa;
  std::shared_ptr<tls::Server> server;
  std::string clientError;
  int port = 0;
};

TEST_F(SniCallbackOutcome, EndsThatClientAtMost) {
  struct Case {
    std::string name;
    std::string seen;
    std::string clientError;
  };
  start();
  port = server->address()->port;
  EXPECT_EQ(ask("ok.example.org"), "localhost");
  const auto before = openDescriptors();
  for (const Case& one :
       {Case{"ok.example.org", "localhost", ""}, Case{"null.example.org", "localhost", ""},
        Case{"empty.example.org", "ERR_SSL_TLSV1_UNRECOGNIZED_NAME", "ERR_TLS_NO_CERTIFICATE"},
        Case{"throws.example.org", "ERR_SSL_TLSV1_UNRECOGNIZED_NAME", "ERR_TLS_SNI_CALLBACK"},
        Case{"rsa.example.org", "ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE",
             "ERR_SSL_NO_SHARED_CIPHER"},
        Case{"ok.example.org", "localhost", ""}}) {
    EXPECT_EQ(ask(one.name), one.seen) << one.name;
    EXPECT_EQ(clientError, one.clientError) << one.name;
  }
  EXPECT_LE(openDescriptors().size(), before.size()) << "the last one may be closing, as before";
  server->close();
  runLoop();
}

TEST_F(SniCallbackOutcome, MayBeTheEndOfTheServer) {
  start();
  port = server->address()->port;
  EXPECT_EQ(ask("destroys.example.org"), "localhost");
  EXPECT_EQ(server, nullptr);
  runLoop();
}

TEST_F(SniCallbackOutcome, AskedForEachConnectionAlsoWhereItIsResumed) {
  int asked = 0;
  auto options = serverOptions();
  options.SNICallback = [&](std::string_view name) -> tls::SniResult {
    ++asked;
    return name == "localhost" ? contextOf(World::get().server) : crypto::SecureContext();
  };
  std::string reused;
  server = serve(options, [&](tls::CleartextStream& stream) {
    reused += stream.isSessionReused() ? "resumed " : "full ";
    stream.end("x");
  });
  port = server->address()->port;
  ask("localhost");
  ask("localhost");
  EXPECT_EQ(asked, 2);
  EXPECT_EQ(reused, "full resumed ") << "an equal context authorizes the same peers";
  server->close();
  runLoop();
}

}  // namespace
}  // namespace securepair::test
