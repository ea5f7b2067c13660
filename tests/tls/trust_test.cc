#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "crypto/trust_store.h"
#include "support/error_of.h"
#include "support/system_roots.h"
#include "support/tls_world.h"

// Whom connections trust, and what they share.
namespace securepair::test {
namespace {

// What a client says of the world's server.
std::string verdict(const tls::ConnectOptions& options, const std::string& host = "localhost") {
  std::string said;
  const auto server = serve(serverOptions(), [](tls::CleartextStream& stream) { stream.end(); });
  const auto client = tls::connect(server->address()->port, host, options,
                                   [&](tls::CleartextStream& stream) { said = verdictOf(stream); });
  client->onClose([&] { server->close(); });
  runLoop();
  return said;
}

// How many of so many connections are authorized, some at a time, each by a handshake of its own.
int authorizedOf(int total, tls::ConnectOptions options) {
  options.sessionCache = false;
  constexpr int atATime = 16;
  const auto server = serve(serverOptions(), [](tls::CleartextStream& stream) { stream.end(); });
  const auto port = server->address()->port;
  int authorized = 0;
  int begun = 0;
  int done = 0;
  std::function<void()> next = [&] {
    ++begun;
    const auto client = tls::connect(port, "localhost", options, [&](tls::CleartextStream& stream) {
      authorized += stream.authorized() ? 1 : 0;
    });
    client->onClose([&] {
      if (++done == total) server->close();
      if (begun < total) next();
    });
  };
  for (int i = 0; i < atATime; ++i) next();
  runLoop(std::chrono::seconds(50));
  return authorized;
}

TEST(SystemsRoots, AreParsedOnceForAThousandConnections) {
  expectWithRoots(World::get().authority.own.cert,
                  [] { return authorizedOf(1000, {}) == 1000 && crypto::timesParsed() == 1; });
}

TEST(SystemsRoots, AreNotParsedWhereCaIsGiven) {
  expectWithRoots(
      "", [] { return authorizedOf(20, clientOptions()) == 20 && crypto::timesParsed() == 0; });
}

TEST(CaAppendOption, AddsToTheSystemsRootsOfAClient) {
  const auto publicRoot = makeAuthority("Public Root");
  expectWithRoots(publicRoot.own.cert, [] {
    const auto& own = World::get().authority.own.cert;
    return verdict({}) == "UNABLE_TO_VERIFY_LEAF_SIGNATURE" &&
           verdict({.caAppend = own}) == "authorized";
  });
  expectWithRoots(World::get().authority.own.cert, [] {
    const auto other = makeAuthority("Other Root").own.cert;
    return verdict({.ca = other}) == "UNABLE_TO_VERIFY_LEAF_SIGNATURE" &&
           verdict({.caAppend = other}) == "authorized";
  });
}

TEST(CaAppendOption, AddsToTheSystemsRootsOfAServer) {
  const auto publicRoot = makeAuthority("Public Root");
  expectWithRoots(publicRoot.own.cert, [&] {
    const auto ofThePublic = issue(publicRoot, "somebody");
    Loop::current().onWarning([](const Error&) {});
    auto options = serverOptions();
    options.caAppend = World::get().authority.own.cert;
    options.requestCert = true;
    std::vector<std::string> verdicts;
    for (const Identity& identity : {ofThePublic, World::get().client, World::get().stranger}) {
      const auto server = serve(options, [&](tls::CleartextStream& stream) {
        verdicts.push_back(verdictOf(stream));
        stream.end();
      });
      auto client = clientOptions();
      client.key = identity.key;
      client.cert = identity.cert;
      tls::connect(server->address()->port, client)->onClose([&] { server->close(); });
      runLoop();
    }
    return verdicts ==
           std::vector<std::string>{"authorized", "authorized", "DEPTH_ZERO_SELF_SIGNED_CERT"};
  });
}

TEST(CaAppendOption, ExcludesCaAndOnAServerPfx) {
  const auto& cert = World::get().authority.own.cert;
  EXPECT_EQ(errorOf([&] { tls::connect(1, {.ca = cert, .caAppend = cert}); }).code(),
            "ERR_OPTION_CONFLICT");
  EXPECT_EQ(
      errorOf([&] { tls::createServer({.pfx = World::get().serverPfx, .caAppend = cert}); }).code(),
      "ERR_OPTION_CONFLICT");
}

// ---- secureContext ----

TEST(SecureContextOption, ServesManyConnections) {
  const auto credentials = crypto::createCredentials({.ca = World::get().authority.own.cert});
  EXPECT_EQ(authorizedOf(20, {.secureContext = credentials.context}), 20);
}

TEST(SecureContextOption, BringsItsKeyAndItsTrust) {
  auto options = serverOptions();
  options.ca = World::get().authority.own.cert;
  options.clientCertificate = tls::ClientCertificate::required;
  std::string said;
  const auto server = serve(options, [&](tls::CleartextStream& stream) {
    said = verdictOf(stream);
    stream.end();
  });
  const auto credentials = crypto::createCredentials({.pfx = World::get().clientPfx});
  tls::connect(server->address()->port, {.secureContext = credentials.context})->onClose([&] {
    server->close();
  });
  runLoop();
  EXPECT_EQ(said, "authorized");
}

TEST(SecureContextOption, LeavesTheOptionsOfTheConnectionToIt) {
  const auto context = crypto::createCredentials({.ca = World::get().authority.own.cert}).context;
  EXPECT_EQ(verdict({.secureContext = context}), "authorized");
  EXPECT_EQ(verdict({.servername = "elsewhere.test", .secureContext = context}),
            "ERR_TLS_CERT_ALTNAME_INVALID");
}

TEST(SecureContextOption, OfNobodyIsNone) {
  auto options = clientOptions();
  options.secureContext = crypto::SecureContext();
  EXPECT_EQ(verdict(options), "authorized");
}

TEST(SecureContextOption, ExcludesWhatAContextIsMadeOf) {
  const auto& world = World::get();
  const std::vector<std::pair<std::string, std::function<void(tls::ConnectOptions&)>>> given{
      {"pfx", [&](auto& o) { o.pfx = world.clientPfx; }},
      {"key", [&](auto& o) { o.key = world.client.key; }},
      {"passphrase", [](auto& o) { o.passphrase = "x"; }},
      {"cert", [&](auto& o) { o.cert = world.client.cert; }},
      {"ca", [&](auto& o) { o.ca = world.authority.own.cert; }},
      {"caAppend", [&](auto& o) { o.caAppend = world.authority.own.cert; }},
      {"crl", [&](auto& o) { o.crl = "x"; }},
      {"ciphers", [](auto& o) { o.ciphers = "HIGH"; }},
      {"minVersion", [](auto& o) { o.minVersion = "TLSv1.2"; }},
      {"maxVersion", [](auto& o) { o.maxVersion = "TLSv1.2"; }},
      {"securityLevel", [](auto& o) { o.securityLevel = 1; }},
  };
  for (const auto& [name, give] : given) {
    tls::ConnectOptions options{.secureContext = crypto::createCredentials().context};
    give(options);
    const Error error = errorOf([&] { tls::connect(1, options); });
    EXPECT_EQ(error.code(), "ERR_OPTION_CONFLICT") << name;
    EXPECT_NE(error.message().find("`" + name + "`"), std::string::npos) << error.what();
    EXPECT_NE(error.message().find("`secureContext`"), std::string::npos) << error.what();
    EXPECT_NE(error.fix(), "") << name;
  }
}

}  // namespace
}  // namespace securepair::test
