// Sessions belong to whom the client trusts, however it was said, and to where it has connected.
#include <memory>
#include <optional>
#include <string>
#include <unistd.h>

#include <gtest/gtest.h>

#include "support/tls_world.h"

namespace securepair::test {
namespace {

struct SessionSeen {
  bool reused = false;
  std::string verdict;
  Buffer session;
  Buffer sessionAtClose;  ///< the same, asked for when all is over
};

class SessionTrust : public testing::TestWithParam<const char*> {
 protected:
  SessionTrust() {
    auto options = serverOptions();
    options.maxVersion = GetParam();
    server = tls::createServer(options);
  }

  // One connection over a Unix socket, where no name is known unless the options say one. It ends
  // when the greeting, and in it a ticket, has come.
  SessionSeen connect(const tls::ConnectOptions& options) {
    SessionSeen seen;
    server->onSecureConnection([](tls::CleartextStream& stream) { stream.end("hello"); });
    server->listen(path);
    const auto client = tls::connect(path, options);
    client->onSecureConnect([&] {
      seen.reused = client->isSessionReused();
      seen.verdict = client->authorized() ? "authorized" : client->authorizationError();
    });
    client->onEnd([&] { seen.session = client->getSession(); });
    client->onClose([&] {
      seen.sessionAtClose = client->getSession();
      server->close();
    });
    runLoop();
    return seen;
  }
  SessionSeen resume(const Buffer& session, tls::ConnectOptions options) {
    options.session = session;
    options.sessionCache = false;
    return connect(options);
  }

  // With a check of the user's own, which approves of everybody.
  tls::ConnectOptions withOwnCheck() const {
    return {.ca = own, .checkServerIdentity = [](std::string_view, const tls::PeerCertificate&) {
              return std::optional<Error>();
            }};
  }
  void expectOnlyWithTheCheck(const Buffer& session) {
    ASSERT_FALSE(session.empty());
    EXPECT_TRUE(resume(session, withOwnCheck()).reused);
    EXPECT_FALSE(resume(session, {.ca = own}).reused);
  }

  const std::string path = "/tmp/securepair-sessions-" + std::to_string(::getpid()) + ".sock";
  const std::string own = World::get().authority.own.cert;
  const std::string other = makeAuthority("Another Root").own.cert;
  std::shared_ptr<tls::Server> server;
};

TEST_P(SessionTrust, OfCaAppendIsResumedUnderTheSameAlone) {
  const Buffer session = resume({}, {.servername = "localhost", .caAppend = own}).session;
  ASSERT_FALSE(session.empty());
  const auto same = resume(session, {.servername = "localhost", .caAppend = own});
  EXPECT_TRUE(same.reused);
  EXPECT_EQ(same.verdict, "authorized");
  const auto more = resume(session, {.servername = "localhost", .caAppend = {own, other}});
  EXPECT_FALSE(more.reused);
  EXPECT_EQ(more.verdict, "authorized");
  EXPECT_FALSE(resume(session, {.ca = own, .servername = "localhost"}).reused);
  const auto none = resume(session, {.servername = "localhost"});
  EXPECT_FALSE(none.reused);
  EXPECT_EQ(none.verdict, "UNABLE_TO_VERIFY_LEAF_SIGNATURE");
  const auto another = resume(session, {.servername = "localhost", .caAppend = other});
  EXPECT_FALSE(another.reused);
  EXPECT_EQ(another.verdict, "UNABLE_TO_VERIFY_LEAF_SIGNATURE");
}

// What authorized() said without a name, for an appended authority, it says again.
TEST_P(SessionTrust, WithoutANameIsResumedWithoutOne) {
  const Buffer session = resume({}, {.caAppend = own}).session;
  ASSERT_FALSE(session.empty());
  const auto again = resume(session, {.caAppend = own});
  EXPECT_TRUE(again.reused);
  EXPECT_EQ(again.verdict, "authorized");
  EXPECT_FALSE(resume(session, {.servername = "localhost", .caAppend = own}).reused);
}

TEST_P(SessionTrust, OfAnOwnCheckIsNotResumedWithoutIt) {
  expectOnlyWithTheCheck(resume({}, withOwnCheck()).session);
}

TEST_P(SessionTrust, OfAnOwnCheckStaysSoWhenTheConnectionIsOver) {
  expectOnlyWithTheCheck(resume({}, withOwnCheck()).sessionAtClose);
}

TEST_P(SessionTrust, OfASecureContextIsThatOfItsConnections) {
  const auto context = crypto::createCredentials({.ca = own}).context;
  const Buffer session = resume({}, {.secureContext = context}).session;
  const auto again = resume(session, {.secureContext = context});
  EXPECT_TRUE(again.reused);
  EXPECT_EQ(again.verdict, "authorized");
  const auto stranger = crypto::createCredentials({.ca = other}).context;
  EXPECT_FALSE(resume(session, {.secureContext = stranger}).reused);
}

TEST_P(SessionTrust, OfAPathIsRememberedByIt) {
  EXPECT_FALSE(connect({.ca = own}).reused);
  EXPECT_TRUE(connect({.ca = own}).reused);
  EXPECT_FALSE(connect({.ca = own, .servername = "localhost"}).reused);
}

INSTANTIATE_TEST_SUITE_P(Versions, SessionTrust, testing::Values("TLSv1.2", "TLSv1.3"),
                         [](const auto& version) {
                           return version.param == std::string("TLSv1.2") ? "Tls12" : "Tls13";
                         });

}  // namespace
}  // namespace securepair::test
