// What goes wrong on one connection of a thread is nothing to the others.
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <openssl/err.h>

#include "support/memory_wire.h"
#include "support/tls_world.h"

namespace securepair::test {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int rounds = 1'000;
#else
constexpr int rounds = 10'000;
#endif

TEST(Neighbours, ThatFailDoNotPoisonTheErrorsOfOneThatGoesOn) {
  const auto credentials = crypto::createCredentials({.key = World::get().server.key,
                                                      .cert = World::get().server.cert,
                                                      .ca = World::get().authority.own.cert});
  EngineEnd client(credentials, {.identity = "localhost"});
  EngineEnd server(credentials, {.isServer = true});
  exchange(client, server);
  ASSERT_TRUE(client.engine.secure() && server.engine.secure());
  for (int i = 0; i < rounds; ++i) {
    EngineEnd failing(credentials, {.isServer = i % 2 == 0, .identity = i % 2 == 0 ? "" : "x"});
    failing.feed(i % 3 == 0 ? "GET / HTTP/1.1\r\n\r\n" : "\x16\x03\x01\x02\x02\x02\x02\x02");
    failing.feed(std::string(600, '\xff'));
    ASSERT_NE(failing.failure(), "");
    // Somebody else's, who has left it behind.
    ERR_raise(ERR_LIB_SSL, ERR_R_INTERNAL_ERROR);
    client.write("ping");
    exchange(client, server);
    ASSERT_EQ(client.failure() + server.failure(), "") << "after " << i << " that failed";
  }
  EXPECT_EQ(server.received.size(), rounds * std::string("ping").size());
  ERR_clear_error();
}

}  // namespace
}  // namespace securepair::test
