// OCSP responses that a server sends with its certificate, from where they come to where they go.
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include <gtest/gtest.h>

#include "support/tls_world.h"

namespace securepair::test {
namespace {

using namespace std::chrono_literals;

struct Sent {
  std::string response;
  bool secure = false;
  std::string serverError;
  std::string clientError;
};

class Ocsp : public testing::TestWithParam<const char*> {
 protected:
  Ocsp() {
    options.maxVersion = GetParam();
    options.handshakeTimeout = 3s;
    client.requestOCSP = true;
  }

  Sent meet(tls::OcspCallback callback) {
    options.OCSPCallback = std::move(callback);
    Sent sent;
    const auto server = serve(options, [&](tls::CleartextStream& stream) { stream.end(); });
    server->onClientError([&](const Error& error) { sent.serverError = error.code(); });
    const auto stream = tls::connect(server->address()->port, "127.0.0.1", client);
    stream->onSecureConnect([&] {
      sent.secure = true;
      sent.response = stream->getOCSPResponse().toString();
    });
    stream->onError([&](const Error& error) { sent.clientError = error.code(); });
    stream->onClose([&] { server->close(); });
    runLoop();
    return sent;
  }

  const World& world = World::get();
  tls::ServerOptions options = serverOptions();
  tls::ConnectOptions client = clientOptions();
};

TEST_P(Ocsp, ResponseComesWithTheCertificate) {
  tls::OcspRequest asked;
  const Sent sent = meet([&](const tls::OcspRequest& request, const tls::OcspAnswer& answer) {
    asked = request;
    answer(Buffer("a response"));
  });
  EXPECT_EQ(sent.response, "a response");
  EXPECT_EQ(asked.certificate.toString(), derOf(world.server.cert));
  EXPECT_EQ(asked.issuer.size(), 0U) << "the certificate is sent alone";
}

TEST_P(Ocsp, ResponseComesEachTime) {
  options.OCSPCallback = [](const tls::OcspRequest&, const tls::OcspAnswer& answer) {
    answer(Buffer("a response"));
  };
  const auto server = serve(options, [](tls::CleartextStream& stream) { stream.end("a ticket"); });
  std::string responses;
  const auto visit = [&](Listener<> then) {
    const auto stream = tls::connect(server->address()->port, "127.0.0.1", client);
    stream->onSecureConnect([&responses, stream] {
      EXPECT_TRUE(stream->authorized());
      EXPECT_FALSE(stream->isSessionReused());
      responses += stream->getOCSPResponse().toString() + ";";
    });
    stream->onData([](const Data&) {});
    stream->onClose([then = std::move(then)]() mutable { then(); });
  };
  visit([&] { visit([&] { server->close(); }); });
  runLoop();
  EXPECT_EQ(responses, "a response;a response;");
}

TEST_P(Ocsp, IssuerIsTheNextInTheChain) {
  const Authority between = makeIntermediate(world.authority);
  const Identity leaf = issue(between, "localhost");
  options.key = leaf.key;
  options.cert = leaf.cert + between.chain;
  std::string issuer;
  meet([&](const tls::OcspRequest& request, const tls::OcspAnswer& answer) {
    issuer = request.issuer.toString();
    answer({});
  });
  EXPECT_EQ(issuer, derOf(between.own.cert));
}

TEST_P(Ocsp, IsAskedForTheCertificateThatSniFinds) {
  const Identity other = issue(world.authority, "other.example");
  std::string certificate;
  options.OCSPCallback = [&](const tls::OcspRequest& request, const tls::OcspAnswer& answer) {
    certificate = request.certificate.toString();
    answer(Buffer("of the other"));
  };
  client.servername = "other.example";
  const auto server = serve(options, [](tls::CleartextStream& stream) { stream.end(); });
  server->addContext("other.example", {.key = other.key, .cert = other.cert});
  const auto stream = tls::connect(server->address()->port, "127.0.0.1", client);
  std::string response;
  stream->onSecureConnect([&] { response = stream->getOCSPResponse().toString(); });
  stream->onClose([&] { server->close(); });
  runLoop();
  EXPECT_EQ(certificate, derOf(other.cert));
  EXPECT_EQ(response, "of the other");
}

TEST_P(Ocsp, MayBeAnsweredLaterOnAnyThread) {
  std::thread thread;
  const Sent sent = meet([&](const tls::OcspRequest&, const tls::OcspAnswer& answer) {
    thread = std::thread([answer] { answer(Buffer("late")); });
  });
  thread.join();
  EXPECT_EQ(sent.response, "late");
}

TEST_P(Ocsp, IsNothingWhereNobodyAnswersOrHasIt) {
  EXPECT_TRUE(meet([](const tls::OcspRequest&, const tls::OcspAnswer&) {}).secure);
  const Sent none =
      meet([](const tls::OcspRequest&, const tls::OcspAnswer& answer) { answer(Buffer()); });
  EXPECT_TRUE(none.secure);
  EXPECT_EQ(none.response, "");
}

TEST_P(Ocsp, MayRefuse) {
  const Sent refused = meet([](const tls::OcspRequest&, const tls::OcspAnswer& answer) {
    answer(Error("NOT_NOW", "the responder is away"));
  });
  EXPECT_EQ(refused.serverError, "NOT_NOW");
  EXPECT_EQ(refused.clientError, "ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR");
  const Sent threw =
      meet([](const tls::OcspRequest&, const tls::OcspAnswer&) { throw std::runtime_error("no"); });
  EXPECT_EQ(threw.serverError, "ERR_TLS_OCSP_CALLBACK");
}

TEST_P(Ocsp, IsNotAskedForWhereNobodyWantsIt) {
  client.requestOCSP = false;
  int asked = 0;
  const Sent sent = meet([&](const tls::OcspRequest&, const tls::OcspAnswer& answer) {
    ++asked;
    answer(Buffer("unasked"));
  });
  EXPECT_EQ(asked, 0);
  EXPECT_TRUE(sent.secure);
  EXPECT_EQ(sent.response, "");
}

TEST_P(Ocsp, IsNothingOfAServerThatHasNone) {
  const auto server = serve(options, [](tls::CleartextStream& stream) { stream.end(); });
  const auto stream = tls::connect(server->address()->port, "127.0.0.1", client);
  bool secure = false;
  stream->onSecureConnect([&] {
    secure = true;
    EXPECT_EQ(stream->getOCSPResponse().size(), 0U);
  });
  stream->onClose([&] { server->close(); });
  runLoop();
  EXPECT_TRUE(secure);
}

INSTANTIATE_TEST_SUITE_P(Versions, Ocsp, testing::Values("TLSv1.2", "TLSv1.3"),
                         [](const auto& test) {
                           return std::string(test.param) == "TLSv1.2" ? "Tls12" : "Tls13";
                         });

}  // namespace
}  // namespace securepair::test
