// The programs in examples/ beside the page's own, which tools/main_job.sh runs.
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "support/child.h"
#include "support/tls_world.h"

namespace securepair::test {
namespace {

const std::string programs = SECUREPAIR_BIN_DIR "/";

class Examples : public testing::Test {
 protected:
  Examples() {
    save("server", selfSigned("localhost"));
    save("client", selfSigned("client"));
    save("stranger", selfSigned("stranger"));
  }
  void save(const std::string& name, const Identity& identity) const {
    writeFile(folder + "/" + name + "-key.pem", identity.key);
    writeFile(folder + "/" + name + "-cert.pem", identity.cert);
  }

  // Runs beside the test, in the folder of the keys.
  std::unique_ptr<Child> start(const std::string& command) {
    return std::make_unique<Child>("cd '" + folder + "' && exec " + programs + command,
                                   folder + "/" + std::to_string(++children_) + ".txt");
  }
  std::unique_ptr<Child> startServer(const std::string& name) {
    auto server = start(name + " 0");
    EXPECT_TRUE(server->waitFor("listening on ")) << server->output();
    const std::string output = server->output();
    port = output.substr(output.find("listening on ") + 13);
    port.erase(port.find('\n'));
    return server;
  }
  // What the program printed; its exit status must be this one.
  std::string outputOf(const std::string& command, int status = 0) {
    const auto child = start(command);
    EXPECT_TRUE(child->waitForEnd()) << child->output();
    EXPECT_EQ(child->exitStatus(), status) << child->output();
    return child->output();
  }

  const std::string folder = freshFolder(
      std::string("examples-") + testing::UnitTest::GetInstance()->current_test_info()->name());
  std::string port;

 private:
  int children_ = 0;
};

TEST_F(Examples, MutualAuthenticationServesWhoItKnows) {
  const auto server = startServer("mutual_authentication_server");
  EXPECT_EQ(outputOf("mutual_authentication_client " + port), "hello, client\n");
  EXPECT_TRUE(server->waitFor("served client\n")) << server->output();
}

TEST_F(Examples, MutualAuthenticationRefusesStrangersOnBothSides) {
  const auto server = startServer("mutual_authentication_server");
  EXPECT_EQ(outputOf("mutual_authentication_client " + port + " stranger").substr(0, 9),
            "refused: ");
  EXPECT_TRUE(server->waitFor("refused 127.0.0.1: DEPTH_ZERO_SELF_SIGNED_CERT\n"));
  // The server is another one than the client knows.
  save("server", selfSigned("localhost"));
  EXPECT_EQ(outputOf("mutual_authentication_client " + port),
            "refused: DEPTH_ZERO_SELF_SIGNED_CERT\n");
}

TEST_F(Examples, StartTlsTurnsAnOpenConnectionToTls) {
  const auto server = startServer("starttls_server");
  EXPECT_EQ(outputOf("starttls_client " + port),
            "220 hello, say STARTTLS\n220 go ahead\n"
            "250 in private now, what you say comes back\r\na secret\r\n");
}

TEST_F(Examples, StartTlsRefusesWhatIsSaidTooEarly) {
  const auto server = startServer("starttls_server");
  const auto attacker = net::connect(std::stoi(port), "127.0.0.1");
  std::string answered;
  attacker->onData([&](std::string_view text) { answered += text; });
  attacker->onError([](const Error&) {});
  attacker->write("STARTTLS\r\nRCPT TO:<evil>, and more of that\r\n");
  runLoop();
  EXPECT_TRUE(server->waitFor("ERR_SSL_")) << server->output();
  EXPECT_EQ(answered.find("evil"), std::string::npos);
}

TEST_F(Examples, StartTlsAnswersOtherCommandsWithTheEnd) {
  const auto server = startServer("starttls_server");
  const auto client = net::connect(std::stoi(port), "127.0.0.1");
  std::string answered;
  client->onData([&](std::string_view text) { answered += text; });
  client->write("MAIL FROM:<someone>\r\n");
  runLoop();
  EXPECT_EQ(answered, "220 hello, say STARTTLS\r\n500 STARTTLS, or nothing\r\n");
}

TEST_F(Examples, StartTlsClientTakesNothingThatWasSaidTooEarly) {
  const auto server = net::createServer();
  server->onConnection([&](net::Socket& socket) {
    socket.write("220 hello\r\n");
    socket.onData([&] { socket.write("220 go ahead\r\n250 evil, and more of that\r\n"); });
    socket.onError([](const Error&) {});
  });
  server->listen(0, "127.0.0.1");
  const auto client = start("starttls_client " + std::to_string(server->address()->port));
  serveUntilEnds(*server, *client);
  EXPECT_EQ(client->exitStatus(), 1);
  EXPECT_EQ(client->output().substr(0, 24), "220 hello\n220 go ahead\ns") << client->output();
  // It is named as what failed the handshake, and is no answer of the server's.
  EXPECT_EQ(client->output().find("\n250 evil"), std::string::npos) << client->output();
  EXPECT_NE(client->output().find("got: \"250 evil"), std::string::npos) << client->output();
}

TEST_F(Examples, UnixSocketEchoesOverItsPath) {
  EXPECT_EQ(outputOf("unix_socket ./example.sock"), "over ./example.sock\n");
}

TEST_F(Examples, EngineOwnTransportNeedsNoLoop) {
  EXPECT_EQ(outputOf("engine_own_transport"), "authorized\nthrough two threads and back\n");
}

// A server of a well-known authority, and one of the program's own.
TEST_F(Examples, CustomCaTrustsItsOwnAloneAndAppendItsOwnToo) {
  const auto publicRoot = makeAuthority("Public Root");
  const auto ofThePublic = issue(publicRoot, "localhost");
  const auto own = selfSigned("localhost");
  writeFile(folder + "/server-cert.pem", own.cert);
  writeFile(folder + "/roots.pem", publicRoot.own.cert);
  const auto said = [&](const Identity& identity, const std::string& how) {
    const auto server = serve({.key = identity.key, .cert = identity.cert},
                              [](tls::CleartextStream& stream) { stream.end(); });
    Child client("cd '" + folder + "' && SSL_CERT_FILE=roots.pem exec " + programs + "custom_ca " +
                     std::to_string(server->address()->port) + how,
                 folder + "/custom_ca.txt");
    server->onClientError([](const Error&) {});
    serveUntilEnds(*server, client);
    return client.output().substr(0, client.output().find(';'));
  };
  EXPECT_EQ(said(own, ""), "trusted: localhost\n");
  EXPECT_EQ(said(ofThePublic, ""), "not trusted: UNABLE_TO_VERIFY_LEAF_SIGNATURE");
  EXPECT_EQ(said(own, " append"), "trusted: localhost\n");
  EXPECT_EQ(said(ofThePublic, " append"), "trusted: Public Root\n");
}

TEST_F(Examples, VerifyChainJudgesAsAHandshakeWould) {
  const auto root = makeAuthority();
  writeFile(folder + "/ca.pem", root.own.cert);
  writeFile(folder + "/good.pem", issue(root, "localhost").cert);
  writeFile(folder + "/other.pem", issue(root, "other").cert);
  EXPECT_EQ(outputOf("verify_chain ca.pem localhost good.pem").substr(0, 28),
            "good.pem: authorized, until ");
  const std::string said = outputOf("verify_chain ca.pem localhost good.pem other.pem", 1);
  EXPECT_NE(said.find("other.pem: the server's certificate is not for localhost"),
            std::string::npos)
      << said;
}

TEST_F(Examples, SniShowsEachNameItsCertificate) {
  const auto server = startServer("sni");
  const auto ask = [&](const std::string& name) {
    std::string heard;
    const auto client = tls::connect(std::stoi(port), "127.0.0.1", {.servername = name});
    client->onSecureConnect([&] { heard = client->getPeerCertificate().subject["CN"] + ": "; });
    client->onData([&](std::string_view text) { heard += text; });
    runLoop();
    return heard;
  };
  EXPECT_EQ(ask("a.example.org"), "client: you asked for a.example.org\n");
  EXPECT_EQ(ask("localhost"), "localhost: you asked for localhost\n");
  EXPECT_EQ(ask(""), "localhost: you asked for nobody\n");
  EXPECT_TRUE(server->waitFor("asked for a.example.org\nasked for localhost\n"))
      << server->output();
}

TEST_F(Examples, NpnSpeaksTwoProtocolsInTheServersOrder) {
  const std::string output = outputOf("npn");
  for (const char* line : {"you speak spdy/2\n", "you speak http/1.1\n"}) {
    EXPECT_NE(output.find(line), std::string::npos) << output;
  }
}

}  // namespace
}  // namespace securepair::test
