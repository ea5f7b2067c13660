// What the library says, wherever it says it, holds nothing that was to be kept.
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/tls_world.h"

namespace securepair::test {
namespace {

// The pieces by which a secret would be recognized: each line of a key's text.
std::vector<std::string> piecesOf(const std::string& pem) {
  std::vector<std::string> pieces;
  std::istringstream lines(pem);
  for (std::string line; std::getline(lines, line);) {
    if (line.size() >= 16 && line.find('-') == std::string::npos) pieces.push_back(line);
  }
  return pieces;
}

std::string hexOf(const std::string& bytes) {
  std::ostringstream hex;
  for (const unsigned char byte : bytes) hex << std::hex << (byte >> 4) << (byte & 0xF);
  return hex.str();
}

class Secrets : public testing::Test {
 protected:
  Secrets() {
    auto& loop = Loop::current();
    loop.onWarning([this](const Error& warning) { said << warning.what() << "\n"; });
    loop.onUnhandledError([this](const Error& error) { said << error.what() << "\n"; });
    for (const std::string& key : {world.server.key, world.client.key, encrypted}) {
      for (const std::string& piece : piecesOf(key)) secrets.push_back(piece);
      secrets.push_back(derOf(key).substr(36, 24));  // of the number itself, where it is P-256
    }
    for (std::size_t i = 0, count = secrets.size(); i < count; ++i) {
      secrets.push_back(hexOf(secrets[i]));
    }
  }

  ~Secrets() override {
    Loop::current().onWarning(nullptr);
    Loop::current().onUnhandledError(nullptr);
  }

  // One connection, of which everything that can be asked is asked.
  void talk(const tls::ServerOptions& ofServer, const tls::ConnectOptions& ofClient) {
    const auto server = serve(ofServer, [this](tls::CleartextStream& stream) {
      tell(stream);
      stream.onError([this](const Error& error) { said << error.what(); });
      stream.end("x");
    });
    server->onClientError([this](const Error& error) { said << error.what(); });
    const auto client = tls::connect(server->address()->port, ofClient);
    client->onSecureConnect([&] { tell(*client); });
    client->onError([this](const Error& error) { said << error.what(); });
    client->onClose([&] { server->close(); });
    runLoop();
  }

  void tell(tls::CleartextStream& stream) {
    said << stream.getPeerCertificate(true) << stream.getCertificate() << stream.getCipher().name
         << stream.authorizationError();
    if (const auto failure = stream.authorizationFailure()) said << failure->what();
  }

  const World& world = World::get();
  const std::string passphrase = "correct horse battery";
  const std::string encrypted = encryptKey(world.server.key, passphrase);
  const std::string ticketSecret = "sixteen bytes or thirty-two, here";
  std::vector<std::string> secrets{passphrase, ticketSecret};
  std::ostringstream said;
};

TEST_F(Secrets, AreInNothingThatIsSaid) {
  auto server = serverOptionsThatAsk();
  server.key = encrypted;
  server.passphrase = passphrase;
  server.ticketSecret = ticketSecret;
  auto client = clientOptionsWithCertificate();
  talk(server, client);
  client.servername = "elsewhere.example.org";
  talk(server, client);
  talk(server, as(world.stranger, clientOptions()));
  server.rejectUnauthorized = true;
  talk(server, as(world.stranger, clientOptions()));
  talk(server, clientOptions());
  client.ca = makeAuthority("Another").own.cert;
  client.rejectUnauthorized = true;
  talk(server, client);
  server.maxVersion = "TLSv1.2";
  client.minVersion = "TLSv1.3";
  talk(server, client);
  const auto refused = [this](tls::ServerOptions options) {
    try {
      tls::createServer(options);
      ADD_FAILURE() << "nothing was thrown";
    } catch (const Error& error) {
      said << error.what();
    }
  };
  refused({.key = encrypted, .passphrase = passphrase + "?", .cert = world.server.cert});
  refused({.key = encrypted, .cert = world.server.cert});
  refused({.key = world.server.key, .cert = world.client.cert});
  refused({.key = world.server.cert, .cert = world.server.key});
  refused({.pfx = world.server.key, .passphrase = passphrase});
  refused({.passphrase = passphrase});

  const std::string text = said.str();
  EXPECT_GT(text.size(), 3000U);
  for (const std::string& secret : secrets) {
    EXPECT_EQ(text.find(secret), std::string::npos) << "a secret of " << secret.size() << " bytes";
  }
}

}  // namespace
}  // namespace securepair::test
