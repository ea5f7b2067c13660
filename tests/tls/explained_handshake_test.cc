// What both sides tell where they do not agree: versions, suites, groups, signatures, protocols and
// names, each side's own beside the other's.
#include <string>
#include <utility>
#include <vector>

#include <openssl/ssl.h>

#include "support/must.h"
#include "tls/explained.h"

namespace securepair::test {
namespace {

Sides between(const std::string& serverMin, const std::string& serverMax,
              const std::string& clientMin, const std::string& clientMax) {
  Sides sides = honest();
  sides.server.minVersion = serverMin;
  sides.server.maxVersion = serverMax;
  sides.client.minVersion = clientMin;
  sides.client.maxVersion = clientMax;
  return sides;
}

Sides oldClient() {
  Sides sides = between("", "", "TLSv1", "TLSv1.1");
  sides.client.securityLevel = 0;
  return sides;
}

std::vector<Scenario> versions() {
  return {
      {.name = "AServerOfTls13AndAClientOfTls12",
       .broken = [] { return between("TLSv1.3", "", "", "TLSv1.2"); },
       .client = {"ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION",
                  {"alert 70, protocol_version", "this side offers TLSv1.2 alone",
                   "raise `maxVersion`"}},
       .server = {"ERR_SSL_UNSUPPORTED_PROTOCOL",
                  {"no version of TLS in common", "what this side allows, TLSv1.3 alone",
                   "a client that offers up to TLSv1.2", "lower `minVersion` on this side to "}},
       .mend = [](Sides& sides, const Outcome&) { sides.client.maxVersion = {}; }},
      {.name = "AServerOfTls12AndAClientOfTls13",
       .broken = [] { return between("", "TLSv1.2", "TLSv1.3", ""); },
       .client = {"ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION",
                  {"this side offers TLSv1.3 alone", "lower `minVersion` to TLSv1.2"}},
       .server = {"ERR_SSL_UNSUPPORTED_PROTOCOL",
                  {"what this side allows, TLSv1.2 alone", "a client that offers TLSv1.3",
                   "raise `maxVersion` on this side to TLSv1.3"}},
       .mend = [](Sides& sides, const Outcome&) { sides.server.maxVersion = "TLSv1.3"; }},
      {.name = "AnOldClient",
       .broken = oldClient,
       .client = {"ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION", {"this side offers TLSv1 to TLSv1.1"}},
       .server = {"ERR_SSL_UNSUPPORTED_PROTOCOL",
                  {"TLSv1.2 to TLSv1.3", "a client that offers up to TLSv1.1",
                   "set `minVersion` on this side to TLSv1.1 and `securityLevel` to 0"}},
       .mend =
           [](Sides& sides, const Outcome&) {
             sides.server.minVersion = "TLSv1.1";
             sides.server.securityLevel = 0;
           }},
      {.name = "AClientThatFellBack",
       .broken =
           [] {
             Sides sides = between("", "", "", "TLSv1.2");
             sides.bendClient = [](SSL_CTX* ctx) {
               SSL_CTX_set_mode(ctx, SSL_MODE_SEND_FALLBACK_SCSV);
             };
             return sides;
           },
       .client = {"ERR_SSL_TLSV1_ALERT_INAPPROPRIATE_FALLBACK",
                  {"alert 86", "this side offers TLSv1.2 alone", "raise `maxVersion`"}},
       .server = {"ERR_SSL_INAPPROPRIATE_FALLBACK", {"offers up to TLSv1.2", "newest version"}},
       .mend = [](Sides& sides, const Outcome&) { sides.client.maxVersion = {}; }},
  };
}

Sides withSuites(const std::string& servers, const std::string& clients) {
  Sides sides = honest();
  sides.server.ciphers = servers;
  sides.client.ciphers = clients;
  return sides;
}

// P-256 alone on the one side, X25519 alone on the other.
Sides withoutSharedGroup(const std::string& version) {
  Sides sides = between(version, version, "", "");
  sides.bendServer = [](SSL_CTX* ctx) { SSL_CTX_set1_groups_list(ctx, "P-256"); };
  sides.bendClient = [](SSL_CTX* ctx) { SSL_CTX_set1_groups_list(ctx, "X25519:P-521"); };
  return sides;
}

Sides withoutSharedSignature(const std::string& version) {
  Sides sides = between(version, version, "", "");
  sides.bendClient = [](SSL_CTX* ctx) { SSL_CTX_set1_sigalgs_list(ctx, "rsa_pss_rsae_sha256"); };
  return sides;
}

void straighten(Sides& sides, const Outcome&) { sides.bendServer = sides.bendClient = nullptr; }

void defaultSuites(Sides& sides, const Outcome&) {
  sides.server.ciphers = {};
  sides.client.ciphers = {};
}

// "Give this side a key of the other kind."
void rsaKey(Sides& sides, const Outcome&) {
  auto spec = specFor("localhost");
  spec.rsaBits = 2048;
  const Identity server = issue(World::get().authority, spec);
  sides.server.key = server.key;
  sides.server.cert = server.cert;
}

std::vector<Scenario> offers() {
  const std::string failure = "ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE";
  return {
      {.name = "SuitesOfTls12",
       .broken =
           [] {
             Sides sides =
                 withSuites("ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-GCM-SHA256");
             sides.server.maxVersion = "TLSv1.2";
             return sides;
           },
       .client = {failure,
                  {"alert 40, handshake_failure", "this side offers TLSv1.2 to TLSv1.3",
                   "the server's name localhost", "ECDHE-ECDSA-AES128-GCM-SHA256", "`ciphers`"}},
       .server = {"ERR_SSL_NO_SHARED_CIPHER",
                  {"one of this side's suites, ECDHE-ECDSA-AES256-GCM-SHA384",
                   "ECDHE-ECDSA-AES128-GCM-SHA256", "leave it out on both sides"}},
       .mend = defaultSuites},
      {.name = "SuitesOfTls13",
       .broken = [] { return withSuites("TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256"); },
       .client = {failure, {"TLS_AES_128_GCM_SHA256"}},
       .server = {"ERR_SSL_NO_SHARED_CIPHER",
                  {"one of this side's suites, TLS_AES_256_GCM_SHA384",
                   "a client that offers TLS_AES_128_GCM_SHA256"}},
       .mend = defaultSuites},
      {.name = "SuitesForAnotherKey",
       .broken =
           [] {
             Sides sides = withSuites("", "ECDHE-RSA-AES128-GCM-SHA256");
             sides.client.maxVersion = "TLSv1.2";
             return sides;
           },
       .client = {failure, {"ECDHE-RSA-AES128-GCM-SHA256", "kind of the key"}},
       .server = {"ERR_SSL_NO_SHARED_CIPHER",
                  {"a suite for this side's key, which is a key of the kind EC of 256 bits",
                   "of which this side has ECDHE-RSA-AES128-GCM-SHA256", "of the other kind"}},
       .mend = rsaKey},
      {.name = "GroupsOfTls13",
       .broken = [] { return withoutSharedGroup("TLSv1.3"); },
       .client = {failure, {"alert 40"}},
       .server = {"ERR_SSL_NO_SUITABLE_KEY_SHARE",
                  {"a client with the groups X25519, P-521", "offer X25519 or P-256"}},
       .mend = straighten},
      {.name = "GroupsOfTls12",
       .broken = [] { return withoutSharedGroup("TLSv1.2"); },
       .client = {failure, {"alert 40"}},
       .server = {"ERR_SSL_NO_SHARED_CIPHER",
                  {"a group (such as X25519 or P-256)", "with the groups X25519, P-521"}},
       .mend = straighten},
      {.name = "SignaturesOfTls13",
       .broken = [] { return withoutSharedSignature("TLSv1.3"); },
       .client = {failure, {"alert 40"}},
       .server = {"ERR_SSL_NO_SUITABLE_SIGNATURE_ALGORITHM",
                  {"a signature algorithm for a key of the kind EC of 256 bits",
                   "a client that accepts rsa_pss_rsae_sha256", "RSA of 2048 bits"}},
       .mend =
           [](Sides& sides, const Outcome& outcome) {
             rsaKey(sides, outcome);
             sides.bendClient = [](SSL_CTX* ctx) {
               SSL_CTX_set1_sigalgs_list(ctx, "rsa_pss_rsae_sha256:ecdsa_secp256r1_sha256");
             };
           }},
      {.name = "SignaturesOfTls12",
       .broken = [] { return withoutSharedSignature("TLSv1.2"); },
       .client = {failure, {"alert 40"}},
       .server = {"ERR_SSL_NO_SHARED_CIPHER", {"a suite for this side's key", "of the other kind"}},
       .mend = rsaKey},
      {.name = "ProtocolsOfAlpn",
       .broken =
           [] {
             Sides sides = honest();
             sides.server.ALPNProtocols = {"h2", "acme, inc"};
             sides.client.ALPNProtocols = {"http/1.1", "mine"};
             return sides;
           },
       .client = {"ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL",
                  {"alert 120", "this side offers http/1.1, mine", "`ALPNProtocols`"}},
       .server = {"ERR_SSL_NO_APPLICATION_PROTOCOL",
                  {"one of h2, acme\\2C inc", "a client that offers http/1.1, mine",
                   "that both sides speak"}},
       .mend = [](Sides& sides, const Outcome&) { sides.server.ALPNProtocols = {"mine"}; }},
  };
}

// Parameters as servers had them when 1536 bits were many.
void useSmallDh(SSL_CTX* ctx) {
  crypto::OpensslPtr<EVP_PKEY_CTX, EVP_PKEY_CTX_free> maker(
      must(EVP_PKEY_CTX_new_from_name(nullptr, "DH", nullptr)));
  EVP_PKEY* parameters = nullptr;
  must(EVP_PKEY_paramgen_init(maker.get()) == 1);
  must(EVP_PKEY_CTX_set_group_name(maker.get(), "modp_1536") == 1);
  must(EVP_PKEY_paramgen(maker.get(), &parameters) == 1);
  must(SSL_CTX_set0_tmp_dh_pkey(ctx, parameters) == 1);
}

std::vector<Scenario> oldServers() {
  return {
      {.name = "SmallDiffieHellmanParameters",
       .broken =
           [] {
             Sides sides = between("", "TLSv1.2", "", "");
             rsaKey(sides, {});
             sides.client.ciphers = "DHE-RSA-AES128-GCM-SHA256";
             sides.server.securityLevel = 0;
             sides.bendServer = useSmallDh;
             return sides;
           },
       .client = {"ERR_SSL_DH_KEY_TOO_SMALL",
                  {"parameters are too small", "ECDHE", "leave DHE out of `ciphers`"}},
       .server = {"ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE", {"alert 40"}},
       .mend = [](Sides& sides, const Outcome&) { sides.client.ciphers = {}; }},
  };
}

std::vector<Scenario> names() {
  return {
      {.name = "ANameThatIsRefused",
       .broken =
           [] {
             Sides sides = honest();
             sides.client.servername = "shop.test";
             sides.server.SNICallback = [](const std::string& name) -> crypto::Credentials {
               if (name == "shop.test") throw Error("E_NO_SHOP", "no such shop");
               return crypto::createCredentials(
                   {.key = World::get().server.key, .cert = World::get().server.cert});
             };
             return sides;
           },
       .client = {"ERR_SSL_TLSV1_UNRECOGNIZED_NAME",
                  {"alert 112, unrecognized_name", "the server's name shop.test",
                   "check `servername`"}},
       .mend = [](Sides& sides, const Outcome&) { sides.client.servername = "localhost"; }},
      {.name = "ANameWithoutACertificate",
       .broken =
           [] {
             Sides sides = honest();
             sides.server.key = sides.server.cert = {};
             sides.client.servername = "shop.test";
             sides.arrange = [](tls::Server& server) {
               server.addContext(
                   "localhost", {.key = World::get().server.key, .cert = World::get().server.cert});
             };
             return sides;
           },
       .client = {"ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE", {"the server's name shop.test"}},
       .server = {"ERR_SSL_NO_SUITABLE_SIGNATURE_ALGORITHM",
                  {"there is no certificate for this client", "addContext()"}},
       .mend = [](Sides& sides, const Outcome&) { sides.client.servername = "localhost"; }},
  };
}

class ExplainedHandshake : public testing::TestWithParam<Scenario> {};

TEST_P(ExplainedHandshake, IsToldAndMended) { play(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Versions, ExplainedHandshake, testing::ValuesIn(versions()), nameOf);
INSTANTIATE_TEST_SUITE_P(Offers, ExplainedHandshake, testing::ValuesIn(offers()), nameOf);
INSTANTIATE_TEST_SUITE_P(OldServers, ExplainedHandshake, testing::ValuesIn(oldServers()), nameOf);
INSTANTIATE_TEST_SUITE_P(Names, ExplainedHandshake, testing::ValuesIn(names()), nameOf);

}  // namespace
}  // namespace securepair::test
