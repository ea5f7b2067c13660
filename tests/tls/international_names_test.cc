#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "support/memory_wire.h"
#include "support/tls_world.h"

namespace securepair::test {
namespace {

constexpr const char* typed = "BÜCHER.example";
constexpr const char* meant = "xn--bcher-kva.example";

TEST(InternationalNames, AreSentAndLookedForInTheirAsciiForm) {
  const Identity identity = issue(World::get().authority, meant);
  std::string asked;
  const auto server = serve(as(identity, serverOptions()), [&](tls::CleartextStream& stream) {
    asked = stream.servername();
    stream.end();
  });
  auto options = clientOptions();
  options.servername = typed;
  std::string verdict;
  const auto client = tls::connect(server->address()->port, "127.0.0.1", options);
  client->onSecureConnect([&] { verdict = verdictOf(*client); });
  client->onClose([&] { server->close(); });
  runLoop();
  EXPECT_EQ(verdict, "authorized");
  EXPECT_EQ(asked, meant);
}

TEST(InternationalNames, OfPairsAndVerdictsToo) {
  const auto& world = World::get();
  const Identity identity = issue(world.authority, meant);
  const auto server = tls::createSecurePair(
      crypto::createCredentials({.key = identity.key, .cert = identity.cert}), true);
  const auto client =
      tls::createSecurePair(crypto::createCredentials({.ca = world.authority.own.cert}), false,
                            false, false, {.servername = typed});
  std::string verdict;
  client->onSecure([&] { verdict = verdictOf(client->cleartext); });
  connectBack2Back(*client, *server);
  runLoop();
  EXPECT_EQ(verdict, "authorized");
  EXPECT_TRUE(tls::verifyPeer(identity.cert, {.ca = world.authority.own.cert, .servername = typed})
                  .authorized);
}

}  // namespace
}  // namespace securepair::test
