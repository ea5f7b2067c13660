// What a client tells of a certificate that is for another name, and why a name that seems to be
// there is none.
#include <string>
#include <utility>
#include <vector>

#include "tls/explained.h"

namespace securepair::test {
namespace {

// A server with these names, asked for as `servername`.
Sides asked(const std::string& servername, CertificateSpec spec) {
  const Identity server = issue(root(), spec);
  Sides sides = chainOf(server, "", root().own.cert);
  sides.client.servername = servername;
  sides.culprit = server.cert;
  return sides;
}

CertificateSpec named(const std::string& cn, std::vector<std::string> dns,
                      std::vector<std::string> ips = {}) {
  return {.commonName = cn, .dnsNames = std::move(dns), .ips = std::move(ips)};
}

// "Give that name as `servername`."
auto askFor(const std::string& name) {
  return [name](Sides& sides, const Outcome&) { sides.client.servername = name; };
}

// "Have it issued anew with this one among its subject alternative names."
void addName(Sides& sides, const Outcome&) {
  const Identity server = issue(root(), specFor(sides.client.servername));
  sides.server.key = server.key;
  sides.server.cert = server.cert;
}

std::vector<Scenario> nameScenarios() {
  const std::string code = "ERR_TLS_CERT_ALTNAME_INVALID";
  const std::string alert = "ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE";
  return {
      {.name = "AnotherName",
       .broken = [] { return asked("shop.test", named("localhost", {"localhost"}, {"::1"})); },
       .client = {code,
                  {"is not for shop.test", "expected: DNS:shop.test", "got: DNS:localhost, IP",
                   "`servername`", "copy_extensions"}},
       .server = {alert, {"alert 42, bad_certificate"}},
       .mend = askFor("localhost")},
      {.name = "TheNameIsInTheSubjectAlone",
       .broken = [] { return asked("shop.test", named("shop.test", {"www.shop.test"})); },
       .client = {code,
                  {"got: DNS:www.shop.test",
                   "the subject's CN is this name, and is not looked at"}},
       .mend = addName},
      {.name = "NoAlternativeNameAtAll",
       .broken = [] { return asked("shop.test", named("other.test", {})); },
       .client = {code, {"no alternative names; subject CN=other.test"}},
       .mend = addName},
      {.name = "AnAddressThatIsADnsName",
       .broken = [] { return asked("127.0.0.1", named("x", {"127.0.0.1"})); },
       .client = {code,
                  {"expected: IP Address:127.0.0.1", "got: DNS:127.0.0.1",
                   "it has to be an IP Address"}},
       .mend = addName},
      {.name = "AnAddressInTheSubject",
       .broken = [] { return asked("127.0.0.1", named("127.0.0.1", {})); },
       .client = {code, {"the subject's CN is the address, and is not looked at"}},
       .mend = addName},
      {.name = "AWildcardAndTwoLabels",
       .broken = [] { return asked("a.b.shop.test", named("x", {"*.shop.test"})); },
       .client = {code, {"*.shop.test stands for exactly one label before .shop.test"}},
       .mend = askFor("a.shop.test")},
      {.name = "AWildcardAndNoLabel",
       .broken = [] { return asked("shop.test", named("x", {"*.shop.test"})); },
       .client = {code, {"*.shop.test stands for exactly one label before .shop.test"}},
       .mend = addName},
      {.name = "APartialWildcard",
       .broken = [] { return asked("www1.shop.test", named("x", {"www*.shop.test"})); },
       .client = {code, {"a wildcard counts only as the whole left-most label"}},
       .mend = addName},
      {.name = "ANameThatIsNoText",
       .broken =
           [] {
             return asked(
                 "b\xFC"
                 "cher.test",
                 named("x", {"xn--bcher-kva.test"}));
           },
       .client = {code, {"b\\FCcher.test", "is no UTF-8"}},
       .mend = askFor("b\xC3\xBC"
                      "cher.test")},
      {.name = "ACheckOfTheUsers",
       .broken =
           [] {
             Sides sides = honest();
             sides.client.checkServerIdentity = [](std::string_view name,
                                                   const tls::PeerCertificate&) {
               return std::optional<Error>(Error({.code = "E_MINE",
                                                  .message = "not " + std::string(name),
                                                  .fix = "pin another"}));
             };
             return sides;
           },
       .client = {"E_MINE", {"not localhost", "pin another"}},
       .mend = [](Sides& sides, const Outcome&) { sides.client.checkServerIdentity = {}; }},
  };
}

class ExplainedName : public testing::TestWithParam<Scenario> {};

TEST_P(ExplainedName, IsToldAndMended) { play(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Names, ExplainedName, testing::ValuesIn(nameScenarios()), nameOf);

// The two commands of the fix, with the name put in: what they make is for it.
TEST(ExplainedNames, TheFixesCommandsMakeACertificateForTheName) {
  const Outcome outcome = meet(asked("shop.test", named("localhost", {"localhost"})));
  ASSERT_TRUE(outcome.client);
  std::string commands = outcome.client->fix();
  for (std::size_t at = 0; (at = commands.find("NAME", at)) != std::string::npos;) {
    commands.replace(at, 4, "shop.test");
  }
  const Identity made = makeByCommands(commands, root());
  Sides sides = chainOf(made, "", root().own.cert);
  sides.client.servername = "shop.test";
  EXPECT_TRUE(meet(sides).served);
}

}  // namespace
}  // namespace securepair::test
