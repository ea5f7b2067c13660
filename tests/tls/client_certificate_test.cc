#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "support/error_of.h"
#include "support/tls_world.h"

// The option clientCertificate of a server.
namespace securepair::test {
namespace {

using tls::ClientCertificate;

tls::ServerOptions serverThatWants(ClientCertificate wanted) {
  auto options = serverOptions();
  options.ca = World::get().authority.own.cert;
  options.clientCertificate = wanted;
  return options;
}

// What the server makes of a client: "authorized", "unauthorized", or the code of its clientError.
std::string served(const tls::ServerOptions& options, const tls::ConnectOptions& client) {
  std::string outcome;
  const auto server = serve(options, [&](tls::CleartextStream& stream) {
    outcome = stream.authorized() ? "authorized" : "unauthorized";
    if (stream.getPeerCertificate().empty()) outcome += ", no certificate";
    stream.end();
  });
  server->onClientError([&](const Error& error) { outcome = error.code(); });
  const auto stream = tls::connect(server->address()->port, client);
  stream->onError([](const Error&) {});
  stream->onClose([&] { server->close(); });
  runLoop();
  return outcome;
}

TEST(ClientCertificateOption, NoneAsksForNoCertificate) {
  EXPECT_EQ(served(serverThatWants(ClientCertificate::none), clientOptionsWithCertificate()),
            "unauthorized, no certificate");
}

TEST(ClientCertificateOption, OptionalTellsWhoIsAuthorized) {
  const auto options = serverThatWants(ClientCertificate::optional);
  EXPECT_EQ(served(options, clientOptionsWithCertificate()), "authorized");
  EXPECT_EQ(served(options, clientOptions()), "unauthorized, no certificate");
}

TEST(ClientCertificateOption, RequiredRefusesAllOthers) {
  const auto options = serverThatWants(ClientCertificate::required);
  EXPECT_EQ(served(options, clientOptionsWithCertificate()), "authorized");
  EXPECT_EQ(served(options, clientOptions()), "UNABLE_TO_GET_ISSUER_CERT");
}

TEST(ClientCertificateOption, MayStandBesideBooleansThatSayTheSame) {
  auto options = serverThatWants(ClientCertificate::required);
  options.requestCert = true;
  options.rejectUnauthorized = true;
  EXPECT_NO_THROW(tls::createServer(options));
  options = serverThatWants(ClientCertificate::optional);
  options.requestCert = true;
  EXPECT_NO_THROW(tls::createServer(options));
}

TEST(ClientCertificateOption, ContradictingBooleansThrow) {
  struct Contradiction {
    ClientCertificate wanted;
    bool requestCert;
    bool rejectUnauthorized;
    const char* names;
  };
  for (const auto& [wanted, requestCert, rejectUnauthorized, names] :
       {Contradiction{ClientCertificate::none, true, false, "`requestCert`"},
        Contradiction{ClientCertificate::none, false, true, "`rejectUnauthorized`"},
        Contradiction{ClientCertificate::none, true, true, "`requestCert`"},
        Contradiction{ClientCertificate::optional, false, true, "`rejectUnauthorized`"},
        Contradiction{ClientCertificate::optional, true, true, "`rejectUnauthorized`"}}) {
    auto options = serverThatWants(wanted);
    options.requestCert = requestCert;
    options.rejectUnauthorized = rejectUnauthorized;
    const Error error = errorOf([&] { tls::createServer(options); });
    EXPECT_EQ(error.code(), "ERR_OPTION_CONFLICT");
    EXPECT_NE(error.message().find(names), std::string::npos) << error.what();
    EXPECT_NE(error.message().find("`clientCertificate`"), std::string::npos) << error.what();
    EXPECT_NE(error.fix(), "");
  }
}

}  // namespace
}  // namespace securepair::test
