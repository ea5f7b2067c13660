// Data that passes to or from a server that is not authorized, and nobody has asked.
#include <chrono>
#include <cstdlib>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/tls_world.h"

namespace securepair::test {
namespace {

using Texts = std::vector<std::string>;

struct UnreadOutcome {
  Texts warnings = {};
  std::vector<Error> errors = {};  ///< the client's
  std::string sent = {};           ///< what the server got
  std::string received = {};
};

class UnreadAuthorization : public testing::Test {
 protected:
  ~UnreadAuthorization() override {
    Loop::current().onWarning(nullptr);
    Loop::current().setStrict(false);
    ::unsetenv("SECUREPAIR_STRICT");
  }

  static tls::ServerOptions strangersOptions() {
    return {.key = World::get().stranger.key, .cert = World::get().stranger.cert};
  }

  // Meets a server that nobody trusts, and that greets where `greeting` is not empty.
  UnreadOutcome meet(const std::function<void(tls::CleartextStream&)>& follow,
                     const std::string& greeting = {},
                     const tls::ServerOptions& options = strangersOptions()) {
    UnreadOutcome outcome;
    Loop::current().onWarning(
        [&](const Error& warning) { outcome.warnings.push_back(warning.code()); });
    const auto server = serve(options, [&](tls::CleartextStream& stream) {
      stream.onData([&](const Data& data) { outcome.sent += data; });
      stream.onError([](const Error&) {});
      if (!greeting.empty()) stream.end(greeting);
    });
    const auto client = tls::connect(server->address()->port, clientOptions());
    client->onData([&](const Data& data) { outcome.received += data; });
    client->onError([&](const Error& error) { outcome.errors.push_back(error); });
    client->onClose([&] { server->close(); });
    follow(*client);
    runLoop();
    return outcome;
  }
};

const Texts warned{"WARN_AUTHORIZATION_UNREAD"};

TEST_F(UnreadAuthorization, OfDataThatIsReadWarnsOnce) {
  const UnreadOutcome outcome = meet([](tls::CleartextStream&) {}, std::string(100'000, 'x'));
  EXPECT_EQ(outcome.warnings, warned);
  EXPECT_EQ(outcome.received.size(), 100'000U);
}

TEST_F(UnreadAuthorization, OfDataThatIsWrittenWarnsOnce) {
  const UnreadOutcome outcome = meet([](tls::CleartextStream& stream) {
    stream.write("before, ");
    stream.onSecureConnect([&] {
      stream.write("in it, ");
      Loop::current().setTimeout(std::chrono::milliseconds(1), [&] { stream.end("and after"); });
    });
  });
  EXPECT_EQ(outcome.warnings, warned);
  EXPECT_EQ(outcome.sent, "before, in it, and after");
}

TEST_F(UnreadAuthorization, SaysWhatToDo) {
  std::vector<Error> warnings;
  meet([&](tls::CleartextStream& stream) {
    Loop::current().onWarning([&](const Error& warning) { warnings.push_back(warning); });
    stream.end("x");
  });
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_NE(warnings[0].certificate().find("subject CN=localhost"), std::string::npos);
  EXPECT_NE(warnings[0].got().find("DEPTH_ZERO_SELF_SIGNED_CERT"), std::string::npos);
  EXPECT_NE(warnings[0].fix().find("`rejectUnauthorized`"), std::string::npos);
}

TEST_F(UnreadAuthorization, IsNoneWhereSomebodyHasAsked) {
  const std::vector<std::function<void(tls::CleartextStream&)>> questions{
      [](tls::CleartextStream& stream) { EXPECT_FALSE(stream.authorized()); },
      [](tls::CleartextStream& stream) { EXPECT_NE(stream.authorizationError(), ""); },
      [](tls::CleartextStream& stream) { EXPECT_TRUE(stream.authorizationFailure()); },
      [](tls::CleartextStream& stream) { EXPECT_FALSE(stream.getPeerCertificate().empty()); },
  };
  Loop::current().setStrict();
  for (const auto& ask : questions) {
    const UnreadOutcome outcome = meet([&](tls::CleartextStream& stream) {
      stream.write("before, ");
      stream.onSecureConnect([&] {
        stream.write("in it, before the question");
        ask(stream);
        stream.end();
      });
    });
    EXPECT_TRUE(outcome.warnings.empty());
    EXPECT_TRUE(outcome.errors.empty());
    EXPECT_EQ(outcome.sent, "before, in it, before the question");
  }
}

TEST_F(UnreadAuthorization, AskedBeforeThereIsAnAnswerIsNotAsked) {
  const UnreadOutcome outcome = meet([](tls::CleartextStream& stream) {
    EXPECT_FALSE(stream.authorized());
    stream.end("x");
  });
  EXPECT_EQ(outcome.warnings, warned);
}

TEST_F(UnreadAuthorization, IsNoneWhereTheServerIsAuthorized) {
  const UnreadOutcome outcome =
      meet([](tls::CleartextStream& stream) { stream.write("x"); }, "welcome", serverOptions());
  EXPECT_TRUE(outcome.warnings.empty());
  EXPECT_EQ(outcome.sent, "x");
}

TEST_F(UnreadAuthorization, IsNoneWhereNoDataPasses) {
  EXPECT_TRUE(meet([](tls::CleartextStream& stream) { stream.end(); }).warnings.empty());
}

TEST_F(UnreadAuthorization, OfAStrictLoopIsAnErrorAndNothingLeaves) {
  Loop::current().setStrict();
  const UnreadOutcome outcome = meet([](tls::CleartextStream& stream) {
    stream.write("before");
    stream.onSecureConnect([&] { stream.write("in it"); });
  });
  ASSERT_EQ(outcome.errors.size(), 1U);
  EXPECT_EQ(outcome.errors[0].code(), "ERR_TLS_AUTHORIZATION_UNREAD");
  EXPECT_EQ(outcome.sent, "");
  EXPECT_TRUE(outcome.warnings.empty());
}

TEST_F(UnreadAuthorization, OfAStrictLoopLetsNothingIn) {
  Loop::current().setStrict();
  const UnreadOutcome outcome = meet([](tls::CleartextStream&) {}, "welcome");
  ASSERT_EQ(outcome.errors.size(), 1U);
  EXPECT_EQ(outcome.errors[0].code(), "ERR_TLS_AUTHORIZATION_UNREAD");
  EXPECT_EQ(outcome.received, "");
}

TEST_F(UnreadAuthorization, IsAnErrorWhereTheEnvironmentSaysSo) {
  ::setenv("SECUREPAIR_STRICT", "0", 1);
  EXPECT_EQ(meet([](tls::CleartextStream& stream) { stream.end("x"); }).warnings, warned);
  ::setenv("SECUREPAIR_STRICT", "1", 1);
  const UnreadOutcome outcome = meet([](tls::CleartextStream& stream) { stream.end("x"); });
  ASSERT_EQ(outcome.errors.size(), 1U);
  EXPECT_EQ(outcome.errors[0].code(), "ERR_TLS_AUTHORIZATION_UNREAD");
}

TEST_F(UnreadAuthorization, AListenerOfTheWarningMayDestroyTheStream) {
  const UnreadOutcome outcome = meet([](tls::CleartextStream& stream) {
    Loop::current().onWarning([&](const Error&) { stream.destroy(); });
    stream.write("x");
  });
  EXPECT_TRUE(outcome.errors.empty());
}

TEST(SecureConnect, NothingLeavesUntilItsListenersHaveReturned) {
  for (const std::string& before : {std::string(), std::string("before")}) {
    std::string sent;
    const auto server = serve(serverOptions(), [&](tls::CleartextStream& stream) {
      stream.onData([&](const Data& data) { sent += data; });
      stream.onError([](const Error&) {});
    });
    server->onClientError([](const Error&) {});
    const auto client = tls::connect(server->address()->port, clientOptions());
    if (!before.empty()) client->write(before);
    client->onSecureConnect([&] { client->write(std::string(500'000, 'x')); });
    client->onSecureConnect([&] { client->destroy(); });
    client->onClose([&] { server->close(); });
    runLoop();
    EXPECT_EQ(sent, "") << "with '" << before << "' written before";
  }
}

TEST(SecureConnect, AListenerThatThrowsEndsTheConnectionAndNothingLeaves) {
  std::string sent;
  const auto server = serve(serverOptions(), [&](tls::CleartextStream& stream) {
    stream.onData([&](const Data& data) { sent += data; });
    stream.onError([](const Error&) {});
  });
  server->onClientError([](const Error&) {});
  const auto client = tls::connect(server->address()->port, clientOptions());
  bool closed = false;
  client->write("before");
  client->onSecureConnect([] { throw std::runtime_error("not the one"); });
  client->onClose([&] {
    closed = true;
    server->close();
  });
  EXPECT_THROW(runLoop(), std::runtime_error);
  runLoop();
  EXPECT_TRUE(closed);
  EXPECT_EQ(sent, "");
}

}  // namespace
}  // namespace securepair::test
