// The page on SNI: "to use one TLS server for multiple hostnames with different SSL certificates".
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "support/error_of.h"
#include "support/tls_world.h"

namespace securepair::test {
namespace {

using namespace std::chrono_literals;

crypto::CredentialsOptions credentialsFor(const std::string& name) {
  const Identity identity = issue(World::get().authority, name);
  return {.key = identity.key, .cert = identity.cert};
}

struct Seen {
  std::string shown;  ///< the CN of the certificate that the server showed
  bool authorized = false;
  std::string servername;
  std::string error;
  std::string clientError;
  std::string clientErrorText;
};

Seen ask(tls::Server& server, const std::string& servername,
         tls::ConnectOptions options = clientOptions()) {
  Seen seen;
  server.onSecureConnection([&](tls::CleartextStream& stream) {
    seen.servername = stream.servername();
    stream.end();
  });
  server.onClientError([&](const Error& error) {
    seen.clientError = error.code();
    seen.clientErrorText = error.what();
  });
  options.servername = servername;
  const auto client = tls::connect(server.address()->port, "127.0.0.1", options);
  client->onSecureConnect([&] {
    seen.shown = client->getPeerCertificate().subject["CN"];
    seen.authorized = client->authorized();
  });
  client->onError([&](const Error& error) { seen.error = error.code(); });
  client->onClose([&] { server.close(); });
  runLoop();
  return seen;
}

class Sni : public testing::TestWithParam<const char*> {
 protected:
  tls::ServerOptions options() const {
    auto options = serverOptions();
    options.maxVersion = GetParam();
    return options;
  }
  // A server with these contexts is asked for one name.
  Seen askFor(const std::string& servername,
              const std::function<void(tls::Server&)>& prepare) const {
    const auto server = serve(options());
    prepare(*server);
    return ask(*server, servername);
  }
  Seen askCallback(const std::string& servername, tls::SniCallback callback) const {
    auto withCallback = options();
    withCallback.handshakeTimeout = 3s;  // an answer that does not come is another error
    withCallback.SNICallback = std::move(callback);
    return ask(*serve(withCallback), servername);
  }
};

TEST_P(Sni, ToUseOneTlsServerForMultipleHostnamesWithDifferentSslCertificates) {
  const auto prepare = [](tls::Server& server) {
    server.addContext("a.example.org", credentialsFor("a.example.org"));
    server.addContext("b.example.org", credentialsFor("b.example.org"));
  };
  for (const std::string name : {"a.example.org", "b.example.org"}) {
    const auto seen = askFor(name, prepare);
    EXPECT_EQ(seen.shown, name);
    EXPECT_TRUE(seen.authorized);
    EXPECT_EQ(seen.servername, name);
  }
}

TEST_P(Sni, AddSecureContextThatWillBeUsedIfClientRequestsSniHostnameIsMatchingPassedHostname) {
  const auto prepare = [](tls::Server& server) {
    server.addContext("A.Example.org.", credentialsFor("a.example.org"));
  };
  EXPECT_EQ(askFor("a.example.org", prepare).shown, "a.example.org");
  EXPECT_EQ(askFor("a.EXAMPLE.org", prepare).shown, "a.example.org");
  EXPECT_EQ(askFor("c.example.org", prepare).shown, "localhost") << "the server's own";
}

TEST_P(Sni, WildcardsCanBeUsed) {
  const auto prepare = [](tls::Server& server) {
    server.addContext("*.example.org", credentialsFor("*.example.org"));
    server.addContext("exact.example.org", credentialsFor("exact.example.org"));
  };
  EXPECT_EQ(askFor("any.example.org", prepare).shown, "*.example.org");
  EXPECT_TRUE(askFor("any.example.org", prepare).authorized);
  EXPECT_EQ(askFor("exact.example.org", prepare).shown, "exact.example.org");
  EXPECT_EQ(askFor("a.b.example.org", prepare).shown, "localhost");
  EXPECT_EQ(askFor("example.org", prepare).shown, "localhost");
}

TEST_P(Sni, CredentialsCanContainKeyCertAndCa) {
  auto options = this->options();
  options.requestCert = true;
  options.ca = World::get().stranger.cert;  // the server's own ca does not know the client
  auto credentials = credentialsFor("a.example.org");
  credentials.ca = World::get().authority.own.cert;
  for (const bool byName : {false, true}) {
    const auto server = serve(options);
    server->addContext("a.example.org", credentials);
    bool authorized = false;
    server->onSecureConnection(
        [&](tls::CleartextStream& stream) { authorized = stream.authorized(); });
    ask(*server, byName ? "a.example.org" : "localhost", clientOptionsWithCertificate());
    EXPECT_EQ(authorized, byName);
  }
}

TEST_P(Sni, AContextMayHaveItsOwnPolicyForClients) {
  auto credentials = credentialsFor("a.example.org");
  credentials.ca = World::get().authority.own.cert;
  const auto prepare = [&](tls::Server& server) {
    server.addContext("a.example.org", credentials, tls::ClientCertificate::required);
  };
  EXPECT_EQ(askFor("a.example.org", prepare).clientError, "UNABLE_TO_GET_ISSUER_CERT");
  EXPECT_EQ(askFor("localhost", prepare).clientError, "");
}

TEST_P(Sni, AContextMayAskForLessThanTheServer) {
  auto options = this->options();
  options.requestCert = true;
  options.rejectUnauthorized = true;
  options.ca = World::get().authority.own.cert;
  const auto server = serve(options);
  server->addContext("a.example.org", credentialsFor("a.example.org"),
                     tls::ClientCertificate::none);
  const auto seen = ask(*server, "a.example.org");
  EXPECT_EQ(seen.shown, "a.example.org");
  EXPECT_EQ(seen.clientError, "");
}

TEST_P(Sni, AContextsVersionsHold) {
  auto credentials = credentialsFor("a.example.org");
  credentials.minVersion = credentials.maxVersion = "TLSv1.2";
  const auto server = serve(serverOptions());
  server->addContext("a.example.org", credentials);
  std::string protocol;
  server->onSecureConnection(
      [&](tls::CleartextStream& stream) { protocol = stream.getProtocol(); });
  ask(*server, "a.example.org");
  EXPECT_EQ(protocol, "TLSv1.2");
}

TEST_P(Sni, AContextsCiphersHold) {
  auto credentials = credentialsFor("a.example.org");
  credentials.ciphers = "ECDHE-ECDSA-CHACHA20-POLY1305:TLS_CHACHA20_POLY1305_SHA256";
  const auto server = serve(options());
  server->addContext("a.example.org", credentials);
  std::string cipher;
  server->onSecureConnection(
      [&](tls::CleartextStream& stream) { cipher = stream.getCipher().name; });
  ask(*server, "a.example.org");
  EXPECT_NE(cipher.find("CHACHA20"), std::string::npos) << cipher;
}

TEST_P(Sni, AContextIsReplacedAndRemovedWhileTheServerRuns) {
  EXPECT_EQ(askFor("a.example.org",
                   [](tls::Server& server) {
                     server.addContext("a.example.org", credentialsFor("old"));
                     server.addContext("A.example.org", credentialsFor("new"));
                   })
                .shown,
            "new");
  EXPECT_EQ(askFor("a.example.org",
                   [](tls::Server& server) {
                     server.addContext("a.example.org", credentialsFor("a.example.org"));
                     EXPECT_TRUE(server.removeContext("a.example.org"));
                     EXPECT_FALSE(server.removeContext("a.example.org"));
                   })
                .shown,
            "localhost");
}

TEST_P(Sni, ATableBelongsToOneServer) {
  const auto other = tls::createServer(options());
  other->addContext("a.example.org", credentialsFor("a.example.org"));
  EXPECT_EQ(askFor("a.example.org", [](tls::Server&) {}).shown, "localhost");
}

TEST_P(Sni, AFunctionThatWillBeCalledIfClientSupportsSniTlsExtension) {
  int calls = 0;
  const auto count = [&](std::string_view) {
    ++calls;
    return nullptr;
  };
  askCallback("a.example.org", count);
  EXPECT_EQ(calls, 1);
  askCallback("127.0.0.1", count);  // addresses are not sent
  EXPECT_EQ(calls, 1);
}

TEST_P(Sni, OnlyOneArgumentWillBePassedToItServername) {
  std::string asked;
  askCallback("A.example.org", [&](std::string_view servername) {
    asked = servername;
    return nullptr;
  });
  EXPECT_EQ(asked, "A.example.org") << "as the client has sent it";
}

TEST_P(Sni, SniCallbackShouldReturnSecureContextInstance) {
  const auto credentials = crypto::createCredentials(credentialsFor("a.example.org"));
  const auto context =
      askCallback("a.example.org", [&](std::string_view) { return credentials.context; });
  EXPECT_EQ(context.shown, "a.example.org");
  EXPECT_TRUE(context.authorized);
  EXPECT_EQ(askCallback("a.example.org", [&] { return credentials; }).shown, "a.example.org");
  EXPECT_EQ(askCallback("a.example.org",
                        [&](const std::string&) {
                          return tls::SniResult(credentials.context,
                                                tls::ClientCertificate::required);
                        })
                .clientError,
            "UNABLE_TO_GET_ISSUER_CERT");
}

TEST_P(Sni, SniCallbackMayAnswerLater) {
  const auto credentials = crypto::createCredentials(credentialsFor("a.example.org"));
  const auto seen = askCallback("a.example.org", [&](std::string_view, tls::SniAnswer answer) {
    Loop::current().setTimeout(20ms, [=] { answer(credentials.context); });
  });
  EXPECT_EQ(seen.shown, "a.example.org");
  const auto atOnce = askCallback(
      "a.example.org", [&](std::string_view, tls::SniAnswer answer) { answer(credentials); });
  EXPECT_EQ(atOnce.shown, "a.example.org");
}

TEST_P(Sni, OnlyTheFirstAnswerCounts) {
  const auto credentials = crypto::createCredentials(credentialsFor("a.example.org"));
  const auto seen = askCallback("a.example.org", [&](std::string_view, tls::SniAnswer answer) {
    answer(credentials);
    answer(nullptr);
    answer(Error("TOO_LATE", "too late"));
  });
  EXPECT_EQ(seen.shown, "a.example.org");
  EXPECT_EQ(seen.clientError, "");
}

TEST_P(Sni, IfSniCallbackWasntProvidedOrAnswersNothingTheDefaultWithHighLevelApiIsUsed) {
  auto withCallback = options();
  withCallback.SNICallback = [](std::string_view) { return nullptr; };
  const auto server = serve(withCallback);
  server->addContext("a.example.org", credentialsFor("a.example.org"));
  EXPECT_EQ(ask(*server, "a.example.org").shown, "a.example.org");
  EXPECT_EQ(askCallback("a.example.org", [](std::string_view) { return std::nullopt; }).shown,
            "localhost");
}

TEST_P(Sni, WhatTheCallbackThrowsRefusesTheHandshakeAndIsTheClientError) {
  const auto seen = askCallback("a.example.org", [](std::string_view) -> tls::SniResult {
    throw std::runtime_error("no such shelf");
  });
  EXPECT_EQ(seen.clientError, "ERR_TLS_SNI_CALLBACK");
  EXPECT_NE(seen.clientErrorText.find("no such shelf"), std::string::npos);
  EXPECT_EQ(seen.error, "ERR_SSL_TLSV1_UNRECOGNIZED_NAME");
}

TEST_P(Sni, AnErrorAsAnswerRefusesTheHandshake) {
  const auto seen =
      askCallback("a.example.org", [](std::string_view, const tls::SniAnswer& answer) {
        answer(Error("NOT_HERE", "moved away"));
      });
  EXPECT_EQ(seen.clientError, "NOT_HERE");
  EXPECT_EQ(seen.error, "ERR_SSL_TLSV1_UNRECOGNIZED_NAME");
}

TEST_P(Sni, AnAnswerThatIsDroppedRefusesTheHandshake) {
  const auto seen = askCallback("a.example.org", [](std::string_view, const tls::SniAnswer&) {});
  EXPECT_EQ(seen.clientError, "ERR_TLS_SNI_CALLBACK");
}

TEST_P(Sni, AContextWithoutACertificateIsRefused) {
  const auto seen = askCallback("a.example.org", [] { return crypto::createCredentials(); });
  EXPECT_EQ(seen.clientError, "ERR_TLS_NO_CERTIFICATE");
}

TEST_P(Sni, AnAnswerThatDoesNotComeIsBoundedByTheHandshakeTimeout) {
  auto withCallback = options();
  withCallback.handshakeTimeout = 50ms;
  std::optional<tls::SniAnswer> kept;
  withCallback.SNICallback = [&](std::string_view, tls::SniAnswer answer) { kept = answer; };
  const auto seen = ask(*serve(withCallback), "a.example.org");
  EXPECT_EQ(seen.clientError, "ERR_TLS_HANDSHAKE_TIMEOUT");
  (*kept)(nullptr);  // harmless
}

TEST_P(Sni, AClientThatHangsUpMeanwhileIsAClientError) {
  auto withCallback = options();
  std::optional<tls::SniAnswer> kept;
  std::shared_ptr<tls::CleartextStream> client;
  withCallback.SNICallback = [&](std::string_view, tls::SniAnswer answer) {
    kept = answer;
    client->destroy();
  };
  const auto server = serve(withCallback);
  std::string clientError;
  server->onClientError([&](const Error& error) { clientError = error.code(); });
  auto options = clientOptions();
  options.servername = "a.example.org";
  client = tls::connect(server->address()->port, options);
  client->onClose([&] { server->close(); });
  runLoop();
  EXPECT_EQ(clientError, "ECONNRESET");
}

TEST_P(Sni, AServerMayHaveNoCertificateOfItsOwn) {
  const auto server = tls::createServer({.maxVersion = GetParam()});
  EXPECT_EQ(errorOf([&] { server->listen(0); }).code(), "ERR_TLS_NO_CERTIFICATE");
  server->addContext("a.example.org", credentialsFor("a.example.org"));
  server->listen(0, "127.0.0.1");
  EXPECT_EQ(ask(*server, "a.example.org").shown, "a.example.org");
}

TEST_P(Sni, ServernameIsAStringContainingServernameRequestedWithSni) {
  EXPECT_EQ(askFor("Other.Example.org", [](tls::Server&) {}).servername, "Other.Example.org");
  EXPECT_EQ(askFor("127.0.0.1", [](tls::Server&) {}).servername, "");
}

TEST_P(Sni, SetSecureContextReplacesTheServersOwnWhileItRuns) {
  EXPECT_EQ(askFor("localhost",
                   [](tls::Server& server) {
                     server.setSecureContext(credentialsFor("renewed"));
                     EXPECT_EQ(errorOf([&] {
                                 server.setSecureContext(crypto::createCredentials());
                               }).code(),
                               "ERR_TLS_NO_CERTIFICATE");
                   })
                .shown,
            "renewed");
}

INSTANTIATE_TEST_SUITE_P(Versions, Sni, testing::Values("TLSv1.2", "TLSv1.3"),
                         [](const auto& parameter) {
                           return std::string(parameter.param) == "TLSv1.2" ? "Tls12" : "Tls13";
                         });

TEST(AddContext, RefusesWhatIsNotUsable) {
  const auto server = tls::createServer(serverOptions());
  const auto good = credentialsFor("a.example.org");
  EXPECT_EQ(errorOf([&] { server->addContext("*", good); }).code(), "ERR_INVALID_HOSTNAME");
  EXPECT_EQ(errorOf([&] { server->addContext("", good); }).code(), "ERR_INVALID_HOSTNAME");
  EXPECT_EQ(errorOf([&] { server->addContext("a.example.org", {}); }).code(),
            "ERR_TLS_NO_CERTIFICATE");
  EXPECT_EQ(errorOf([&] { server->addContext("a.example.org", {.key = good.key}); }).code(),
            "ERR_MISSING_OPTION");
}

}  // namespace
}  // namespace securepair::test
