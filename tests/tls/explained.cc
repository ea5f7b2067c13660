#include "tls/explained.h"

#include <array>
#include <regex>
#include <unistd.h>
#include <utility>

#include <openssl/evp.h>

#include "crypto/context.h"
#include "support/child.h"
#include "tls/options.h"

namespace securepair::test {
namespace {

std::string sha256Of(const std::string& pem) {
  const std::string der = derOf(pem);
  std::array<unsigned char, 32> digest{};
  EVP_Digest(der.data(), der.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  std::string text;
  for (const unsigned char byte : digest) {
    std::array<char, 4> part{};
    std::snprintf(part.data(), part.size(), "%s%02X", text.empty() ? "" : ":", byte);
    text += part.data();
  }
  return text;
}

crypto::Credentials bent(const crypto::CredentialsOptions& options,
                         const std::function<void(SSL_CTX*)>& bend) {
  auto credentials = crypto::createCredentials(options);
  bend(credentials.context.get()->native());
  return credentials;
}

// The options that a context is made of are in the context.
tls::ConnectOptions inContext(const tls::ConnectOptions& options, crypto::Credentials credentials) {
  tls::ConnectOptions rest = options;
  rest.pfx = rest.key = rest.cert = {};
  rest.passphrase = rest.ciphers = rest.minVersion = rest.maxVersion = {};
  rest.ca = rest.caAppend = rest.crl = {};
  rest.securityLevel = {};
  rest.secureContext = std::move(credentials.context);
  return rest;
}

void expectTold(const char* side, const Told& told, const std::optional<Error>& error) {
  if (told.code.empty()) return;
  ASSERT_TRUE(error.has_value()) << "the " << side << " tells nothing";
  const std::string text = error->what();
  EXPECT_EQ(error->code(), told.code) << side << ": " << text;
  EXPECT_NE(error->fix(), "") << side << ": " << text;
  for (const std::string& words : told.says) {
    EXPECT_NE(text.find(words), std::string::npos)
        << "the " << side << " does not say `" << words << "`: " << text;
  }
  EXPECT_EQ(text.find("sslv3"), std::string::npos) << text;
  runCommandsOf(error->fix());
}

void expectNamed(const std::optional<Error>& error, const std::string& culprit, const Buffer& own) {
  if (!error || error->certificate().empty()) return;
  // An alert is about the certificate that this side has shown.
  const bool isAlert = error->code().starts_with("ERR_SSL_");
  const std::string fingerprint = sha256Of(isAlert ? own.toString() : culprit);
  EXPECT_NE(error->certificate().find(fingerprint), std::string::npos) << error->what();
}

std::string folderWith(const std::string& name, const Authority& ca, const Identity& identity) {
  const std::string folder = freshFolder(name);
  writeFile(folder + "/ca.pem", ca.own.cert);
  writeFile(folder + "/ca-key.pem", ca.own.key);
  writeFile(folder + "/cert.pem", identity.cert);
  writeFile(folder + "/key.pem", identity.key);
  writeFile(folder + "/crl.pem", makeCrl(ca));
  shell(folder, "openssl req -new -key key.pem -subj /CN=localhost -out csr.pem");
  return folder;
}

void runIn(const std::string& folder, const std::string& fix) {
  static const std::regex command("openssl [^;)]*");
  for (std::sregex_iterator it(fix.begin(), fix.end(), command); it != std::sregex_iterator();
       ++it) {
    EXPECT_NO_THROW(shell(folder, it->str())) << it->str() << "\nin: " << fix;
  }
}

}  // namespace

Outcome meet(const Sides& sides) {
  Outcome outcome;
  const auto server = tls::createServer(sides.server, [&](tls::CleartextStream& stream) {
    stream.onError([&](const Error& error) { outcome.server = error; });
    stream.end("welcome");
  });
  if (sides.bendServer) {
    server->setSecureContext(bent(tls::credentialsOf(sides.server), sides.bendServer));
  }
  if (sides.arrange) sides.arrange(*server);
  server->listen(0, "127.0.0.1");
  server->onClientError([&](const Error& error, const net::Address&) { outcome.server = error; });
  tls::ConnectOptions options = sides.client;
  if (sides.bendClient) {
    options = inContext(options, bent(tls::credentialsOf(options), sides.bendClient));
  }
  const auto client = tls::connect(server->address()->port, "127.0.0.1", options);
  client->onData([&](std::string_view text) { outcome.served = text == "welcome"; });
  client->onError([&](const Error& error) { outcome.client = error; });
  client->onClose([&] { server->close(); });
  runLoop();
  return outcome;
}

void PrintTo(const Scenario& scenario, std::ostream* out) { *out << scenario.name; }

std::string nameOf(const testing::TestParamInfo<Scenario>& info) { return info.param.name; }

void play(const Scenario& scenario) {
  const Sides sides = scenario.broken();
  const Outcome outcome = meet(sides);
  EXPECT_FALSE(outcome.served) << "nothing was wrong";
  expectTold("client", scenario.client, outcome.client);
  expectTold("server", scenario.server, outcome.server);
  expectNamed(outcome.client, sides.culprit, sides.client.cert);
  expectNamed(outcome.server, sides.culprit, sides.server.cert);
  if (!scenario.mend) return;
  Sides mended = sides;
  scenario.mend(mended, outcome);
  const Outcome after = meet(mended);
  EXPECT_TRUE(after.served) << "not mended: " << (after.client ? after.client->what() : "")
                            << (after.server ? after.server->what() : "");
}

Sides honest() {
  Sides sides{.server = serverOptions(), .client = clientOptions()};
  sides.client.servername = "localhost";
  sides.client.rejectUnauthorized = true;
  sides.client.sessionCache = false;
  return sides;
}

Sides chainOf(const Identity& server, const std::string& between, const std::string& ca) {
  Sides sides = honest();
  sides.server.key = server.key;
  sides.server.cert = server.cert + between;
  sides.client.ca = ca;
  return sides;
}

int numberBehind(const std::string& fix, const std::string& words) {
  const std::size_t at = fix.find(words);
  if (at == std::string::npos) {
    ADD_FAILURE() << "no \"" << words << "\" in: " << fix;
    return -1;
  }
  return std::stoi(fix.substr(at + words.size()));
}

void runCommandsOf(const std::string& fix) {
  if (fix.find("openssl ") == std::string::npos) return;
  const auto ca = makeAuthority();
  runIn(folderWith(std::to_string(getpid()) + "-commands", ca, issue(ca, "localhost")), fix);
}

Identity makeByCommands(const std::string& fix, const Authority& authority) {
  const std::string folder = folderWith("making", authority, World::get().client);
  runIn(folder, fix);
  return {.cert = readFile(folder + "/cert.pem"), .key = readFile(folder + "/key.pem")};
}

}  // namespace securepair::test
