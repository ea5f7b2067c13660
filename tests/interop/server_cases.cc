#include "interop/peer.h"
#include "support/tls_world.h"

// What every server program goes through with our client.
namespace securepair::test {
namespace {

// A client that holds the program's server to the name.
tls::ConnectOptions optionsFor(const std::string& servername) {
  auto options = clientOptions();
  options.servername = servername;
  options.rejectUnauthorized = true;
  return options;
}

void expectAlert(const Asked& asked) {
  EXPECT_EQ(asked.answer, "");
  EXPECT_TRUE(asked.error.starts_with("ERR_SSL_")) << asked.error << '\n' << asked.output;
}

TEST_P(PeerServer, Answers) {
  const auto asked = ask(optionsFor("localhost"), order());
  EXPECT_EQ(asked.answer, GetParam().program->answer) << asked.output;
  EXPECT_TRUE(asked.authorized) << asked.authorizationError;
  EXPECT_EQ(asked.shown, "localhost");
  EXPECT_EQ(asked.protocol, GetParam().version);
  EXPECT_EQ(asked.alpn + asked.npn, "");
  EXPECT_EQ(asked.error, "");
}

TEST_P(PeerServer, AcceptsOurCertificate) {
  auto order = this->order();
  order.ca = "ca.pem";
  const auto asked = ask(clientOptionsWithCertificate(), order);
  EXPECT_EQ(asked.answer, GetParam().program->answer) << asked.output;
  EXPECT_EQ(asked.error, "");
}

TEST_P(PeerServer, RefusesAStrangersCertificate) {
  auto order = this->order();
  order.ca = "ca.pem";
  auto options = clientOptions();
  options.key = World::get().stranger.key;
  options.cert = World::get().stranger.cert;
  const auto asked = ask(options, order);
  if (!GetParam().program->isSilent) return expectAlert(asked);
  EXPECT_EQ(asked.answer, "");
  EXPECT_NE(asked.error, "");
}

TEST_P(PeerServer, RefusesUsWithoutACertificate) {
  auto order = this->order();
  order.ca = "ca.pem";
  expectAlert(ask(clientOptions(), order));
}

TEST_P(PeerServer, ShowsTheCertificateOfTheNameThatWeAskFor) {
  const auto asked = ask(optionsFor(secondName), order());
  EXPECT_EQ(asked.answer, GetParam().program->answer) << asked.output;
  EXPECT_TRUE(asked.authorized) << asked.authorizationError;
  EXPECT_EQ(asked.shown, secondName);
}

TEST_P(PeerServer, IsRefusedForANameThatItDoesNotHave) {
  const auto asked = ask(optionsFor("unknown.example.org"), order());
  EXPECT_FALSE(asked.secure);
  EXPECT_EQ(asked.error, "ERR_TLS_CERT_ALTNAME_INVALID");
}

TEST_P(PeerServer, AgreesOnAProtocolByAlpn) {
  auto order = this->order();
  order.alpn = "http/1.1";
  auto options = optionsFor("localhost");
  options.ALPNProtocols = {"h2", "http/1.1"};
  const auto asked = ask(options, order);
  EXPECT_EQ(asked.answer, GetParam().program->answer) << asked.output;
  EXPECT_EQ(asked.alpn, "http/1.1");
  EXPECT_EQ(asked.npn, "http/1.1");
}

TEST_P(PeerServer, RefusesUsWithoutAProtocolInCommon) {
  auto order = this->order();
  order.alpn = "http/1.1";
  auto options = optionsFor("localhost");
  options.ALPNProtocols = {"h2"};
  const auto asked = ask(options, order);
  EXPECT_FALSE(asked.secure);
  EXPECT_EQ(asked.error, "ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL") << asked.output;
}

TEST_P(PeerServer, IsRefusedWithoutAnAuthorityThatWeTrust) {
  auto options = optionsFor("localhost");
  options.ca = World::get().stranger.cert;
  const auto asked = ask(options, order());
  EXPECT_FALSE(asked.secure);
  EXPECT_EQ(asked.error, "UNABLE_TO_VERIFY_LEAF_SIGNATURE");
}

TEST_P(PeerServer, ResumesOurSession) {
  const RunningServer server(*GetParam().program, order());
  EXPECT_FALSE(server.ask(optionsFor("localhost")).resumed);
  const auto asked = server.ask(optionsFor("localhost"));
  EXPECT_EQ(asked.answer, GetParam().program->answer) << asked.output;
  EXPECT_TRUE(asked.resumed);
  EXPECT_TRUE(asked.authorized);
}

}  // namespace
}  // namespace securepair::test
