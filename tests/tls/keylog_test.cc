#include <algorithm>
#include <cstdlib>
#include <functional>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>

#include "support/child.h"
#include "support/error_of.h"
#include "support/tls_world.h"

namespace securepair::test {
namespace {

using Lines = std::vector<std::string>;

Lines sorted(Lines lines) {
  std::sort(lines.begin(), lines.end());
  return lines;
}

Lines linesIn(const std::string& path) {
  std::istringstream content(readFile(path));
  Lines lines;
  for (std::string line; std::getline(content, line);) lines.push_back(line + '\n');
  return lines;
}

// A connection that ends at once.
void connectAndEnd(
    const tls::ServerOptions& serverOptions, const tls::ConnectOptions& options,
    const std::function<void(tls::Server&, tls::CleartextStream&)>& follow = nullptr) {
  const auto server = serve(serverOptions, [](tls::CleartextStream& stream) { stream.end(); });
  const auto client = tls::connect(server->address()->port, options);
  client->onClose([&] { server->close(); });
  if (follow) follow(*server, *client);
  runLoop();
}

TEST(Keylog, IsToldOnBothSidesBeforeTheConnectionIs) {
  Lines ofServer;
  Lines ofClient;
  std::vector<std::string> events;
  connectAndEnd(serverOptions(), clientOptions(),
                [&](tls::Server& server, tls::CleartextStream& client) {
                  server.onKeylog([&](const Data& line, tls::CleartextStream& stream) {
                    EXPECT_EQ(stream.remoteAddress(), "127.0.0.1");
                    ofServer.emplace_back(line);
                    events.emplace_back("server key");
                  });
                  server.onSecureConnection([&] { events.emplace_back("secureConnection"); });
                  client.onKeylog([&](const Data& line) {
                    ofClient.emplace_back(line);
                    events.emplace_back("client key");
                  });
                  client.onSecureConnect([&] { events.emplace_back("secureConnect"); });
                });
  EXPECT_EQ(ofClient.size(), 5U);
  EXPECT_EQ(sorted(ofServer), sorted(ofClient));
  const auto at = [&](const char* event) {
    return std::find(events.rbegin(), events.rend(), event) - events.rbegin();
  };
  EXPECT_GT(at("server key"), at("secureConnection"));
  EXPECT_GT(at("client key"), at("secureConnect"));
}

TEST(Keylog, IsToldWhereAContextWasChosenByName) {
  Lines ofServer;
  Lines ofClient;
  auto options = clientOptions();
  options.servername = "other.test";
  connectAndEnd(serverOptions(), options, [&](tls::Server& server, tls::CleartextStream& client) {
    server.addContext("other.test",
                      {.key = World::get().server.key, .cert = World::get().server.cert});
    server.onKeylog([&](const Data& line) { ofServer.emplace_back(line); });
    client.onKeylog([&](const Data& line) { ofClient.emplace_back(line); });
  });
  EXPECT_EQ(ofClient.size(), 5U);
  EXPECT_EQ(sorted(ofServer), sorted(ofClient));
}

TEST(Keylog, OfAConnectionThatFailsIsToldToo) {
  auto options = clientOptions();
  options.servername = "elsewhere.test";
  options.rejectUnauthorized = true;
  Lines lines;
  connectAndEnd(serverOptions(), options, [&](tls::Server&, tls::CleartextStream& client) {
    client.onKeylog([&](const Data& line) { lines.emplace_back(line); });
    client.onError([](const Error&) {});
  });
  EXPECT_FALSE(lines.empty());
}

TEST(Keylog, AListenerMayDestroyTheStream) {
  bool secure = false;
  int lines = 0;
  connectAndEnd(serverOptions(), clientOptions(), [&](tls::Server&, tls::CleartextStream& client) {
    client.onKeylog([&] {
      ++lines;
      client.destroy();
    });
    client.onSecureConnect([&] { secure = true; });
  });
  EXPECT_GT(lines, 0);
  EXPECT_FALSE(secure);
}

TEST(KeylogFile, HasTheLinesOfAllConnections) {
  const std::string folder = ownFolder();
  auto server = serverOptions();
  server.keylogFile = folder + "/server";
  auto client = clientOptions();
  client.keylogFile = folder + "/client";
  Lines told;
  const auto listen = [&](tls::Server&, tls::CleartextStream& stream) {
    stream.onKeylog([&](const Data& line) { told.emplace_back(line); });
  };
  connectAndEnd(server, client, listen);
  connectAndEnd(server, client, listen);
  EXPECT_EQ(told.size(), 10U);
  EXPECT_EQ(linesIn(client.keylogFile), told);
  EXPECT_EQ(sorted(linesIn(server.keylogFile)), sorted(told));
}

TEST(KeylogFile, ThatCannotBeUsedThrows) {
  const std::string folder = ownFolder();
  ASSERT_EQ(::symlink("target", (folder + "/link").c_str()), 0);
  auto server = serverOptions();
  server.keylogFile = folder + "/link";
  const Error error = errorOf([&] { tls::createServer(server); });
  EXPECT_EQ(error.code(), "ERR_UNSAFE_FILE");
  EXPECT_NE(error.message().find("`keylogFile`"), std::string::npos) << error.what();
  auto client = clientOptions();
  client.keylogFile = folder + "/none/keys";
  EXPECT_EQ(errorOf([&] { tls::connect(1, client); }).code(), "ENOENT");
}

TEST(KeylogFile, IsNeverNamedByTheEnvironment) {
  const std::string path = ownFolder() + "/keys";
  ::setenv("SSLKEYLOGFILE", path.c_str(), 1);
  connectAndEnd(serverOptions(), clientOptions());
  ::unsetenv("SSLKEYLOGFILE");
  EXPECT_NE(::access(path.c_str(), F_OK), 0);
}

}  // namespace
}  // namespace securepair::test
