#include "engine/sni_contexts.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/error_of.h"
#include "support/tls_world.h"

namespace securepair::engine {
namespace {

ContextChoice choice() { return {.context = crypto::buildContext({}, crypto::Use::any)}; }

class SniContextsTest : public testing::Test {
 protected:
  bool finds(const std::string& name, const ContextChoice& expected) const {
    const auto found = contexts.find(name);
    return found && found->context == expected.context;
  }

  SniContexts contexts;
  const ContextChoice a = choice();
  const ContextChoice b = choice();
};

TEST_F(SniContextsTest, FindsAnExactNameWhateverItsCaseAndDot) {
  contexts.add("WWW.example.org.", a);
  EXPECT_TRUE(finds("www.example.org", a));
  EXPECT_TRUE(finds("www.EXAMPLE.org.", a));
  EXPECT_FALSE(contexts.find("example.org"));
  EXPECT_FALSE(contexts.find("www.example.org.."));
  EXPECT_FALSE(contexts.find("wwwXexample.org"));
  EXPECT_FALSE(contexts.find(""));
  EXPECT_FALSE(contexts.find("."));
}

TEST_F(SniContextsTest, AWildcardStandsForOneWholeLabel) {
  contexts.add("*.example.org", a);
  EXPECT_TRUE(finds("b.example.org", a));
  EXPECT_TRUE(finds("B.Example.Org.", a));
  EXPECT_FALSE(contexts.find("example.org"));
  EXPECT_FALSE(contexts.find(".example.org"));
  EXPECT_FALSE(contexts.find("a.b.example.org"));
}

TEST_F(SniContextsTest, AnExactNameGoesBeforeAWildcard) {
  contexts.add("www.example.org", a);
  contexts.add("*.example.org", b);
  EXPECT_TRUE(finds("www.example.org", a));
  EXPECT_TRUE(finds("other.example.org", b));
}

TEST_F(SniContextsTest, TheLastAddedReplaces) {
  contexts.add("www.example.org", a);
  contexts.add("WWW.example.org", b);
  EXPECT_TRUE(finds("www.example.org", b));
}

TEST_F(SniContextsTest, RemovesWhatWasAdded) {
  contexts.add("www.example.org", a);
  contexts.add("*.example.org", b);
  EXPECT_TRUE(contexts.remove("Www.example.org."));
  EXPECT_FALSE(contexts.remove("www.example.org"));
  EXPECT_TRUE(finds("www.example.org", b));
  EXPECT_TRUE(contexts.remove("*.example.org"));
  EXPECT_TRUE(contexts.empty());
}

TEST_F(SniContextsTest, WhatNoClientCanAskForIsRefused) {
  const std::string tooLong(64, 'x');
  for (const std::string& name :
       {std::string(), std::string("."), std::string("*"), std::string("*."),
        std::string("a*.example.org"), std::string("www.*.org"), std::string("*.*.org"),
        std::string("a..b"), std::string(".org"), std::string("192.0.2.1"), std::string("::1"),
        std::string("ex ample.org"),
        std::string("b\xc3\xbc"
                    "cher.example"),
        std::string("a\0b", 3), tooLong + ".org", "a." + std::string(260, 'x')}) {
    const auto error = test::errorOf([&] { contexts.add(name, a); });
    EXPECT_EQ(error.code(), "ERR_INVALID_HOSTNAME") << name;
    EXPECT_NE(std::string(error.what()).find("fix:"), std::string::npos) << error.what();
  }
  EXPECT_TRUE(contexts.empty());
}

std::chrono::nanoseconds timeOfLookUps(const SniContexts& contexts, int names) {
  using Clock = std::chrono::steady_clock;
  auto best = std::chrono::nanoseconds::max();
  for (int round = 0; round < 20; ++round) {
    const auto begin = Clock::now();
    for (int i = 0; i < 1000; ++i) {
      if (!contexts.find("name" + std::to_string(i * 7919 % names) + ".example.org")) return best;
    }
    best = std::min<std::chrono::nanoseconds>(best, Clock::now() - begin);
  }
  return best;
}

TEST_F(SniContextsTest, TenThousandNamesAreLookedUpInConstantTime) {
  SniContexts few;
  for (int i = 0; i < 10; ++i) few.add("name" + std::to_string(i) + ".example.org", a);
  for (int i = 0; i < 10000; ++i) contexts.add("name" + std::to_string(i) + ".example.org", a);
  // A search through all of them takes hundreds of times as long; caches miss more.
  EXPECT_LT(timeOfLookUps(contexts, 10000), 8 * timeOfLookUps(few, 10));
}

}  // namespace
}  // namespace securepair::engine
