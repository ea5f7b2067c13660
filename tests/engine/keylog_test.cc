#include <algorithm>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/memory_wire.h"
#include "support/tls_world.h"

namespace securepair::test {
namespace {

using Lines = std::vector<std::string>;

class Keylog : public testing::TestWithParam<const char*> {
 protected:
  static crypto::Credentials credentials() {
    return crypto::createCredentials({.key = World::get().server.key,
                                      .cert = World::get().server.cert,
                                      .ca = World::get().authority.own.cert,
                                      .minVersion = GetParam(),
                                      .maxVersion = GetParam()});
  }

  static Lines linesOf(EngineEnd& end) {
    return end.engine.hasKeyLines() ? end.engine.takeKeyLines() : Lines();
  }

  static std::set<std::string> labelsOf(const Lines& lines) {
    std::set<std::string> labels;
    for (const std::string& line : lines) labels.insert(line.substr(0, line.find(' ')));
    return labels;
  }

  crypto::Credentials shared = credentials();
};

TEST_P(Keylog, BothSidesHaveTheSameLines) {
  EngineEnd server(shared, {.isServer = true});
  EngineEnd client(shared, {.identity = "localhost"});
  server.engine.logKeys();
  client.engine.logKeys();
  exchange(client, server);
  ASSERT_TRUE(client.engine.secure());
  Lines ofServer = linesOf(server);
  Lines ofClient = linesOf(client);
  std::sort(ofServer.begin(), ofServer.end());
  std::sort(ofClient.begin(), ofClient.end());
  EXPECT_EQ(ofServer, ofClient);
  const bool isOld = std::string(GetParam()) == "TLSv1.2";
  EXPECT_EQ(labelsOf(ofClient),
            isOld ? std::set<std::string>{"CLIENT_RANDOM"}
                  : (std::set<std::string>{
                        "CLIENT_HANDSHAKE_TRAFFIC_SECRET", "SERVER_HANDSHAKE_TRAFFIC_SECRET",
                        "CLIENT_TRAFFIC_SECRET_0", "SERVER_TRAFFIC_SECRET_0", "EXPORTER_SECRET"}));
  for (const std::string& line : ofClient) {
    std::istringstream words(line);
    std::string label;
    std::string random;
    std::string secret;
    words >> label >> random >> secret;
    EXPECT_EQ(random.size(), 64U) << line;
    EXPECT_EQ(secret.size(), 96U) << line;
    EXPECT_EQ(line.back(), '\n');
  }
  EXPECT_FALSE(client.engine.hasKeyLines()) << "they were taken";
}

TEST_P(Keylog, IsOfTheConnectionThatIsListenedToAlone) {
  EngineEnd server(shared, {.isServer = true});
  EngineEnd client(shared, {.identity = "localhost"});
  client.engine.logKeys();
  exchange(client, server);
  EXPECT_TRUE(client.engine.hasKeyLines());
  EXPECT_FALSE(server.engine.hasKeyLines());
}

TEST_P(Keylog, CostsNothingWhereNobodyListens) {
  EngineEnd server(shared, {.isServer = true});
  EngineEnd client(shared, {.identity = "localhost"});
  exchange(client, server);
  EXPECT_EQ(SSL_CTX_get_keylog_callback(shared.context.get()->native()), nullptr)
      << "OpenSSL makes lines";
  EXPECT_FALSE(client.engine.hasKeyLines());
}

INSTANTIATE_TEST_SUITE_P(Versions, Keylog, testing::Values("TLSv1.2", "TLSv1.3"),
                         [](const auto& version) {
                           return std::string(version.param) == "TLSv1.2" ? "Tls12" : "Tls13";
                         });

}  // namespace
}  // namespace securepair::test
