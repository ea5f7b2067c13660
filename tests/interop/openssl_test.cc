#include "interop/peer.h"
#include "support/tls_world.h"

// The openssl program, both ways.
namespace securepair::test {
namespace {

std::string opensslOptions(const Order& order) {
  std::string line;
  if (!order.version.empty()) line += order.version == "TLSv1.2" ? " -tls1_2" : " -tls1_3";
  // Without that it reads the system's, which takes longer than all the rest.
  line += order.ca.empty() ? " -no-CAfile -no-CApath -no-CAstore"
                           : " -CAfile " + order.ca + " -verify_return_error";
  if (!order.alpn.empty()) line += " -alpn " + order.alpn;
  return line + ' ' + order.flags;
}

std::string sClientCommand(const Order& order) {
  std::string call = withInput("GET / HTTP/1.1\\r\\n\\r\\n") + "openssl s_client";
  call += " -connect 127.0.0.1:" + std::to_string(order.port) + opensslOptions(order);
  if (!order.identity.empty()) call += " -cert " + order.identity;
  call += " -servername " + order.servername + " -verify_hostname " + order.servername;
  if (!order.twice) return call;
  return "(" + call + " -sess_out session.pem) && " + call + " -sess_in session.pem";
}

std::string printingServer(const Order& order) {
  return withInput("") + "exec openssl s_server -accept 127.0.0.1:0 -cert server.pem -servername " +
         secondName + " -cert2 second.pem -key2 second.pem" + opensslOptions(order) +
         (order.ca.empty() ? "" : " -Verify 1");
}

// It turns each line round.
std::string sServerCommand(const Order& order) { return printingServer(order) + " -rev"; }

constexpr const char* listening = R"(ACCEPT 127\.0\.0\.1:(\d+)\n)";

const ClientProgram sClient{.name = "openssl",
                            .command = sClientCommand,
                            .agreed = "ALPN protocol: ",
                            .wrongName = "hostname mismatch",
                            .wrongIssuer = "unable to get local issuer certificate"};
const ServerProgram sServer{
    .name = "openssl", .command = sServerCommand, .listening = listening, .answer = "olleh\n"};
// Only this one tells what was agreed by NPN.
const ServerProgram printingSServer{
    .name = "openssl", .command = printingServer, .listening = listening, .answer = ""};

INSTANTIATE_TEST_SUITE_P(Openssl, PeerClient, inBothVersions(sClient), VersionName());
INSTANTIATE_TEST_SUITE_P(Openssl, ResumingClient, inBothVersions(sClient), VersionName());
INSTANTIATE_TEST_SUITE_P(Openssl, PeerServer, inBothVersions(sServer), VersionName());

class OpensslPfx : public PeerServer {};

TEST_P(OpensslPfx, OurServerShowsThatOfAPfx) {
  const Order order{.version = GetParam().version, .ca = "ca.pem", .servername = "localhost"};
  const auto served = serveProgram(sClient, order, {.pfx = World::get().serverPfx});
  EXPECT_TRUE(served.welcomed()) << served.output;
}

TEST_P(OpensslPfx, OurClientShowsThatOfAPfx) {
  auto order = this->order();
  order.ca = "ca.pem";
  const auto asked = ask({.pfx = World::get().clientPfx}, order);
  EXPECT_EQ(asked.answer, "olleh\n") << asked.output;
  EXPECT_TRUE(asked.authorized);
}

INSTANTIATE_TEST_SUITE_P(Openssl, OpensslPfx, inBothVersions(sServer), VersionName());

constexpr const char* anyVersion = "";

class OpensslNpn : public testing::Test {
 protected:
  void SetUp() override { needProgram("openssl"); }

  // Our server, with this list in NPNProtocols.
  static Served serve(const tls::ProtocolList& list, const std::string& flags,
                      const char* version = "TLSv1.2") {
    auto options = serverOptions();
    options.NPNProtocols = list;
    const auto served = serveProgram(
        sClient, {.version = version, .ca = "ca.pem", .servername = "localhost", .flags = flags},
        options);
    EXPECT_TRUE(served.welcomed()) << served.output;
    return served;
  }

  // Our client, likewise.
  static Asked ask(const tls::ProtocolList& list, const std::string& flags,
                   const char* version = "TLSv1.2") {
    auto options = clientOptions();
    options.NPNProtocols = list;
    const auto asked =
        RunningServer(printingSServer, {.version = version, .flags = flags}).ask(options);
    EXPECT_TRUE(says(asked.output, "hello\n"));
    EXPECT_EQ(asked.error, "");
    return asked;
  }
};

TEST_F(OpensslNpn, OurServerAndAClientWithAProtocolInCommon) {
  const auto served = serve({"a", "b", "c"}, "-nextprotoneg c,b");
  EXPECT_EQ(served.npn, "b") << "the server's priority";
  EXPECT_EQ(served.alpn, "");
  EXPECT_TRUE(says(served.output, "Next protocol: (1) b"));
}

TEST_F(OpensslNpn, OurServerAndAClientWithoutAProtocolInCommon) {
  const auto served = serve({"a", "b"}, "-nextprotoneg c,d");
  EXPECT_EQ(served.npn, "c") << "what the client will speak";
  EXPECT_TRUE(says(served.output, "Next protocol: (2) c"));
}

TEST_F(OpensslNpn, OurServerWithoutAList) {
  const auto served = serve({}, "-nextprotoneg c,d");
  EXPECT_EQ(served.npn, "c");
  EXPECT_TRUE(says(served.output, "Next protocol: (2) c"));
}

TEST_F(OpensslNpn, OurServerAndAClientThatHasHttpAlone) {
  EXPECT_EQ(serve({"a", "b"}, "-nextprotoneg http/1.1").npn, "http/1.1");
}

TEST_F(OpensslNpn, OurServerAndAClientThatDoesNone) {
  const auto served = serve({"a", "b"}, "");
  EXPECT_EQ(served.npn, "");
  EXPECT_FALSE(says(served.output, "Next protocol"));
}

TEST_F(OpensslNpn, OurServersNpnIsOnTheWireWithoutAlpn) {
  const auto served = serve({"a", "b"}, "-nextprotoneg b -msg -tlsextdebug");
  EXPECT_TRUE(says(served.output, "TLS server extension \"next protocol\""));
  EXPECT_TRUE(says(served.output, ".a.b\n")) << "the list";
  EXPECT_TRUE(says(served.output, ", NextProto\n"));
  EXPECT_FALSE(says(served.output, "application layer protocol negotiation"));
}

TEST_F(OpensslNpn, OurServerDoesNoneInTls13) {
  const auto served = serve({"a", "b"}, "-nextprotoneg b", anyVersion);
  EXPECT_EQ(served.protocol, "TLSv1.3");
  EXPECT_EQ(served.npn, "");
}

TEST_F(OpensslNpn, OurServersListIsForAlpnToo) {
  for (const char* version : {"TLSv1.2", "TLSv1.3"}) {
    const auto served = serve({"a", "b"}, "-alpn c,b", version);
    EXPECT_EQ(served.alpn, "b");
    EXPECT_EQ(served.npn, "b");
    EXPECT_TRUE(says(served.output, "ALPN protocol: b"));
    EXPECT_EQ(serve({"a", "b"}, "-alpn c,d", version).npn, "")
        << "no failure, as it is not with NPN";
  }
}

TEST_F(OpensslNpn, OurServerPrefersAlpn) {
  const auto served = serve({"a", "b"}, "-alpn b -nextprotoneg a");
  EXPECT_EQ(served.npn, "b");
  EXPECT_FALSE(says(served.output, "Next protocol"));
}

TEST_F(OpensslNpn, OurServerFallsBackToNpnWhereAlpnHasNothingInCommon) {
  const auto served = serve({"a", "b"}, "-alpn c -nextprotoneg b");
  EXPECT_EQ(served.alpn, "");
  EXPECT_EQ(served.npn, "b");
}

TEST_F(OpensslNpn, OurClientAndAServerWithAProtocolInCommon) {
  const auto asked = ask({"c", "b"}, "-nextprotoneg a,b,c");
  EXPECT_EQ(asked.npn, "b") << "the server's priority";
  EXPECT_EQ(asked.alpn, "");
  EXPECT_TRUE(says(asked.output, "NEXTPROTO is b\n"));
}

TEST_F(OpensslNpn, OurClientAndAServerWithoutAProtocolInCommon) {
  const auto asked = ask({"c", "d"}, "-nextprotoneg a,b");
  EXPECT_EQ(asked.npn, "");
  EXPECT_TRUE(says(asked.output, "NEXTPROTO is c\n"));
}

TEST_F(OpensslNpn, OurClientWithoutAListSpeaksHttp) {
  for (const char* list : {"-nextprotoneg a,b", "-nextprotoneg a,http/1.1"}) {
    const auto asked = ask({}, list);
    EXPECT_EQ(asked.npn, "");
    EXPECT_TRUE(says(asked.output, "NEXTPROTO is http/1.1\n"));
  }
}

TEST_F(OpensslNpn, OurClientAndAServerThatDoesNone) {
  const auto asked = ask({"a", "b"}, "");
  EXPECT_EQ(asked.npn, "");
  EXPECT_FALSE(says(asked.output, "NEXTPROTO"));
}

TEST_F(OpensslNpn, OurClientsNpnIsOnTheWireWithoutAlpn) {
  const auto asked = ask({}, "-nextprotoneg http/1.1 -msg -tlsextdebug");
  EXPECT_TRUE(says(asked.output, "TLS client extension \"next protocol\""));
  EXPECT_TRUE(says(asked.output, ", NextProto\n"));
  EXPECT_FALSE(says(asked.output, "application layer protocol negotiation"));
}

TEST_F(OpensslNpn, OurClientDoesNoneInTls13) {
  const auto asked = ask({"a", "b"}, "-nextprotoneg b -tlsextdebug", anyVersion);
  EXPECT_EQ(asked.protocol, "TLSv1.3");
  EXPECT_TRUE(says(asked.output, "TLS client extension \"next protocol\"")) << "for TLS 1.2";
  EXPECT_EQ(asked.npn, "");
  EXPECT_FALSE(says(asked.output, "NEXTPROTO"));
}

TEST_F(OpensslNpn, OurClientsListIsForAlpnToo) {
  for (const char* version : {"TLSv1.2", "TLSv1.3"}) {
    const auto asked = ask({"a", "b"}, "-alpn c,b", version);
    EXPECT_EQ(asked.alpn, "b");
    EXPECT_EQ(asked.npn, "b");
  }
}

TEST_F(OpensslNpn, OurClientIsAnsweredByAlpnWhereTheServerDoesBoth) {
  const auto asked = ask({"b"}, "-alpn b -nextprotoneg a,b");
  EXPECT_EQ(asked.alpn, "b");
  EXPECT_EQ(asked.npn, "b");
  EXPECT_FALSE(says(asked.output, "NEXTPROTO"));
}

}  // namespace
}  // namespace securepair::test
