// The page's section "Class: tls.CleartextStream".
#include <chrono>
#include <functional>
#include <optional>
#include <sstream>
#include <string>
#include <type_traits>
#include <vector>

#include <gtest/gtest.h>

#include "page/meeting.h"
#include "support/certificates.h"
#include "support/child.h"
#include "support/memory_wire.h"
#include "support/tls_world.h"

namespace securepair::test {
namespace {

using namespace std::chrono_literals;

// ---- The class ----

TEST(CleartextStream, ThisIsAStreamOnTopOfTheEncryptedStream) {
  static_assert(std::is_base_of_v<Stream, tls::CleartextStream>);
  const auto pair = tls::createSecurePair();
  std::string wire;
  pair->encrypted.onData([&](const Data& data) { wire += data; });
  pair->cleartext.onSecureConnect([] {});
  runLoop();
  ASSERT_FALSE(wire.empty()) << "what is on the wire comes out of the encrypted one";
  EXPECT_EQ(wire[0], '\x16') << "a record of the handshake's kind";
  pair->destroy();
  runLoop();
}

TEST(CleartextStream, MakesItPossibleToReadAndWriteAnEncryptedDataAsACleartextData) {
  std::string wire;
  const auto server = serve(serverOptions(), echo);
  const auto tap = net::createServer([&](net::Socket& near) {
    const auto far = net::connect(server->address()->port, "127.0.0.1");
    near.setAllowHalfOpen(true);
    far->setAllowHalfOpen(true);
    near.onData([&wire, far](const Data& data) {
      wire += data;
      far->write(data);
    });
    far->onData([&wire, &near](const Data& data) {
      wire += data;
      near.write(data);
    });
    near.onEnd([far] { far->end(); });
    far->onEnd([&near] { near.end(); });
  });
  tap->listen(0, "127.0.0.1");
  std::string received;
  const auto client = tls::connect(tap->address()->port, clientOptions());
  client->onData([&](const Data& data) { received += data; });
  client->onClose([&] {
    tap->close();
    server->close();
  });
  client->end("a secret");
  runLoop();
  EXPECT_EQ(received, "a secret");
  EXPECT_GT(wire.size(), 2 * received.size());
  EXPECT_EQ(wire.find("a secret"), std::string::npos);
}

TEST(CleartextStream, ThisInstanceImplementsADuplexStreamInterface) {
  std::string atServer;
  std::string atClient;
  const auto server = serve(serverOptions(), [&](tls::CleartextStream& stream) {
    stream.onData([&](const Data& data) { atServer += data; });
    stream.write("to the client");
  });
  const auto client = tls::connect(server->address()->port, clientOptions());
  client->onData([&](const Data& data) {
    atClient += data;
    client->end();
  });
  client->onClose([&] { server->close(); });
  EXPECT_TRUE(client->readable());
  EXPECT_TRUE(client->writable());
  client->write("to the server");
  runLoop();
  EXPECT_EQ(atServer, "to the server");
  EXPECT_EQ(atClient, "to the client");
  EXPECT_FALSE(client->readable());
  EXPECT_FALSE(client->writable());
}

TEST(CleartextStream, ItHasAllTheCommonStreamMethods) {
  const auto server = serve(serverOptions(), echo);
  const auto client = tls::connect(server->address()->port, clientOptions());
  std::string piped;
  const auto other = tls::connect(server->address()->port, clientOptions());
  other->setEncoding("utf8");
  other->onData([&](std::string_view text) { piped += text; });

  client->pause();
  client->setTimeout(10s);
  client->setNoDelay();
  EXPECT_EQ(&client->pipe(*other), other.get());
  EXPECT_TRUE(client->write("text, "));
  EXPECT_TRUE(client->write(std::vector<unsigned char>{'b', 'y', 't', 'e', 's'}));
  client->end(" and the last");
  Loop::current().setTimeout(20ms, [&] {
    EXPECT_EQ(piped, "") << "it is paused";
    client->resume();
  });
  other->onClose([&] { server->close(); });
  runLoop();
  EXPECT_EQ(piped, "text, bytes and the last");

  const auto again = serve(serverOptions(), echo);
  const auto destroyed = tls::connect(again->address()->port, clientOptions());
  const auto destroyedSoon = tls::connect(again->address()->port, clientOptions());
  again->onClientError([](const Error&) {});
  destroyed->destroy();
  destroyedSoon->write("x");
  destroyedSoon->destroySoon();
  destroyedSoon->onClose([&] { again->close(); });
  runLoop();
  EXPECT_TRUE(destroyed->destroyed());
  EXPECT_TRUE(destroyedSoon->destroyed());
}

TEST(CleartextStream, ItHasAllTheCommonStreamEvents) {
  std::vector<std::string> events;
  const std::string much(std::size_t{4} << 20, 'x');
  const auto server = serve(serverOptions(), [&](tls::CleartextStream& stream) {
    stream.onData([&, received = std::size_t{0}](const Data& data) mutable {
      received += data.size();
      if (received > much.size()) stream.end("bye");
    });
  });
  const auto client = tls::connect(server->address()->port, clientOptions());
  client->onData([&] { events.emplace_back("data"); });
  client->onEnd([&] { events.emplace_back("end"); });
  client->onDrain([&] {
    events.emplace_back("drain");
    client->setTimeout(10ms);
  });
  client->onTimeout([&] {
    events.emplace_back("timeout");
    client->setTimeout(0ms);
    client->write("go on");
  });
  client->onError([&] { events.emplace_back("error"); });
  client->onClose([&] {
    events.emplace_back("close");
    server->close();
  });
  client->onSecureConnect([&] { EXPECT_FALSE(client->write(much)); });
  runLoop();
  EXPECT_EQ(events, (std::vector<std::string>{"drain", "timeout", "data", "end", "close"}));

  events.clear();
  const auto refused = tls::connect(1, "127.0.0.1", clientOptions());
  refused->onError([&] { events.emplace_back("error"); });
  refused->onClose([&] { events.emplace_back("close"); });
  runLoop();
  EXPECT_EQ(events, (std::vector<std::string>{"error", "close"}));
}

TEST(CleartextStream, AClearTextStreamIsTheClearMemberOfASecurePairObject) {
  const auto pair = tls::createSecurePair();
  static_assert(std::is_same_v<decltype((pair->cleartext)), tls::CleartextStream&>);
  tls::CleartextStream& stream = pair->cleartext;
  const auto owner = stream.shared();
  EXPECT_EQ(owner.get(), &stream);
  EXPECT_EQ(owner.use_count(), pair.use_count()) << "they are one";
  stream.destroy();
  runLoop();
  EXPECT_TRUE(pair->encrypted.destroyed());
}

// ---- Event: 'secureConnect' ----

class SecureConnect : public testing::TestWithParam<const char*> {
 protected:
  static tls::ServerOptions atVersion(tls::ServerOptions options) {
    options.minVersion = options.maxVersion = GetParam();
    return options;
  }
};

TEST_P(SecureConnect, ThisEventIsEmittedAfterANewConnectionHasBeenSuccessfullyHandshaked) {
  int times = 0;
  const bool secure =
      meet({.server = atVersion(serverOptions()), .atClient = [&](tls::CleartextStream& stream) {
              ++times;
              EXPECT_EQ(stream.getProtocol(), GetParam());
            }});
  EXPECT_TRUE(secure);
  EXPECT_EQ(times, 1);
}

TEST_P(SecureConnect,
       ThisEventIsEmittedAfterANewConnectionHasBeenSuccessfullyHandshakedAndNotElse) {
  auto options = clientOptions();
  options.rejectUnauthorized = true;
  EXPECT_FALSE(
      meet({.server = atVersion(as(World::get().stranger, serverOptions())), .client = options}));
}

TEST_P(SecureConnect, TheListenerWillBeCalledNoMatterIfTheServersCertificateWasAuthorizedOrNot) {
  EXPECT_TRUE(meet({.server = atVersion(serverOptions()),
                    .atClient = [](auto& stream) { EXPECT_TRUE(stream.authorized()); }}));
  EXPECT_TRUE(meet({.server = atVersion(as(World::get().stranger, serverOptions())),
                    .atClient = [](auto& stream) { EXPECT_FALSE(stream.authorized()); }}));
}

TEST_P(SecureConnect, IfAuthorizedIsFalseThenTheErrorCanBeFoundInAuthorizationError) {
  std::string error;
  meet({.server = atVersion(as(World::get().stranger, serverOptions())),
        .atClient = [&](auto& stream) {
          if (!stream.authorized()) error = stream.authorizationError();
        }});
  EXPECT_EQ(error, "DEPTH_ZERO_SELF_SIGNED_CERT");
}

TEST_P(SecureConnect, IfNpnWasUsedYouCanCheckNpnProtocolForNegotiatedProtocol) {
  Meeting meeting{.server = atVersion(serverOptions())};
  std::string protocol = "none";
  meeting.atClient = [&](auto& stream) { protocol = stream.npnProtocol(); };
  meet(meeting);
  EXPECT_EQ(protocol, "");
  meeting.server.NPNProtocols = {"spdy/2", "http/1.1"};
  meeting.client.NPNProtocols = {"http/1.1"};
  meet(meeting);
  EXPECT_EQ(protocol, "http/1.1");
}

INSTANTIATE_TEST_SUITE_P(Versions, SecureConnect, testing::Values("TLSv1.2", "TLSv1.3"),
                         [](const auto& version) {
                           return std::string(version.param) == "TLSv1.2" ? "Tls12" : "Tls13";
                         });

// ---- authorized, authorizationError ----

TEST(Authorized, ABooleanThatIsTrueIfThePeerCertificateWasSignedByOneOfTheSpecifiedCAs) {
  std::optional<bool> ofServer;
  std::optional<bool> ofClient;
  meet({.server = serverOptionsThatAsk(),
        .client = clientOptionsWithCertificate(),
        .atClient = [&](auto& stream) { ofServer = stream.authorized(); },
        .atServer = [&](auto& stream) { ofClient = stream.authorized(); }});
  EXPECT_EQ(ofServer, true);
  EXPECT_EQ(ofClient, true);
}

TEST(Authorized, ABooleanThatIsTrueIfItWasSignedByOneOfSeveralCAs) {
  auto options = clientOptions();
  options.ca = {makeAuthority("Another Root").own.cert, World::get().authority.own.cert};
  std::optional<bool> ofServer;
  meet({.client = options, .atClient = [&](auto& stream) { ofServer = stream.authorized(); }});
  EXPECT_EQ(ofServer, true);
}

TEST(Authorized, OtherwiseFalse) {
  std::optional<bool> ofServer;
  std::optional<bool> ofClient;
  meet({.server = as(World::get().stranger, serverOptionsThatAsk()),
        .client = as(World::get().stranger, clientOptions()),
        .atClient = [&](auto& stream) { ofServer = stream.authorized(); },
        .atServer = [&](auto& stream) { ofClient = stream.authorized(); }});
  EXPECT_EQ(ofServer, false);
  EXPECT_EQ(ofClient, false);
}

TEST(Authorized, OtherwiseFalseAlsoBeforeTheHandshakeIsDone) {
  const auto pair = tls::createSecurePair();
  EXPECT_FALSE(pair->cleartext.authorized());
  EXPECT_EQ(pair->cleartext.authorizationError(), "");
}

TEST(AuthorizationError, TheReasonWhyThePeersCertificateHasNotBeenVerified) {
  std::string ofServer;
  std::string ofClient;
  auto other = specFor("a client");
  other.untilDays = -1;
  other.fromDays = -2;
  const Identity expired = issue(World::get().authority, other);
  auto options = clientOptions();
  options.key = expired.key;
  options.cert = expired.cert;
  meet({.server = as(World::get().stranger, serverOptionsThatAsk()),
        .client = options,
        .atClient = [&](auto& stream) { ofServer = stream.authorizationError(); },
        .atServer = [&](auto& stream) { ofClient = stream.authorizationError(); }});
  EXPECT_EQ(ofServer, "DEPTH_ZERO_SELF_SIGNED_CERT");
  EXPECT_EQ(ofClient, "CERT_HAS_EXPIRED");
}

TEST(AuthorizationError, ThisPropertyBecomesAvailableOnlyWhenAuthorizedIsFalse) {
  meet({.server = serverOptionsThatAsk(),
        .client = clientOptionsWithCertificate(),
        .atClient =
            [](auto& stream) {
              EXPECT_EQ(stream.authorizationError(), "");
              EXPECT_FALSE(stream.authorizationFailure());
            },
        .atServer = [](auto& stream) { EXPECT_EQ(stream.authorizationError(), ""); }});
}

// ---- getPeerCertificate() ----

// The page's certificate: trusted by its client, who did not mean its name.
Meeting pagesMeeting() {
  static const Identity identity = selfSigned(pageSpec());
  Meeting meeting{.server = {.key = identity.key, .cert = identity.cert},
                  .client = {.ca = identity.cert, .servername = "localhost"}};
  return meeting;
}

tls::PeerCertificate pagesCertificate() {
  tls::PeerCertificate certificate;
  auto meeting = pagesMeeting();
  meeting.atClient = [&](auto& stream) {
    EXPECT_TRUE(stream.authorized()) << stream.authorizationError();
    certificate = stream.getPeerCertificate();
  };
  meet(meeting);
  return certificate;
}

TEST(GetPeerCertificate, ReturnsAnObjectRepresentingThePeersCertificate) {
  EXPECT_FALSE(pagesCertificate().empty());
  meet(
      {.server = serverOptionsThatAsk(),
       .client = clientOptionsWithCertificate(),
       .atClient =
           [](auto& stream) { EXPECT_EQ(stream.getPeerCertificate().subject["CN"], "localhost"); },
       .atServer =
           [](auto& stream) { EXPECT_EQ(stream.getPeerCertificate().subject["CN"], "a client"); }});
}

TEST(GetPeerCertificate, HasSomePropertiesCorrespondingToTheFieldOfTheCertificate) {
  const auto certificate = pagesCertificate();
  const std::vector<std::pair<std::string, std::string>> fields{
      {"C", "UK"},      {"ST", "Acknack Ltd"},          {"L", "Rhys Jones"},
      {"O", "node.js"}, {"OU", "Test TLS Certificate"}, {"CN", "localhost"}};
  using Fields = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(Fields(certificate.subject.begin(), certificate.subject.end()), fields);
  EXPECT_EQ(Fields(certificate.issuer.begin(), certificate.issuer.end()), fields);
  EXPECT_EQ(certificate.valid_from, "Nov 11 09:52:22 2009 GMT");
  EXPECT_EQ(certificate.valid_to, "Nov  6 09:52:22 2029 GMT");
  ASSERT_EQ(certificate.fingerprint.size(), 59U);
  for (std::size_t i = 0; i < certificate.fingerprint.size(); ++i) {
    const char c = certificate.fingerprint[i];
    const bool isDigit = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F');
    EXPECT_TRUE(i % 3 == 2 ? c == ':' : isDigit) << certificate.fingerprint;
  }
}

TEST(GetPeerCertificate, Example) {
  const auto certificate = pagesCertificate();
  std::ostringstream printed;
  printed << certificate;
  const std::string page = readFile(SECUREPAIR_SOURCE_DIR "/docs/node-v0.6.18-tls.txt");
  const auto begin = page.find("{ subject: ");
  std::string example = page.substr(begin, page.find(" }", page.find("fingerprint: ")) + 2 - begin);
  const auto digest = example.find("2A:7A:C2:DD");
  ASSERT_NE(digest, std::string::npos);
  example.replace(digest, 59, certificate.fingerprint);
  EXPECT_EQ(printed.str(), example);
}

TEST(GetPeerCertificate, IfThePeerDoesNotProvideACertificateItReturnsNullOrAnEmptyObject) {
  bool looked = false;
  meet({.server = serverOptionsThatAsk(), .atServer = [&](auto& stream) {
          looked = true;
          EXPECT_TRUE(stream.getPeerCertificate().empty());
          EXPECT_TRUE(stream.getPeerCertificate(true).empty());
          std::ostringstream printed;
          printed << stream.getPeerCertificate();
          EXPECT_EQ(printed.str(), "{}");
        }});
  EXPECT_TRUE(looked);
}

}  // namespace
}  // namespace securepair::test
