// Sessions: honest resumption works, and nothing else does.
#include <array>
#include <chrono>
#include <ctime>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>

#include <gtest/gtest.h>

#include "crypto/command_line.h"
#include "tls/session_world.h"

namespace securepair::test {
namespace {

using namespace std::chrono_literals;

class SessionTest : public testing::TestWithParam<std::tuple<const char*, Kept>> {
 protected:
  tls::ServerOptions options(tls::ServerOptions options = serverOptions()) const {
    options.maxVersion = std::get<0>(GetParam());
    if (std::get<1>(GetParam()) == Kept::inAStore) {
      options.sessionStore = store_;
    } else {
      options.ticketSecret = std::string(32, 's');
    }
    return options;
  }
  tls::ServerOptions optionsThatAsk() const { return options(serverOptionsThatAsk()); }
  static tls::ConnectOptions withoutCache(tls::ConnectOptions options = clientOptions()) {
    options.sessionCache = false;
    return options;
  }

 private:
  std::shared_ptr<tls::SessionStore> store_ = std::make_shared<tls::MemorySessionStore>();
};

TEST_P(SessionTest, IsResumedByWhatGetSessionGave) {
  const auto server = tls::createServer(options());
  const auto first = connectTo(*server, withoutCache());
  EXPECT_FALSE(first.reused);
  ASSERT_FALSE(first.session.empty());
  const auto second = connectTo(*server, with(first.session, withoutCache()));
  EXPECT_TRUE(second.reused);
  EXPECT_TRUE(second.authorized);
  EXPECT_EQ(second.error + second.clientError, "");
}

TEST_P(SessionTest, IsEmittedWhenItIsMade) {
  const auto server = serve(options(), [](tls::CleartextStream& stream) { stream.end("x"); });
  Buffer emitted;
  int times = 0;
  const auto client = tls::connect(server->address()->port, withoutCache());
  client->onSession([&](const Buffer& session) {
    emitted = session;
    ++times;
  });
  client->onClose([&] { server->close(); });
  runLoop();
  EXPECT_EQ(times, 1);
  EXPECT_FALSE(emitted.empty());
  EXPECT_TRUE(connectTo(*server, with(emitted, withoutCache())).reused);
}

// In TLS 1.3 both are in one packet.
TEST_P(SessionTest, ComesBeforeTheDataThatBringsIt) {
  const auto server = serve(options(), [](tls::CleartextStream& stream) {
    stream.onError([](const Error&) {});
    stream.write("x");
  });
  bool emitted = false;
  const auto client = tls::connect(server->address()->port, withoutCache());
  client->onSession([&](const Buffer&) { emitted = true; });
  client->onData([&](const Data&) { client->destroy(); });
  client->onClose([&] { server->close(); });
  runLoop();
  EXPECT_TRUE(emitted);
}

TEST_P(SessionTest, ListenersMayHoldBackTheDataThatBringsIt) {
  const auto server = serve(options(), [](tls::CleartextStream& stream) { stream.end("x"); });
  const auto client = tls::connect(server->address()->port, withoutCache());
  std::string events;
  client->onSession([&](const Buffer&) {
    events += "session ";
    client->pause();
    Loop::current().setTimeout(20ms, [&] {
      events += "resumed ";
      client->resume();
    });
  });
  client->onData([&](const Data& data) { events += std::string(data) + " "; });
  client->onEnd([&] { events += "end"; });
  client->onClose([&] { server->close(); });
  runLoop();
  EXPECT_EQ(events, "session resumed x end");
}

TEST_P(SessionTest, ListenersThatThrowLoseNoData) {
  const auto server = serve(options(), [](tls::CleartextStream& stream) { stream.end("x"); });
  const auto client = tls::connect(server->address()->port, withoutCache());
  std::string received;
  client->onSession([](const Buffer&) { throw std::runtime_error("a listener's"); });
  client->onData([&](const Data& data) { received += data; });
  client->onClose([&] { server->close(); });
  EXPECT_THROW(Loop::current().run(), std::runtime_error);
  runLoop();
  EXPECT_EQ(received, "x");
}

TEST_P(SessionTest, IsEmittedWhereTheEndHasComeWithIt) {
  const auto server = serve(options(), echo);
  int times = 0;
  const auto client = tls::connect(server->address()->port, withoutCache());
  client->onSession([&](const Buffer&) { ++times; });
  client->end("x");  // all that the server has to say, its ticket too, then comes at once
  client->onClose([&] { server->close(); });
  runLoop();
  EXPECT_EQ(times, 1);
}

TEST_P(SessionTest, OfAnUnauthorizedServerIsNotHandedOut) {
  const auto server = tls::createServer(options());
  auto stranger = withoutCache();
  stranger.ca = World::get().stranger.cert;
  const auto seen = connectTo(*server, stranger);
  EXPECT_FALSE(seen.authorized);
  EXPECT_TRUE(seen.session.empty());
}

TEST_P(SessionTest, IsNotResumedUnderAnotherPolicyOfTheClient) {
  const auto server = tls::createServer(options());
  const auto first = connectTo(*server, withoutCache());
  auto otherCa = withoutCache();
  otherCa.ca = {World::get().authority.own.cert, World::get().stranger.cert};
  EXPECT_FALSE(connectTo(*server, with(first.session, otherCa)).reused);
  auto otherName = withoutCache();
  otherName.servername = "other.example.org";
  const auto seen = connectTo(*server, with(first.session, otherName));
  EXPECT_FALSE(seen.reused);
  EXPECT_FALSE(seen.authorized);
}

TEST_P(SessionTest, ThatIsNoSessionIsLeftAside) {
  const auto server = tls::createServer(options());
  const auto good = connectTo(*server, withoutCache()).session;
  for (const std::string& bytes :
       {std::string(), std::string("nonsense"), good.toString().substr(0, good.size() - 1),
        good.toString() + "x"}) {
    const auto seen = connectTo(*server, with(bytes, withoutCache()));
    EXPECT_FALSE(seen.reused);
    EXPECT_TRUE(seen.authorized);
  }
}

TEST_P(SessionTest, SaysAgainWhatItSaidOfTheClient) {
  const auto server = tls::createServer(optionsThatAsk());
  const auto options = withoutCache(clientOptionsWithCertificate());
  const auto first = connectTo(*server, options);
  EXPECT_TRUE(first.clientAuthorized);
  const auto second = connectTo(*server, with(first.session, options));
  EXPECT_TRUE(second.reused);
  EXPECT_TRUE(second.clientAuthorized);
  EXPECT_EQ(second.clientName, "a client");
}

TEST_P(SessionTest, OfAClientWithoutACertificateStaysSo) {
  const auto server = tls::createServer(optionsThatAsk());
  const auto first = connectTo(*server, withoutCache());
  const auto second = connectTo(*server, with(first.session, withoutCache()));
  EXPECT_TRUE(second.reused);
  EXPECT_FALSE(second.clientAuthorized);
}

TEST_P(SessionTest, OfAStrangerIsNotMade) {
  const auto server = tls::createServer(optionsThatAsk());
  auto stranger = withoutCache();
  stranger.key = World::get().stranger.key;
  stranger.cert = World::get().stranger.cert;
  const auto first = connectTo(*server, stranger);
  EXPECT_FALSE(first.clientAuthorized);
  const auto second = connectTo(*server, with(first.session, stranger));
  EXPECT_FALSE(second.reused);
  EXPECT_FALSE(second.clientAuthorized);
}

// With an intermediate in both chains: a ticket holds the leaf alone.
TEST_P(SessionTest, StaysAuthorizedBehindAnIntermediate) {
  const auto root = makeAuthority("Root");
  const auto between = makeIntermediate(root, "Between");
  const auto serverOwn = issue(between, "localhost");
  const auto clientOwn = issue(between, "a client");
  const auto server = tls::createServer(options({.key = serverOwn.key,
                                                 .cert = serverOwn.cert + between.chain,
                                                 .ca = root.own.cert,
                                                 .requestCert = true,
                                                 .rejectUnauthorized = true}));
  const auto options = withoutCache({.key = clientOwn.key,
                                     .cert = clientOwn.cert + between.chain,
                                     .ca = root.own.cert,
                                     .rejectUnauthorized = true});
  const auto first = connectTo(*server, options);
  EXPECT_TRUE(first.authorized && first.clientAuthorized) << first.error << first.clientError;
  const auto second = connectTo(*server, with(first.session, options));
  EXPECT_TRUE(second.reused);
  EXPECT_TRUE(second.authorized);
  EXPECT_TRUE(second.clientAuthorized);
}

// A server that asks no one must not open the door of one that does.
TEST_P(SessionTest, OfAServerThatDoesNotAskIsNotResumedByOneThatDoes) {
  auto careless = options();
  careless.ca = World::get().authority.own.cert;
  auto careful = careless;
  careful.requestCert = true;
  for (auto* const options : {&careless, &careful}) {
    options->sessionIdContext = "the same";
  }
  const auto first = connectTo(*tls::createServer(careless), withoutCache());
  const auto second = connectTo(*tls::createServer(careful), with(first.session, withoutCache()));
  EXPECT_FALSE(second.reused);
}

TEST_P(SessionTest, OfAServerThatAcceptsAllIsNotResumedByOneThatRejects) {
  auto careless = optionsThatAsk();
  auto careful = careless;
  careful.rejectUnauthorized = true;
  const auto first = connectTo(*tls::createServer(careless), withoutCache());
  ASSERT_FALSE(first.session.empty());
  const auto second = connectTo(*tls::createServer(careful), with(first.session, withoutCache()));
  EXPECT_FALSE(second.reused);
  EXPECT_EQ(second.clientError, "UNABLE_TO_GET_ISSUER_CERT");
}

TEST_P(SessionTest, IsNotResumedOnceACertificateHasExpired) {
  const auto& authority = World::get().authority;
  const auto expiring = [&authority](const std::string& name) {
    auto spec = specFor(name);
    spec.untilDays = 0;
    spec.untilSeconds = 3;
    return issue(authority, spec);
  };
  const auto serverOwn = expiring("localhost");
  const auto clientOwn = expiring("a client");
  auto ofServer = options();
  ofServer.key = serverOwn.key;
  ofServer.cert = serverOwn.cert;
  auto ofClient = withoutCache();
  ofClient.key = clientOwn.key;
  ofClient.cert = clientOwn.cert;
  const auto expiringServer = tls::createServer(ofServer);
  const auto lastingServer = tls::createServer(optionsThatAsk());
  const auto ofExpiringServer = connectTo(*expiringServer, withoutCache());
  const auto ofExpiringClient = connectTo(*lastingServer, ofClient);
  ASSERT_FALSE(ofExpiringServer.session.empty() || ofExpiringClient.session.empty());
  // What a resumed connection leaves behind expires with the same certificates.
  const auto again = connectTo(*lastingServer, with(ofExpiringClient.session, ofClient));
  ASSERT_TRUE(again.reused && again.clientAuthorized);
  const Buffer last = again.session.empty() ? ofExpiringClient.session : again.session;

  Loop::current().setTimeout(3100ms, [] {});
  runLoop();
  const auto server = connectTo(*expiringServer, with(ofExpiringServer.session, withoutCache()));
  EXPECT_FALSE(server.reused);
  EXPECT_FALSE(server.authorized);
  const auto client = connectTo(*lastingServer, with(last, ofClient));
  EXPECT_FALSE(client.reused);
  EXPECT_FALSE(client.clientAuthorized);
}

TEST_P(SessionTest, IsNotResumedAfterAChangeOfTheServersCa) {
  auto before = optionsThatAsk();
  auto after = before;
  after.ca = World::get().stranger.cert;
  const auto options = withoutCache(clientOptionsWithCertificate());
  const auto first = connectTo(*tls::createServer(before), options);
  const auto second = connectTo(*tls::createServer(after), with(first.session, options));
  EXPECT_FALSE(second.reused);
  EXPECT_FALSE(second.clientAuthorized);
}

TEST_P(SessionTest, IsNotResumedAfterARevocation) {
  const auto& world = World::get();
  auto before = optionsThatAsk();
  auto after = before;
  after.crl = makeCrl(world.authority, {world.client.cert});
  const auto options = withoutCache(clientOptionsWithCertificate());
  const auto first = connectTo(*tls::createServer(before), options);
  const auto second = connectTo(*tls::createServer(after), with(first.session, options));
  EXPECT_FALSE(second.reused);
  EXPECT_FALSE(second.clientAuthorized);
}

TEST_P(SessionTest, IsNotResumedOnceARevocationListIsOutOfDate) {
  const auto& world = World::get();
  const auto soon = std::time(nullptr) + 3;
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%y%m%d%H%M%SZ", std::gmtime(&soon));
  auto ofServer = optionsThatAsk();
  ofServer.crl = makeCrl(world.authority, CrlSpec{.nextUpdate = text.data()});
  const auto server = tls::createServer(ofServer);
  const auto options = withoutCache(clientOptionsWithCertificate());
  const auto first = connectTo(*server, options);
  ASSERT_TRUE(first.clientAuthorized);
  Loop::current().setTimeout(3100ms, [] {});
  runLoop();
  const auto second = connectTo(*server, with(first.session, options));
  EXPECT_FALSE(second.reused);
  EXPECT_FALSE(second.clientAuthorized);
}

TEST_P(SessionTest, SessionIdContextKeepsServersApart) {
  auto a = optionsThatAsk();
  auto b = a;
  a.sessionIdContext = "a";
  b.sessionIdContext = "b";
  const auto first = connectTo(*tls::createServer(a), withoutCache());
  EXPECT_TRUE(connectTo(*tls::createServer(a), with(first.session, withoutCache())).reused);
  EXPECT_FALSE(connectTo(*tls::createServer(b), with(first.session, withoutCache())).reused);
}

TEST_P(SessionTest, SessionIdContextIsByDefaultTheDigestOfTheCommandLine) {
  for (const bool asks : {false, true}) {
    auto byDefault = asks ? optionsThatAsk() : options();
    auto told = byDefault;
    told.sessionIdContext = crypto::commandLineDigest();
    const auto first = connectTo(*tls::createServer(byDefault), withoutCache());
    const auto second = connectTo(*tls::createServer(told), with(first.session, withoutCache()));
    EXPECT_EQ(second.reused, asks);
  }
  EXPECT_EQ(crypto::commandLineDigest().size(), 32U) << "an MD5 in hexadecimal";
}

TEST_P(SessionTest, TimeoutZeroResumesNone) {
  auto options = serverOptions();
  options.maxVersion = std::get<0>(GetParam());
  options.sessionTimeout = 0s;
  const auto server = tls::createServer(options);
  const auto first = connectTo(*server, withoutCache());
  EXPECT_TRUE(first.session.empty());
}

TEST_P(SessionTest, IsNotResumedAfterItsTimeout) {
  auto options = this->options();
  options.sessionTimeout = 1s;
  const auto server = tls::createServer(options);
  const auto first = connectTo(*server, withoutCache());
  ASSERT_FALSE(first.session.empty());
  Loop::current().setTimeout(2100ms, [] {});
  runLoop();
  EXPECT_FALSE(connectTo(*server, with(first.session, withoutCache())).reused);
}

TEST_P(SessionTest, IsRememberedByHostAndPort) {
  const auto server = serve(options(), [](tls::CleartextStream& stream) { stream.end("x"); });
  std::string reused;
  std::function<void(int, tls::ConnectOptions)> connect = [&](int more, tls::ConnectOptions o) {
    const auto client = tls::connect(server->address()->port, o);
    client->onSecureConnect([&reused, client] { reused += client->isSessionReused() ? "1" : "0"; });
    client->onClose([&, more, o] {
      if (more > 0) return connect(more - 1, o);
      server->close();
    });
  };
  connect(2, clientOptions());
  runLoop();
  EXPECT_EQ(reused, "011");
}

TEST_P(SessionTest, IsNotRememberedAcrossPoliciesNorWhereTheCacheIsOff) {
  const auto server = serve(options(), [](tls::CleartextStream& stream) { stream.end("x"); });
  auto other = clientOptions();
  other.ca = {World::get().authority.own.cert, World::get().stranger.cert};
  std::string reused;
  const auto one = [&](const tls::ConnectOptions& options, Listener<> then) {
    const auto client = tls::connect(server->address()->port, options);
    client->onSecureConnect([&reused, client] { reused += client->isSessionReused() ? "1" : "0"; });
    client->onClose(std::move(then));
  };
  one(clientOptions(), [&] {
    one(other,
        [&] { one(withoutCache(), [&] { one(clientOptions(), [&] { server->close(); }); }); });
  });
  runLoop();
  EXPECT_EQ(reused, "0001") << "the first one's own is still there";
}

INSTANTIATE_TEST_SUITE_P(Versions, SessionTest,
                         testing::Combine(testing::Values("TLSv1.2", "TLSv1.3"),
                                          testing::Values(Kept::inTickets, Kept::inAStore)),
                         [](const auto& parameter) {
                           const std::string version = std::get<0>(parameter.param);
                           return std::string(version == "TLSv1.2" ? "Tls12" : "Tls13") +
                                  (std::get<1>(parameter.param) == Kept::inAStore ? "Store"
                                                                                  : "Ticket");
                         });

}  // namespace
}  // namespace securepair::test
