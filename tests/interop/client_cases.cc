#include "interop/peer.h"
#include "support/tls_world.h"

// What every client program goes through with our server.
namespace securepair::test {
namespace {

tls::ServerOptions optionsThatAsk(bool rejectUnauthorized) {
  auto options = serverOptionsThatAsk();
  options.rejectUnauthorized = rejectUnauthorized;
  return options;
}

// Our refusal has reached the program, whatever it calls the alert.
void expectRefused(const Served& served) {
  EXPECT_FALSE(served.welcomed());
  EXPECT_NE(served.status, 0) << served.output;
  EXPECT_FALSE(served.secure);
  EXPECT_TRUE(says(served.output, "alert"));
}

void expectRefusal(const Served& served, const char* reason) {
  EXPECT_FALSE(served.welcomed());
  EXPECT_NE(served.status, 0) << served.output;
  EXPECT_TRUE(says(served.output, reason));
}

TEST_P(PeerClient, IsServed) {
  const auto served = call(serverOptions(), order());
  EXPECT_TRUE(served.welcomed()) << served.output;
  EXPECT_EQ(served.protocol, GetParam().version);
  EXPECT_EQ(served.servername, "localhost");
  EXPECT_EQ(served.alpn + served.npn, "");
  EXPECT_FALSE(served.authorized);
  EXPECT_EQ(served.clientError, "");
  EXPECT_EQ(served.error, GetParam().program->parting);
}

TEST_P(PeerClient, IsAuthorizedByItsCertificate) {
  auto order = this->order();
  order.identity = "client.pem";
  const auto served = call(optionsThatAsk(true), order);
  EXPECT_TRUE(served.welcomed()) << served.output;
  EXPECT_TRUE(served.authorized);
}

TEST_P(PeerClient, IsUnauthorizedWithAStrangersCertificate) {
  auto order = this->order();
  order.identity = "stranger.pem";
  const auto served = call(optionsThatAsk(false), order);
  EXPECT_TRUE(served.welcomed()) << served.output;
  EXPECT_FALSE(served.authorized);
  EXPECT_EQ(served.authorizationError, "DEPTH_ZERO_SELF_SIGNED_CERT");
}

TEST_P(PeerClient, IsRefusedWithAStrangersCertificate) {
  auto order = this->order();
  order.identity = "stranger.pem";
  const auto served = call(optionsThatAsk(true), order);
  expectRefused(served);
  EXPECT_EQ(served.clientError, "DEPTH_ZERO_SELF_SIGNED_CERT");
}

TEST_P(PeerClient, IsRefusedWithoutACertificate) {
  const auto served = call(optionsThatAsk(true), order());
  expectRefused(served);
  EXPECT_EQ(served.clientError, "UNABLE_TO_GET_ISSUER_CERT");
}

TEST_P(PeerClient, IsShownTheCertificateOfTheNameThatItAsksFor) {
  auto order = this->order();
  order.servername = secondName;
  const auto served = call(serverOptions(), order);
  EXPECT_TRUE(served.welcomed()) << served.output;
  EXPECT_EQ(served.servername, secondName);
}

TEST_P(PeerClient, RefusesTheCertificateOfAnotherName) {
  auto order = this->order();
  order.servername = "unknown.example.org";
  expectRefusal(call(serverOptions(), order), GetParam().program->wrongName);
}

TEST_P(PeerClient, HearsThatANameIsRefused) {
  auto options = serverOptions();
  options.SNICallback = [](const std::string&, const tls::SniAnswer& answer) {
    answer(Error({.code = "ERR_NO_SUCH_NAME", .message = "no such name"}));
  };
  const auto served = call(options, order());
  expectRefused(served);
  EXPECT_EQ(served.clientError, "ERR_NO_SUCH_NAME");
}

TEST_P(PeerClient, AgreesOnAProtocolByAlpn) {
  auto options = serverOptions();
  options.ALPNProtocols = {"spdy/3", "http/1.1", "h2"};
  auto order = this->order();
  order.alpn = "h2,http/1.1";
  const auto served = call(options, order);
  EXPECT_TRUE(served.welcomed()) << served.output;
  EXPECT_EQ(served.alpn, "http/1.1");
  EXPECT_EQ(served.npn, "http/1.1");
  EXPECT_TRUE(says(served.output, GetParam().program->agreed + std::string("http/1.1")));
}

TEST_P(PeerClient, IsRefusedWithoutAProtocolInCommon) {
  auto options = serverOptions();
  options.ALPNProtocols = {"spdy/3"};
  auto order = this->order();
  order.alpn = "h2,http/1.1";
  const auto served = call(options, order);
  expectRefused(served);
  EXPECT_EQ(served.clientError, "ERR_SSL_NO_APPLICATION_PROTOCOL");
}

TEST_P(PeerClient, RefusesWhomItsAuthorityDoesNotVouchFor) {
  auto order = this->order();
  order.ca = "stranger.pem";
  expectRefusal(call(serverOptions(), order), GetParam().program->wrongIssuer);
}

TEST_P(PeerClient, ResumesItsSessionFromAStore) {
  auto options = serverOptions();
  options.sessionStore = std::make_shared<tls::MemorySessionStore>();
  auto order = this->order();
  order.twice = true;
  const auto served = call(options, order);
  EXPECT_TRUE(served.welcomed()) << served.output;
  EXPECT_TRUE(served.resumed) << served.output;
  EXPECT_EQ(served.servername, "localhost");
}

TEST_P(ResumingClient, ResumesItsSession) {
  auto order = this->order();
  order.twice = true;
  const auto served = call(serverOptions(), order);
  EXPECT_TRUE(served.welcomed()) << served.output;
  EXPECT_TRUE(served.resumed) << served.output;
  EXPECT_EQ(served.servername, "localhost");
}

}  // namespace
}  // namespace securepair::test
