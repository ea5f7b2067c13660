#include "tls/session_cache.h"

#include <string>

#include <gtest/gtest.h>
#include <openssl/ssl.h>

namespace securepair::tls {
namespace {

engine::Session session(int version, const std::string& policy = "p") {
  engine::Session made{.native = crypto::SslSessionPtr(SSL_SESSION_new()), .policy = policy};
  SSL_SESSION_set_protocol_version(made.native.get(), version);
  return made;
}

TEST(SessionCache, GivesASessionOfTls13Once) {
  SessionCache cache(10);
  cache.put("a", session(TLS1_3_VERSION));
  EXPECT_TRUE(cache.take("a"));
  EXPECT_FALSE(cache.take("a"));
  EXPECT_EQ(cache.size(), 0U);
}

TEST(SessionCache, GivesASessionOfTls12AsOftenAsAsked) {
  SessionCache cache(10);
  cache.put("a", session(TLS1_2_VERSION));
  EXPECT_TRUE(cache.take("a"));
  EXPECT_TRUE(cache.take("a"));
}

TEST(SessionCache, KeepsTheNewestOfAServer) {
  SessionCache cache(10);
  cache.put("a", session(TLS1_2_VERSION, "old"));
  cache.put("a", session(TLS1_2_VERSION, "new"));
  EXPECT_EQ(cache.take("a")->policy, "new");
  EXPECT_EQ(cache.size(), 1U);
}

TEST(SessionCache, ForgetsTheLeastRecentlyUsed) {
  SessionCache cache(2);
  cache.put("a", session(TLS1_2_VERSION));
  cache.put("b", session(TLS1_2_VERSION));
  cache.take("a");
  cache.put("c", session(TLS1_2_VERSION));
  EXPECT_TRUE(cache.take("a"));
  EXPECT_FALSE(cache.take("b"));
  EXPECT_TRUE(cache.take("c"));
}

}  // namespace
}  // namespace securepair::tls
