// Key and certificate are replaced while the server runs: as a whole or not at all.
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "support/error_of.h"
#include "support/tls_world.h"

namespace securepair::test {
namespace {

crypto::CredentialsOptions credentialsOf(const Identity& identity) {
  return {.key = identity.key, .cert = identity.cert};
}

std::string shownBy(tls::Server& server) {
  std::string shown;
  auto options = clientOptions();
  options.sessionCache = false;
  const auto client = tls::connect(server.address()->port, "127.0.0.1", options);
  client->onSecureConnect([&] {
    shown = client->getPeerCertificate().subject["CN"];
    client->end();
  });
  client->onError([&](const Error& error) { shown = error.code(); });
  client->onClose([] { Loop::current().stop(); });
  runLoop();
  return shown;
}

TEST(Reload, OfWhatIsNotUsableLeavesTheOldOneInPlace) {
  const auto& authority = World::get().authority;
  const Identity renewed = issue(authority, "renewed");
  const Identity other = issue(authority, "other");
  const auto server = serve(serverOptions(), [](tls::CleartextStream& stream) { stream.end(); });
  const auto codeFor = [&](const crypto::CredentialsOptions& credentials) {
    return errorOf([&] { server->setSecureContext(credentials); }).code();
  };
  const std::string half = renewed.cert.substr(0, renewed.cert.size() / 2);
  EXPECT_EQ(codeFor({.key = renewed.key, .cert = other.cert}), "ERR_KEY_MISMATCH");
  EXPECT_EQ(codeFor({.key = renewed.key, .cert = half}), "ERR_INVALID_CERTIFICATE");
  EXPECT_EQ(codeFor({.key = renewed.key.substr(0, 100), .cert = renewed.cert}), "ERR_INVALID_KEY");
  EXPECT_EQ(codeFor({.key = renewed.key}), "ERR_MISSING_OPTION");
  EXPECT_EQ(codeFor({.key = "", .cert = renewed.cert}), "ERR_INVALID_KEY");
  EXPECT_EQ(shownBy(*server), "localhost");
  server->setSecureContext(credentialsOf(renewed));
  EXPECT_EQ(shownBy(*server), "renewed");
  server->close();
  runLoop();
}

TEST(Reload, OpenConnectionsKeepTheContextThatTheyHave) {
  const auto server = serve(serverOptions(), echo);
  std::string echoed;
  std::string shown;
  const auto client = tls::connect(server->address()->port, "127.0.0.1", clientOptions());
  client->onSecureConnect([&] {
    EXPECT_TRUE(client->authorized());
    for (int i = 0; i < 50; ++i) {
      server->setSecureContext(credentialsOf(issue(World::get().authority, "renewed")));
    }
    client->end("hello");
  });
  client->onData([&](std::string_view text) { echoed += text; });
  client->onClose([&] { server->close(); });
  runLoop();
  EXPECT_EQ(echoed, "hello");
}

}  // namespace
}  // namespace securepair::test
