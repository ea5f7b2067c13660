// The page's section "tls.createServer(options, [secureConnectionListener])".
#include <string>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>

#include "page/conversation.h"
#include "support/error_of.h"
#include "support/system_roots.h"

namespace securepair::test {
namespace {

// What a client says of the server of these options.
std::string clientsVerdictOn(const tls::ServerOptions& options) {
  return converse(options, clientOptions()).byClient.value_or("no connection");
}

// What a server says of a client of these options.
std::string verdictOn(const tls::ConnectOptions& client, const tls::ServerOptions& options) {
  return converse(options, client).byServer.value_or("refused");
}

TEST(CreateServer, CreatesANewTlsServer) {
  const std::shared_ptr<tls::Server> server = tls::createServer(serverOptions());
  EXPECT_NE(server, nullptr);
}

TEST(CreateServer, TheListenerIsAutomaticallySetAsAListenerForTheSecureConnectionEvent) {
  std::string calls;
  const auto server = serve(serverOptions(), [&](tls::CleartextStream&) { calls += "argument "; });
  server->onSecureConnection([&](tls::CleartextStream& stream) {
    calls += "listener ";
    stream.end();
  });
  tls::connect(server->address()->port, clientOptions())->onClose([&] { server->close(); });
  runLoop();
  EXPECT_EQ(calls, "argument listener ");
}

// ---- pfx ----

TEST(CreateServerPfx, AStringOrBufferContainingThePrivateKeyAndCertificateOfTheServer) {
  EXPECT_EQ(clientsVerdictOn({.pfx = World::get().serverPfx}), "authorized");
  EXPECT_EQ(clientsVerdictOn({.pfx = Buffer(World::get().serverPfx)}), "authorized");
}

TEST(CreateServerPfx, AndCaCerts) {
  const tls::ServerOptions options{.pfx = World::get().serverPfx, .requestCert = true};
  EXPECT_EQ(verdictOn(clientOptionsWithCertificate(), options), "authorized");
  EXPECT_EQ(verdictOn(as(World::get().stranger, clientOptions()), options),
            "DEPTH_ZERO_SELF_SIGNED_CERT");
}

TEST(CreateServerPfx, MutuallyExclusiveWithTheKeyCertAndCaOptions) {
  const auto refusalOf = [](const tls::ServerOptions& options, const std::string& other) {
    const Error error = errorOf([&] { tls::createServer(options); });
    EXPECT_EQ(error.code(), "ERR_OPTION_CONFLICT");
    EXPECT_NE(error.message().find("`pfx` and `" + other + "`"), std::string::npos) << error.what();
  };
  const std::string& file = World::get().serverPfx;
  refusalOf({.pfx = file, .key = World::get().server.key}, "key");
  refusalOf({.pfx = file, .cert = World::get().server.cert}, "cert");
  refusalOf({.pfx = file, .ca = World::get().authority.own.cert}, "ca");
}

// ---- key, passphrase, cert ----

TEST(CreateServerKey, AStringOrBufferContainingThePrivateKeyOfTheServerInPemFormat) {
  EXPECT_EQ(clientsVerdictOn({.key = World::get().server.key, .cert = World::get().server.cert}),
            "authorized");
  EXPECT_EQ(
      clientsVerdictOn({.key = Buffer(World::get().server.key), .cert = World::get().server.cert}),
      "authorized");
}

TEST(CreateServerKey, Required) {
  EXPECT_EQ(errorOf([] { tls::createServer({.cert = World::get().server.cert}); }).code(),
            "ERR_MISSING_OPTION");
  EXPECT_EQ(errorOf([] { tls::createServer()->listen(0); }).code(), "ERR_TLS_NO_CERTIFICATE");
}

TEST(CreateServerPassphrase, AStringOfPassphraseForThePrivateKeyOrPfx) {
  EXPECT_EQ(clientsVerdictOn({.key = encryptKey(World::get().server.key, "open sesame"),
                              .passphrase = "open sesame",
                              .cert = World::get().server.cert}),
            "authorized");
  EXPECT_EQ(clientsVerdictOn(
                {.pfx = pfx(World::get().server, {}, "open sesame"), .passphrase = "open sesame"}),
            "authorized");
  EXPECT_EQ(errorOf([] {
              tls::createServer({.pfx = pfx(World::get().server, {}, "open sesame"),
                                 .passphrase = "close sesame"});
            }).code(),
            "ERR_WRONG_PASSPHRASE");
}

TEST(CreateServerCert, AStringOrBufferContainingTheCertificateKeyOfTheServerInPemFormat) {
  const auto seen = converse(
      {.key = World::get().server.key, .cert = Buffer(World::get().server.cert)}, clientOptions());
  EXPECT_EQ(seen.ofServer.subject["CN"], "localhost");
}

TEST(CreateServerCert, Required) {
  EXPECT_EQ(errorOf([] { tls::createServer({.key = World::get().server.key}); }).code(),
            "ERR_MISSING_OPTION");
}

// ---- ca ----

TEST(CreateServerCa, AnArrayOfStringsOrBuffersOfTrustedCertificates) {
  const std::string& own = World::get().authority.own.cert;
  const std::string other = makeAuthority("Another Root").own.cert;
  for (const crypto::CaList& ca :
       {crypto::CaList(own), crypto::CaList(Buffer(own)), crypto::CaList{other, own},
        crypto::CaList{Buffer(other), Buffer(own)},
        crypto::CaList(std::vector<std::string>{other, own}), crypto::CaList(other + own)}) {
    auto options = serverOptionsThatAsk();
    options.ca = ca;
    EXPECT_EQ(verdictOn(clientOptionsWithCertificate(), options), "authorized");
  }
}

TEST(CreateServerCa, TheseAreUsedToAuthorizeConnections) {
  auto options = serverOptionsThatAsk();
  options.ca = makeAuthority("Another Root").own.cert;
  EXPECT_EQ(verdictOn(clientOptionsWithCertificate(), options), "UNABLE_TO_VERIFY_LEAF_SIGNATURE");
}

TEST(CreateServerCa, IfThisIsOmittedSeveralWellKnownRootCasWillBeUsed) {
  expectWithRoots(World::get().authority.own.cert, [] {
    Loop::current().onWarning([](const Error&) {});
    auto options = serverOptions();
    options.requestCert = true;
    return verdictOn(clientOptionsWithCertificate(), options) == "authorized" &&
           verdictOn(as(World::get().stranger, clientOptions()), options) ==
               "DEPTH_ZERO_SELF_SIGNED_CERT";
  });
}

// ---- ciphers ----

TEST(CreateServerCiphers, AStringDescribingTheCiphersToUseOrExclude) {
  auto options = serverOptions();
  options.maxVersion = "TLSv1.2";
  options.ciphers = "ECDHE-ECDSA-AES256-GCM-SHA384";
  EXPECT_EQ(converse(options, clientOptions()).cipher, "ECDHE-ECDSA-AES256-GCM-SHA384");
  options.ciphers = "ECDHE+AESGCM:!AES256";
  EXPECT_EQ(converse(options, clientOptions()).cipher, "ECDHE-ECDSA-AES128-GCM-SHA256");
  EXPECT_EQ(errorOf([&] {
              options.ciphers = "NONE-OF-THESE";
              tls::createServer(options);
            }).code(),
            "ERR_INVALID_CIPHERS");
}

// ---- requestCert ----

TEST(CreateServerRequestCert, IfTrueTheServerWillRequestACertificateAndAttemptToVerifyIt) {
  const auto seen = converse(serverOptionsThatAsk(), clientOptionsWithCertificate());
  EXPECT_EQ(seen.ofClient.subject["CN"], "a client");
  EXPECT_EQ(seen.byServer, "authorized");
}

TEST(CreateServerRequestCert, DefaultFalse) {
  auto options = serverOptionsThatAsk();
  options.requestCert = tls::ServerOptions().requestCert;
  const auto seen = converse(options, clientOptionsWithCertificate());
  EXPECT_TRUE(seen.ofClient.empty()) << "it was not asked for";
  EXPECT_EQ(seen.byServer, "unauthorized");
}

// ---- rejectUnauthorized ----

TEST(CreateServerRejectUnauthorized, IfTrueTheServerWillRejectAnyConnectionWhichIsNotAuthorized) {
  auto options = serverOptionsThatAsk();
  options.rejectUnauthorized = true;
  EXPECT_EQ(verdictOn(clientOptionsWithCertificate(), options), "authorized");
  const auto stranger = converse(options, as(World::get().stranger, clientOptions()));
  EXPECT_EQ(stranger.byServer, std::nullopt);
  EXPECT_EQ(stranger.clientError, "DEPTH_ZERO_SELF_SIGNED_CERT");
  EXPECT_EQ(stranger.received, "");
  EXPECT_EQ(converse(options, clientOptions()).clientError, "UNABLE_TO_GET_ISSUER_CERT");
}

TEST(CreateServerRejectUnauthorized, ThisOptionOnlyHasAnEffectIfRequestCertIsTrue) {
  auto options = serverOptions();
  options.rejectUnauthorized = true;
  for (const auto& client : {clientOptions(), as(World::get().stranger, clientOptions())}) {
    const auto seen = converse(options, client);
    EXPECT_EQ(seen.byServer, "unauthorized");
    EXPECT_EQ(seen.received, "welcome!\n");
  }
}

TEST(CreateServerRejectUnauthorized, DefaultFalse) {
  const auto seen = converse(serverOptionsThatAsk(), as(World::get().stranger, clientOptions()));
  EXPECT_EQ(seen.byServer, "DEPTH_ZERO_SELF_SIGNED_CERT");
  EXPECT_EQ(seen.received, "welcome!\n");
}

// ---- sessionIdContext ----

// What a client keeps of a connection to a server of these options, with the session given. All of
// them share their tickets' keys.
Buffer sessionOf(tls::ServerOptions options, const Buffer& session, bool& reused) {
  options.ticketSecret = std::string(32, 's');
  const auto server =
      serve(options, [](tls::CleartextStream& stream) { stream.end("hello, and a ticket"); });
  auto own = clientOptions();
  own.session = session;
  own.sessionCache = false;
  const auto client = tls::connect(server->address()->port, own);
  Buffer kept;
  client->onSecureConnect([&] { reused = client->isSessionReused(); });
  client->onEnd([&] { kept = client->getSession(); });
  client->onClose([&] { server->close(); });
  runLoop();
  return kept;
}

// Whether the second server resumes a session that the first has made.
bool resumes(const tls::ServerOptions& first, const tls::ServerOptions& second) {
  bool reused = false;
  const Buffer session = sessionOf(first, {}, reused);
  EXPECT_FALSE(session.empty());
  sessionOf(second, session, reused);
  return reused;
}

tls::ServerOptions with(const std::string& sessionIdContext, tls::ServerOptions options) {
  options.sessionIdContext = sessionIdContext;
  return options;
}

std::string md5OfTheCommandLine() {
  const std::string line = "/proc/" + std::to_string(::getpid()) + "/cmdline";
  return shell(ownFolder(), "tr '\\0' ' ' <" + line + " | sed 's/ $//' | md5sum").substr(0, 32);
}

TEST(CreateServerSessionIdContext, AStringContainingAOpaqueIdentifierForSessionResumption) {
  EXPECT_TRUE(resumes(with("a", serverOptions()), with("a", serverOptions())));
  EXPECT_FALSE(resumes(with("a", serverOptions()), with("b", serverOptions())));
}

TEST(CreateServerSessionIdContext, IfRequestCertIsTrueTheDefaultIsMd5HashValueFromCommandLine) {
  const auto options = serverOptionsThatAsk();
  EXPECT_TRUE(resumes(options, with(md5OfTheCommandLine(), options)));
  EXPECT_FALSE(resumes(options, with("another", options)));
}

TEST(CreateServerSessionIdContext, OtherwiseTheDefaultIsNotProvided) {
  EXPECT_TRUE(resumes(serverOptions(), serverOptions()));
  EXPECT_FALSE(resumes(serverOptions(), with(md5OfTheCommandLine(), serverOptions())));
}

}  // namespace
}  // namespace securepair::test
