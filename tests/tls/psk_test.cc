// Two sides that know each other by a key that both have, without a certificate; and those that do
// not.
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include <gtest/gtest.h>
#include <openssl/err.h>

#include "support/child.h"
#include "support/error_of.h"
#include "support/tls_world.h"

namespace securepair::test {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

const std::string key = "0123456789abcdef0123456789abcdef";

struct Met {
  bool secure = false;
  bool serverAuthorized = false;  ///< for the client
  bool clientAuthorized = false;  ///< for the server
  bool reused = false;
  std::string cipher;
  std::string verdict;  ///< on the server
  std::string serverError;
  std::string clientError;
  Buffer session;
};

class Psk : public testing::TestWithParam<const char*> {
 protected:
  Psk() {
    server.maxVersion = client.maxVersion = GetParam();
    server.handshakeTimeout = client.handshakeTimeout = 3s;
    server.pskCallback = [this](tls::CleartextStream&, const std::string& identity) {
      asked += identity + ";";
      return identity == "me" ? Buffer(key) : Buffer();
    };
    client.pskCallback = [](const std::string&) { return tls::PskIdentity{"me", Buffer(key)}; };
    client.sessionCache = false;
  }
  bool isTls13() const { return std::string(GetParam()) == "TLSv1.3"; }

  Met meet() {
    Met met;
    const auto listening = serve(server, [&](tls::CleartextStream& stream) {
      met.clientAuthorized = stream.authorized();
      stream.write("hello");  // with a ticket, where there is one
      stream.end();
    });
    listening->onClientError([&](const Error& error) { met.serverError = error.code(); });
    const auto stream = tls::connect(listening->address()->port, "127.0.0.1", client);
    stream->onSecureConnect([&] {
      met.secure = true;
      met.serverAuthorized = stream->authorized();
      met.verdict = stream->authorizationError();
      met.cipher = stream->getCipher().name;
      met.reused = stream->isSessionReused();
    });
    stream->onSession([&](const Buffer& session) { met.session = session; });
    stream->onData([](const Data&) {});
    stream->onError([&](const Error& error) { met.clientError = error.code(); });
    stream->onClose([&] { listening->close(); });
    runLoop();
    return met;
  }

  tls::ServerOptions server;
  tls::ConnectOptions client;
  std::string asked;
};

TEST_P(Psk, AuthorizesBothSidesWithoutACertificate) {
  const Met met = meet();
  EXPECT_TRUE(met.secure);
  EXPECT_TRUE(met.serverAuthorized);
  EXPECT_TRUE(met.clientAuthorized);
  EXPECT_EQ(met.verdict, "");
  EXPECT_EQ(asked, "me;");
  EXPECT_FALSE(met.reused) << "no connection before this one";
  EXPECT_EQ(met.session.size(), 0U) << "the key could not be taken away";
}

TEST_P(Psk, IsEnoughWhereTheUnauthorizedAreRefused) {
  server.requestCert = server.rejectUnauthorized = true;
  server.ca = World::get().authority.own.cert;
  client.rejectUnauthorized = true;
  const Met met = meet();
  EXPECT_TRUE(met.serverAuthorized);
  EXPECT_TRUE(met.clientAuthorized);
}

TEST_P(Psk, WithAnotherKeyComesToNothing) {
  client.pskCallback = [](const std::string&) {
    return tls::PskIdentity{"me", Buffer("another key of that length")};
  };
  const Met met = meet();
  EXPECT_FALSE(met.secure);
  EXPECT_NE(met.serverError, "");
  EXPECT_NE(met.clientError, "");
}

TEST_P(Psk, OfAnIdentityThatNobodyKnowsComesToNothing) {
  client.pskCallback = [](const std::string&) { return tls::PskIdentity{"you", Buffer(key)}; };
  const Met met = meet();
  EXPECT_FALSE(met.secure);
  EXPECT_EQ(asked, "you;");
  EXPECT_NE(met.serverError, "");
  EXPECT_NE(met.clientError, "");
}

TEST_P(Psk, LeavesTheCertificateToWhoeverHasNoKey) {
  const World& world = World::get();
  server.key = world.server.key;
  server.cert = world.server.cert;
  client.ca = world.authority.own.cert;
  client.servername = "localhost";
  client.pskCallback = {};
  const Met met = meet();
  EXPECT_TRUE(met.serverAuthorized);
  EXPECT_FALSE(met.clientAuthorized) << "nobody has asked it who it is";
  EXPECT_EQ(asked, "");
  EXPECT_GT(met.session.size(), 0U);
}

TEST_P(Psk, DoesNotStandForACertificateThatTheServerChose) {
  const World& world = World::get();
  server.key = world.stranger.key;
  server.cert = world.stranger.cert;
  server.pskCallback = {};
  client.servername = "localhost";
  const Met met = meet();
  EXPECT_TRUE(met.secure);
  EXPECT_FALSE(met.serverAuthorized);
  EXPECT_NE(met.verdict, "");
}

TEST_P(Psk, GoesBeforeACertificateWhereTheSuitesSaySo) {
  const World& world = World::get();
  server.key = world.server.key;
  server.cert = world.server.cert;
  if (!isTls13()) server.ciphers = "ECDHE-PSK-CHACHA20-POLY1305:ECDHE+AESGCM";
  const Met met = meet();
  EXPECT_TRUE(met.serverAuthorized) << met.verdict;
  EXPECT_TRUE(met.clientAuthorized);
}

TEST_P(Psk, IsFoundInTheContextThatSniFinds) {
  const World& world = World::get();
  client.servername = "localhost";
  std::string hinted = "nobody asked";
  server.pskIdentityHint = "say who you are";
  client.pskCallback = [&](const std::string& hint) {
    hinted = hint;
    return tls::PskIdentity{"me", Buffer(key)};
  };
  if (!isTls13()) client.ciphers = "PSK";
  const auto listening = serve(server, [](tls::CleartextStream& stream) {
    EXPECT_TRUE(stream.authorized());
    stream.end();
  });
  listening->addContext("localhost", {.key = world.server.key, .cert = world.server.cert});
  const auto stream = tls::connect(listening->address()->port, "127.0.0.1", client);
  bool authorized = false;
  stream->onSecureConnect([&] { authorized = stream->authorized(); });
  stream->onError([](const Error& error) { FAIL() << error.what(); });
  stream->onClose([&] { listening->close(); });
  runLoop();
  EXPECT_TRUE(authorized);
  EXPECT_EQ(hinted, isTls13() ? "" : "say who you are");
}

TEST_P(Psk, LeavesTheSuitesOfAContextThatSniFinds) {
  const World& world = World::get();
  const std::string only = isTls13() ? "TLS_AES_128_GCM_SHA256" : "ECDHE-ECDSA-AES128-SHA256";
  client.pskCallback = {};
  client.servername = "localhost";
  const auto listening = serve(server, [](tls::CleartextStream& stream) { stream.end(); });
  listening->addContext("localhost",
                        {.key = world.server.key, .cert = world.server.cert, .ciphers = only});
  const auto stream = tls::connect(listening->address()->port, "127.0.0.1", client);
  std::string cipher;
  stream->onSecureConnect([&] { cipher = stream->getCipher().name; });
  stream->onClose([&] { listening->close(); });
  runLoop();
  EXPECT_EQ(cipher, only);
}

TEST_P(Psk, IsEnoughWhereNothingIsResumed) {
  server.requestCert = true;
  server.ca = World::get().authority.own.cert;
  server.sessionTimeout = 0s;
  const Met met = meet();
  EXPECT_TRUE(met.serverAuthorized);
  EXPECT_TRUE(met.clientAuthorized) << met.serverError;
}

TEST_P(Psk, IsNeverWithRsa) {
  CertificateSpec spec = specFor("localhost");
  spec.rsaBits = 2048;
  server = as(issue(World::get().authority, spec), server);
  if (!isTls13())
    server.ciphers = client.ciphers = "RSA-PSK-AES128-GCM-SHA256:ECDHE-PSK-AES128-CBC-SHA256";
  const Met met = meet();
  EXPECT_TRUE(met.clientAuthorized) << met.serverError;
  EXPECT_EQ(met.cipher.find("RSA-PSK"), std::string::npos) << met.cipher;
}

TEST_P(Psk, IsFoundThoughTheCallbackLeavesErrorsInOpensslsQueue) {
  const auto fail = [] { ERR_raise(ERR_LIB_USER, 77); };
  server.pskCallback = [fail](tls::CleartextStream&, const std::string&) {
    fail();
    return Buffer(key);
  };
  client.pskCallback = [fail](const std::string&) {
    fail();
    return tls::PskIdentity{"me", Buffer(key)};
  };
  const Met met = meet();
  EXPECT_TRUE(met.serverAuthorized) << met.clientError;
  EXPECT_TRUE(met.clientAuthorized) << met.serverError;
}

TEST_P(Psk, OfAClientThatGivesNoneComesToNothing) {
  client.pskCallback = [](const std::string&) { return std::nullopt; };
  const Met met = meet();
  EXPECT_FALSE(met.secure);
  EXPECT_NE(met.clientError, "");
}

TEST_P(Psk, IsRefusedWhereItIsShort) {
  server.pskCallback = [](tls::CleartextStream&, const std::string&) { return Buffer("short"); };
  EXPECT_EQ(meet().serverError, "ERR_OUT_OF_RANGE");
  client.pskCallback = [](const std::string&) { return tls::PskIdentity{"me", Buffer("short")}; };
  EXPECT_EQ(meet().clientError, "ERR_OUT_OF_RANGE");
  client.pskCallback = [](const std::string&) {
    return tls::PskIdentity{std::string(128, 'm'), Buffer(key)};
  };
  EXPECT_EQ(meet().clientError, "ERR_OUT_OF_RANGE");
}

TEST_P(Psk, CallbacksMayThrow) {
  server.pskCallback = [](tls::CleartextStream&, const std::string&) -> Buffer {
    throw std::runtime_error("the keys are gone");
  };
  EXPECT_EQ(meet().serverError, "ERR_TLS_PSK_CALLBACK");
  client.pskCallback = [](const std::string&) -> std::optional<tls::PskIdentity> {
    throw Error("MINE", "no");
  };
  EXPECT_EQ(meet().clientError, "MINE");
}

TEST_P(Psk, CallbacksMayEndTheConnection) {
  server.pskCallback = [](tls::CleartextStream& stream, const std::string&) {
    stream.destroy();
    return Buffer(key);
  };
  const Met met = meet();
  EXPECT_FALSE(met.secure && met.clientAuthorized);
  EXPECT_EQ(met.clientError, "ECONNRESET");
}

// OpenSSL's own client, which tells of each ticket.
TEST_P(Psk, IsSpokenByOpensslAndLeavesNoSessionBehind) {
  server.pskCallback = [](tls::CleartextStream&, const std::string& identity) {
    return identity == "me" ? Buffer(key) : Buffer();
  };
  server.requestCert = true;  // who is asked for one gets a ticket at once
  server.ca = World::get().authority.own.cert;
  bool authorized = false;
  const auto listening = serve(server, [&](tls::CleartextStream& stream) {
    authorized = stream.authorized();
    stream.end("from securepair\n");
  });
  const std::string hex = "3031323334353637383961626364656630313233343536373839616263646566";
  Child openssl("sleep 5 | exec openssl s_client -psk_identity me -psk " + hex +
                    " -connect 127.0.0.1:" + std::to_string(listening->address()->port),
                ownFolder() + "/openssl.txt");
  listening->onConnection(
      [&](net::Socket& socket) { socket.onClose([&] { listening->close(); }); });
  runLoop();
  openssl.waitFor("from securepair");
  EXPECT_TRUE(authorized);
  EXPECT_NE(openssl.output().find("from securepair"), std::string::npos) << openssl.output();
  EXPECT_EQ(openssl.output().find("Session Ticket arrived"), std::string::npos) << openssl.output();
}

TEST_P(Psk, ConnectionDoesNotRenegotiate) {
  if (isTls13()) return;
  const auto listening = serve(server, [](tls::CleartextStream& stream) { echo(stream); });
  const auto stream = tls::connect(listening->address()->port, "127.0.0.1", client);
  std::string error;
  stream->onSecureConnect([&] {
    error = errorOf([&] { stream->renegotiate(); }).code();
    stream->end();
  });
  stream->onClose([&] { listening->close(); });
  runLoop();
  EXPECT_EQ(error, "ERR_TLS_NO_RENEGOTIATION");
}

INSTANTIATE_TEST_SUITE_P(Versions, Psk, testing::Values("TLSv1.2", "TLSv1.3"),
                         [](const auto& test) {
                           return std::string(test.param) == "TLSv1.2" ? "Tls12" : "Tls13";
                         });

TEST(PskOptions, HintGoesWithACallback) {
  auto options = serverOptions();
  options.pskIdentityHint = "hint";
  EXPECT_EQ(errorOf([&] { tls::createServer(options); }).code(), "ERR_MISSING_OPTION");
  options.pskCallback = [](tls::CleartextStream&, const std::string&) { return Buffer(); };
  options.pskIdentityHint = std::string(257, 'h');
  EXPECT_EQ(errorOf([&] { tls::createServer(options); }).code(), "ERR_OUT_OF_RANGE");
}

TEST(PskOptions, SuitesMayBeThoseOfKeysAlone) {
  auto options = serverOptions();
  options.ciphers = "PSK";
  options.pskCallback = [](tls::CleartextStream&, const std::string&) { return Buffer(); };
  EXPECT_NO_THROW(tls::createServer(options));
}

// OpenSSL's own client asks for one.
TEST(PskOptions, AServerDoesNotRenegotiateWithAKey) {
  auto options = serverOptions();
  options.maxVersion = "TLSv1.2";
  options.ciphers = "PSK";
  int asked = 0;
  options.pskCallback = [&](tls::CleartextStream&, const std::string&) {
    ++asked;
    return Buffer(key);
  };
  const auto listening = serve(options, [](tls::CleartextStream& stream) {
    stream.onError([](const Error&) {});
    stream.onData([](const Data&) {});
  });
  listening->onConnection(
      [&](net::Socket& socket) { socket.onClose([&] { listening->close(); }); });
  const std::string hex = "3031323334353637383961626364656630313233343536373839616263646566";
  Child openssl("(sleep 1; echo R; sleep 5) | exec openssl s_client -psk_identity me -psk " + hex +
                    " -connect 127.0.0.1:" + std::to_string(listening->address()->port),
                ownFolder() + "/openssl.txt");
  runLoop();
  EXPECT_NE(openssl.output().find("no renegotiation"), std::string::npos) << openssl.output();
  EXPECT_EQ(asked, 1);
}

// Tickets of clients with certificates go on where others come by key.
TEST(PskOptions, LeaveTicketsAlone) {
  for (const char* const version : {"TLSv1.2", "TLSv1.3"}) {
    auto options = serverOptions();
    options.maxVersion = version;
    std::string asked;
    options.pskCallback = [&](tls::CleartextStream&, const std::string& identity) {
      asked += identity;
      return Buffer();
    };
    const auto listening = serve(options, [](tls::CleartextStream& stream) {
      EXPECT_FALSE(stream.authorized()) << "it has shown neither a certificate nor a key";
      stream.end("x");
    });
    auto client = clientOptions();
    client.sessionCache = false;
    Buffer session;
    bool reused = false;
    const auto second = [&] {
      client.session = session;
      const auto stream = tls::connect(listening->address()->port, "localhost", client);
      stream->onSecureConnect([&reused, stream] {
        reused = stream->isSessionReused();
        EXPECT_TRUE(stream->authorized());
      });
      stream->onData([](const Data&) {});
      stream->onClose([&] { listening->close(); });
    };
    const auto first = tls::connect(listening->address()->port, "localhost", client);
    first->onSession([&](const Buffer& made) { session = made; });
    first->onSecureConnect([&] { EXPECT_TRUE(first->authorized()); });
    first->onData([](const Data&) {});
    first->onClose(second);
    runLoop();
    EXPECT_TRUE(reused) << version;
    EXPECT_EQ(asked, "") << "a ticket is nobody's name";
  }
}

}  // namespace
}  // namespace securepair::test
