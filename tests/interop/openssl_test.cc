#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/child.h"
#include "support/tls_world.h"

// The openssl program as the other side, both ways.
namespace securepair::test {
namespace {

using namespace std::chrono_literals;

struct Files {
  explicit Files(const std::string& name) : folder(freshFolder(name)) {
    const auto& world = World::get();
    writeFile(folder + "/ca.pem", world.authority.own.cert);
    writeFile(folder + "/server.pem", world.server.cert + world.server.key);
    writeFile(folder + "/client.pem", world.client.cert + world.client.key);
    writeFile(folder + "/stranger.pem", world.stranger.cert + world.stranger.key);
  }
  std::string folder;
};

std::string testName() {
  std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
  for (char& c : name) c = c == '/' ? '-' : c;
  return name;
}

std::string flagOf(const std::string& version) {
  return version == "TLSv1.2" ? "-tls1_2" : "-tls1_3";
}

class Openssl : public testing::TestWithParam<const char*> {
 protected:
  // The page's echo server, with `openssl s_client` that sends a line.
  void talkToClient(const tls::ServerOptions& options, const std::string& flags) {
    const auto server = serve(options, [this](tls::CleartextStream& stream) {
      authorized = stream.authorized() ? "authorized" : "unauthorized";
      protocol = stream.getProtocol();
      stream.write("welcome!\n");
      stream.setEncoding("utf8");
      stream.pipe(stream);
    });
    const auto port = std::to_string(server->address()->port);
    Child client("cd '" + files.folder +
                     "' && (sleep 0.3; echo hello; sleep 0.5) | openssl s_client"
                     " -connect 127.0.0.1:" +
                     port + " -CAfile ca.pem -verify_return_error " + flagOf(GetParam()) + " " +
                     flags,
                 files.folder + "/s_client.txt");
    const auto timer = Loop::current().setInterval(20ms, [&] {
      if (!client.running()) Loop::current().stop();
    });
    runLoop();
    Loop::current().clearTimer(timer);
    server->close();
    runLoop();
    output = client.output();
    status = client.exitStatus();
  }

  // `openssl s_server -rev`, which turns each line round.
  void talkToServer(const tls::ConnectOptions& options, const std::string& flags) {
    Child server("cd '" + files.folder +
                     "' && exec openssl s_server -accept 127.0.0.1:0 -rev "
                     "-cert server.pem -CAfile ca.pem " +
                     flagOf(GetParam()) + " " + flags,
                 files.folder + "/s_server.txt");
    ASSERT_TRUE(server.waitFor("ACCEPT ")) << server.output();
    const auto at = server.output().find("ACCEPT 127.0.0.1:") + 17;
    const auto port = std::stoi(server.output().substr(at));
    const auto client = tls::connect(port, "127.0.0.1", options, [&](tls::CleartextStream& stream) {
      authorized = stream.authorized() ? "authorized" : stream.authorizationError();
      protocol = stream.getProtocol();
      stream.write("hello\n");
    });
    client->onData([&](const Data& data) {
      output += data;
      if (output.find('\n') != std::string::npos) client->end();
    });
    client->onError([&](const Error& e) { error = e.code(); });
    runLoop();
  }

  Files files{testName()};
  std::string authorized;
  std::string protocol;
  std::string output;
  std::string error;
  int status = -1;
};

TEST_P(Openssl, ClientIsWelcomedAndEchoed) {
  talkToClient(serverOptions(), "");
  EXPECT_EQ(status, 0) << output;
  EXPECT_NE(output.find("welcome!\nhello\n"), std::string::npos) << output;
  EXPECT_NE(output.find("Verify return code: 0 (ok)"), std::string::npos) << output;
  EXPECT_EQ(protocol, GetParam());
}

TEST_P(Openssl, ClientIsWelcomedWithPfx) {
  talkToClient({.pfx = World::get().serverPfx}, "");
  EXPECT_EQ(status, 0) << output;
  EXPECT_NE(output.find("welcome!\nhello\n"), std::string::npos) << output;
}

TEST_P(Openssl, ClientWithACertificateInCaIsAuthorized) {
  auto options = serverOptions();
  options.requestCert = true;
  options.ca = World::get().authority.own.cert;
  talkToClient(options, "-cert client.pem");
  EXPECT_EQ(authorized, "authorized");
  EXPECT_NE(output.find("welcome!\nhello\n"), std::string::npos) << output;
}

TEST_P(Openssl, ClientWithAnotherCertificateIsUnauthorized) {
  auto options = serverOptions();
  options.requestCert = true;
  options.ca = World::get().authority.own.cert;
  talkToClient(options, "-cert stranger.pem");
  EXPECT_EQ(authorized, "unauthorized");
  EXPECT_NE(output.find("welcome!\nhello\n"), std::string::npos) << output;
}

TEST_P(Openssl, ClientThatIsRejectedSeesTheAlert) {
  auto options = serverOptions();
  options.requestCert = true;
  options.rejectUnauthorized = true;
  options.ca = World::get().authority.own.cert;
  talkToClient(options, "-cert stranger.pem");
  EXPECT_EQ(authorized, "");
  EXPECT_NE(output.find("alert"), std::string::npos) << output;
  EXPECT_EQ(output.find("welcome!"), std::string::npos) << output;
}

TEST_P(Openssl, ServerIsUnderstood) {
  talkToServer(clientOptions(), "");
  EXPECT_EQ(output, "olleh\n");
  EXPECT_EQ(authorized, "authorized");
  EXPECT_EQ(protocol, GetParam());
  EXPECT_EQ(error, "");
}

TEST_P(Openssl, ServerThatWantsACertificateGetsIt) {
  talkToServer(clientOptionsWithCertificate(), "-Verify 1 -verify_return_error");
  EXPECT_EQ(output, "olleh\n");
  EXPECT_EQ(error, "");
}

TEST_P(Openssl, ServerThatWantsACertificateGetsItOfAPfx) {
  talkToServer({.pfx = World::get().clientPfx}, "-Verify 1 -verify_return_error");
  EXPECT_EQ(output, "olleh\n");
  EXPECT_EQ(authorized, "authorized");
}

TEST_P(Openssl, ServerThatRefusesTheClientIsHeard) {
  auto options = clientOptions();
  options.key = World::get().stranger.key;
  options.cert = World::get().stranger.cert;
  talkToServer(options, "-Verify 1 -verify_return_error");
  EXPECT_EQ(output, "");
  EXPECT_EQ(error.substr(0, 8), "ERR_SSL_") << error;
}

INSTANTIATE_TEST_SUITE_P(Versions, Openssl, testing::Values("TLSv1.2", "TLSv1.3"),
                         [](const auto& version) {
                           return version.param == std::string("TLSv1.2") ? "Tls12" : "Tls13";
                         });

}  // namespace
}  // namespace securepair::test
