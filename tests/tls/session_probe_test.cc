// A session that was authorized under one name is worth nothing under another.
#include <memory>
#include <string>
#include <tuple>

#include <gtest/gtest.h>

#include "tls/session_world.h"

namespace securepair::test {
namespace {

// One server, two names with an authority and a policy each: what was authorized under one is
// worth nothing under the other.
enum class Way : unsigned char { addContext, callback };
enum class Second : unsigned char { sameName, otherName, noName };
using ProbeCase = std::tuple<Way, const char*, Kept, Second>;

class SessionProbe : public testing::TestWithParam<ProbeCase> {};

TEST_P(SessionProbe, IsAuthorizedUnderItsOwnNameOnly) {
  const auto [way, version, kept, second] = GetParam();
  const auto& world = World::get();
  const auto stranger = makeAuthority("Another Root");
  const auto optionsOf = [&](const std::string& name, const std::string& ca) {
    const auto own = issue(world.authority, name);
    return crypto::CredentialsOptions{.key = own.key, .cert = own.cert, .ca = ca};
  };
  // The client's certificate is of the authority that a.example.org trusts, and no one else.
  const auto a = crypto::createCredentials(optionsOf("a.example.org", world.authority.own.cert));
  const auto b = crypto::createCredentials(optionsOf("b.example.org", stranger.own.cert));
  auto options = serverOptions();
  options.requestCert = true;
  options.ca = stranger.own.cert;
  options.maxVersion = version;
  if (kept == Kept::inAStore) options.sessionStore = std::make_shared<tls::MemorySessionStore>();
  if (way == Way::callback) {
    options.SNICallback = [&](std::string_view name) -> tls::SniResult {
      if (name == "a.example.org") return a;
      if (name == "b.example.org") return b;
      return nullptr;
    };
  }
  const auto server = tls::createServer(options);
  if (way == Way::addContext) {
    server->addContext("a.example.org", a);
    server->addContext("b.example.org", b);
  }
  auto client = clientOptionsWithCertificate();
  client.sessionCache = false;
  client.servername = "a.example.org";
  const auto first = connectTo(*server, client);
  ASSERT_TRUE(first.authorized && first.clientAuthorized);
  ASSERT_FALSE(first.session.empty());

  // A client that lies about the name which its session is for: OpenSSL's own.
  const auto folder = ownFolder();
  writeFile(folder + "/client.pem", world.client.cert + world.client.key);
  server->listen(0, "127.0.0.1");
  const auto port = std::to_string(server->address()->port);
  std::string verdicts;
  server->onSecureConnection([&](tls::CleartextStream& stream) {
    verdicts += stream.isSessionReused() ? "resumed " : "full ";
    verdicts += stream.authorized() ? "authorized;" : "unauthorized;";
    stream.end("x");
  });
  const std::string flags = version == std::string("TLSv1.2") ? " -tls1_2" : " -tls1_3";
  const std::string name = second == Second::sameName    ? "-servername a.example.org"
                           : second == Second::otherName ? "-servername b.example.org"
                                                         : "-noservername";
  const std::string call =
      "openssl s_client -connect 127.0.0.1:" + port + flags + " -cert client.pem ";
  // Its standard input has no end: the server's end is that of the connection.
  Child child("cd '" + folder + "' && mkfifo open && exec 3<>open; " + call +
                  "-servername a.example.org -sess_out s.pem <&3; " + call + name +
                  " -sess_in s.pem <&3",
              folder + "/log.txt");
  serveUntilEnds(*server, child);
  EXPECT_EQ(verdicts, second == Second::sameName ? "full authorized;resumed authorized;"
                                                 : "full authorized;full unauthorized;")
      << child.output();
}

std::string nameOfProbe(const testing::TestParamInfo<ProbeCase>& info) {
  const auto& [way, version, kept, second] = info.param;
  std::string name = way == Way::addContext ? "AddContext" : "Callback";
  name += std::string(version) == "TLSv1.2" ? "Tls12" : "Tls13";
  name += kept == Kept::inTickets ? "Ticket" : "Store";
  if (second == Second::sameName) return name + "SameName";
  return name + (second == Second::otherName ? "OtherName" : "NoName");
}

INSTANTIATE_TEST_SUITE_P(Combinations, SessionProbe,
                         testing::Combine(testing::Values(Way::addContext, Way::callback),
                                          testing::Values("TLSv1.2", "TLSv1.3"),
                                          testing::Values(Kept::inTickets, Kept::inAStore),
                                          testing::Values(Second::sameName, Second::otherName,
                                                          Second::noName)),
                         nameOfProbe);

}  // namespace
}  // namespace securepair::test
