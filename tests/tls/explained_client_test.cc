// What both sides tell of a client's certificate that its server does not take.
#include <string>
#include <utility>
#include <vector>

#include "tls/explained.h"

namespace securepair::test {
namespace {

Sides asking() {
  Sides sides = honest();
  sides.server.ca = root().own.cert;
  sides.server.clientCertificate = tls::ClientCertificate::required;
  return sides;
}

Sides shown(const Identity& client) {
  Sides sides = asking();
  sides.client.key = client.key;
  sides.client.cert = sides.culprit = client.cert;
  return sides;
}

Sides shown(void (*change)(CertificateSpec&)) {
  auto spec = specFor("a client");
  change(spec);
  return shown(issue(root(), spec));
}

void showOther(Sides& sides, const Outcome&) {
  sides.client.key = World::get().client.key;
  sides.client.cert = World::get().client.cert;
}

std::vector<Scenario> clientScenarios() {
  return {
      {.name = "None",
       .broken = [] { return asking(); },
       .client = {"ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED",
                  {"a certificate, issued by CN=Test Root", "got: none", "give `key` and `cert`"}},
       .server = {"UNABLE_TO_GET_ISSUER_CERT", {"the client sent no certificate", "`pfx`"}},
       .mend = showOther},
      {.name = "NoneInTls12",
       .broken =
           [] {
             Sides sides = asking();
             sides.server.maxVersion = "TLSv1.2";
             return sides;
           },
       .client = {"ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE",
                  {"alert 40, handshake_failure", "this side gave none"}},
       .mend = showOther},
      {.name = "SelfSigned",
       .broken = [] { return shown(selfSigned("a client")); },
       .client = {"ERR_SSL_TLSV1_ALERT_UNKNOWN_CA",
                  {"alert 48, unknown_ca", "expected: one, issued by CN=Test Root",
                   "other side's `ca`"}},
       .server = {"DEPTH_ZERO_SELF_SIGNED_CERT",
                  {"the client's certificate", "leads to `ca`", "CN=a client, signed by itself"}},
       .mend = [](Sides& sides, const Outcome&) { sides.server.ca = sides.culprit; }},
      {.name = "OfAnIntermediateThatIsNotSent",
       .broken = [] { return shown(issue(makeIntermediate(root()), "a client")); },
       .client = {"ERR_SSL_TLSV1_ALERT_UNKNOWN_CA",
                  {"it was sent alone", "send the certificates between in `cert`"}},
       .server = {"UNABLE_TO_VERIFY_LEAF_SIGNATURE",
                  {"the client did not send it", "have the client give its whole chain"}},
       .mend =
           [](Sides& sides, const Outcome&) {
             const Authority between = makeIntermediate(root());
             const Identity client = issue(between, "a client");
             sides.client.key = client.key;
             sides.client.cert = client.cert + between.chain;
           }},
      {.name = "Expired",
       .broken =
           [] {
             return shown([](CertificateSpec& spec) {
               spec.fromDays = -20;
               spec.untilDays = -10;
             });
           },
       .client = {"ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED", {"alert 45", "renew `cert`"}},
       .server = {"CERT_HAS_EXPIRED", {"the client's certificate", "10 days ago"}},
       .mend = showOther},
      {.name = "AServers",
       .broken =
           [] { return shown([](CertificateSpec& spec) { spec.purpose = Purpose::server; }); },
       .client = {"ERR_SSL_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE", {"alert 43", "clientAuth"}},
       .server = {"INVALID_PURPOSE", {"for clients (clientAuth)", "extended key usage serverAuth"}},
       .mend = showOther},
      {.name = "Revoked",
       .broken =
           [] {
             Sides sides = shown(World::get().client);
             sides.server.crl = makeCrl(root(), {World::get().client.cert});
             return sides;
           },
       .client = {"ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED", {"alert 44", "have `cert` replaced"}},
       .server = {"CERT_REVOKED", {"its authority, CN=Test Root, has withdrawn"}},
       .mend =
           [](Sides& sides, const Outcome&) {
             const Identity other = issue(root(), "a client");
             sides.client.key = other.key;
             sides.client.cert = other.cert;
           }},
      {.name = "TooSmall",
       .broken =
           [] {
             Sides sides = shown([](CertificateSpec& spec) { spec.rsaBits = 1024; });
             sides.client.securityLevel = 1;
             return sides;
           },
       .server = {"ERR_X509_EE_KEY_TOO_SMALL", {"RSA of 1024 bits", "`securityLevel`"}},
       .mend =
           [](Sides& sides, const Outcome& outcome) {
             sides.server.securityLevel = numberBehind(outcome.server->fix(), "this side to ");
           }},
  };
}

class ExplainedClient : public testing::TestWithParam<Scenario> {};

TEST_P(ExplainedClient, IsToldAndMended) { play(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Certificates, ExplainedClient, testing::ValuesIn(clientScenarios()),
                         nameOf);

}  // namespace
}  // namespace securepair::test
