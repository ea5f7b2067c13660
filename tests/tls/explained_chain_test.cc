// What a client tells of a server's certificate that does not hold, and that it holds once mended.
#include <string>
#include <utility>
#include <vector>

#include "tls/explained.h"

namespace securepair::test {
namespace {

Sides ofSpec(const CertificateSpec& spec) {
  const Identity server = issue(root(), spec);
  Sides sides = chainOf(server, "", root().own.cert);
  sides.culprit = server.cert;
  return sides;
}

Sides ofRoot(const CertificateSpec& spec) {
  const Authority authority = makeAuthority(spec);
  Sides sides = chainOf(issue(authority, "localhost"), "", authority.own.cert);
  sides.culprit = authority.own.cert;
  return sides;
}

Sides ofIntermediate(const CertificateSpec& spec) {
  const Authority authority = makeIntermediate(root(), spec);
  Sides sides = chainOf(issue(authority, "localhost"), authority.chain, root().own.cert);
  sides.culprit = authority.own.cert;
  return sides;
}

// The leaf has the name that its authority may not certify.
Sides constrainedTo(const char* constraints) {
  CertificateSpec spec{.commonName = "Odd Authority", .isCa = true};
  spec.extensions = {{"nameConstraints", constraints}};
  Sides sides = ofIntermediate(spec);
  sides.culprit = sides.server.cert.toString();
  return sides;
}

CertificateSpec changed(CertificateSpec spec, void (*change)(CertificateSpec&)) {
  change(spec);
  return spec;
}

CertificateSpec leafWith(void (*change)(CertificateSpec&)) {
  return changed(specFor("localhost"), change);
}

CertificateSpec authorityWith(void (*change)(CertificateSpec&)) {
  return changed({.commonName = "Odd Authority", .isCa = true}, change);
}

// "Renew", "issue it anew": by the world's authority, with nothing special about it.
void reissue(Sides& sides, const Outcome&) {
  const Sides good = chainOf(issue(root(), "localhost"), "", root().own.cert);
  sides.server.key = good.server.key;
  sides.server.cert = good.server.cert;
  sides.client.ca = good.client.ca;
}

void lowerLevel(Sides& sides, const Outcome& outcome) {
  sides.client.securityLevel =
      numberBehind(outcome.client->fix(), "set `securityLevel` on this side to ");
}

void addCulpritToCa(Sides& sides, const Outcome&) { sides.client.ca = sides.culprit; }

std::vector<Scenario> dates() {
  return {
      {.name = "Expired",
       .broken =
           [] {
             return ofSpec(leafWith([](CertificateSpec& spec) {
               spec.fromDays = -20;
               spec.untilDays = -10;
             }));
           },
       .client = {"CERT_HAS_EXPIRED",
                  {"valid now, ", "valid until ", "10 days ago", "0: CN=localhost   <-- here",
                   "renew this certificate"}},
       .server = {"ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED",
                  {"alert 45, certificate_expired", "renew `cert`", "clock"}},
       .mend = reissue},
      {.name = "NotYetValid",
       .broken = [] { return ofSpec(leafWith([](CertificateSpec& spec) { spec.fromDays = 10; })); },
       .client = {"CERT_NOT_YET_VALID", {"valid from ", "compare the clocks"}},
       .mend = reissue},
      {.name = "ItsIssuerHasExpired",
       .broken =
           [] {
             return ofIntermediate(authorityWith([](CertificateSpec& spec) {
               spec.fromDays = -20;
               spec.untilDays = -10;
             }));
           },
       .client = {"CERT_HAS_EXPIRED",
                  {"certificate: subject CN=Odd Authority", "1: CN=Odd Authority   <-- here"}},
       .mend = reissue},
      {.name = "ATimeThatIsNone",
       .broken =
           [] {
             return ofSpec(leafWith([](CertificateSpec& spec) { spec.notAfter = "tomorrow"; }));
           },
       .client = {"ERROR_IN_CERT_NOT_AFTER_FIELD", {"a time as notAfter", "\"tomorrow\""}},
       .mend = reissue},
  };
}

std::vector<Scenario> issuers() {
  return {
      {.name = "SelfSigned",
       .broken =
           [] {
             const Identity stranger = selfSigned("localhost");
             Sides sides = chainOf(stranger, "", root().own.cert);
             sides.culprit = stranger.cert;
             return sides;
           },
       .client = {"DEPTH_ZERO_SELF_SIGNED_CERT",
                  {"leads to `ca`", "0: CN=localhost, signed by itself   <-- here",
                   "add this certificate to `ca`"}},
       .server = {"ERR_SSL_TLSV1_ALERT_UNKNOWN_CA", {"alert 48, unknown_ca", "it was sent alone"}},
       .mend = addCulpritToCa},
      {.name = "ARootThatIsNotTrusted",
       .broken =
           [] {
             const Authority other = makeAuthority("Another Root");
             Sides sides = chainOf(issue(other, "localhost"), other.own.cert, root().own.cert);
             sides.culprit = other.own.cert;
             return sides;
           },
       .client = {"SELF_SIGNED_CERT_IN_CHAIN",
                  {"ends in the root CN=Another Root", "1: CN=Another Root, signed by itself   <--",
                   "add its certificate to `ca`"}},
       .mend = addCulpritToCa},
      {.name = "AnIntermediateIsNotSent",
       .broken =
           [] {
             const Authority between = makeIntermediate(root());
             auto spec = specFor("localhost");
             spec.extensions = {{"authorityInfoAccess", "caIssuers;URI:http://ca.test/i.der"}};
             const Identity server = issue(between, spec);
             Sides sides = chainOf(server, "", root().own.cert);
             sides.culprit = server.cert;
             return sides;
           },
       .client = {"UNABLE_TO_VERIFY_LEAF_SIGNATURE",
                  {"the certificate of its issuer, CN=Test Intermediate", "the server did not send",
                   "URI:http://ca.test/i.der",
                   "1: CN=Test Intermediate, which is missing   <-- here",
                   "whole chain as `cert`"}},
       .server = {"ERR_SSL_TLSV1_ALERT_UNKNOWN_CA",
                  {"it was sent alone", "send the certificates between in `cert`"}},
       .mend =
           [](Sides& sides, const Outcome&) {
             const Authority between = makeIntermediate(root());
             const Identity server = issue(between, "localhost");
             sides.server.key = server.key;
             sides.server.cert = server.cert + between.chain;
           }},
      {.name = "ARootIsNotSentEither",
       .broken =
           [] {
             const Authority between = makeIntermediate(makeAuthority("Another Root"));
             Sides sides = chainOf(issue(between, "localhost"), between.chain, root().own.cert);
             sides.culprit = between.own.cert;
             return sides;
           },
       .client = {"UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
                  {"issuer CN=Another Root", "2: CN=Another Root, which is missing   <-- here",
                   "add its certificate to `ca`"}},
       .server = {"ERR_SSL_TLSV1_ALERT_UNKNOWN_CA", {"behind it was sent CN=Test Intermediate"}},
       .mend = reissue},
      {.name = "AnAuthorityBelowARootIsTrusted",
       .broken =
           [] {
             const Authority between = makeIntermediate(root());
             Sides sides = chainOf(issue(between, "localhost"), "", between.own.cert);
             sides.culprit = between.own.cert;
             return sides;
           },
       .client = {"UNABLE_TO_GET_ISSUER_CERT",
                  {"up to the root", "CN=Test Root, which is missing"}},
       .mend =
           [](Sides& sides, const Outcome&) {
             sides.client.ca = std::vector<std::string>{sides.culprit, root().own.cert};
           }},
      {.name = "ASignatureThatIsWrong",
       .broken =
           [] {
             Identity server = issue(root(), "localhost");
             server.cert = withBadSignature(server.cert);
             Sides sides = chainOf(server, "", root().own.cert);
             sides.culprit = server.cert;
             return sides;
           },
       .client = {"CERT_SIGNATURE_FAILURE",
                  {"a signature by the key of CN=Test Root",
                   "another authority has the same name"}},
       .mend = reissue},
      {.name = "RejectedByItsUser",
       .broken =
           [] {
             Sides sides = honest();
             sides.client.ca = withServersRejected(root().own.cert);
             sides.culprit = root().own.cert;
             return sides;
           },
       .client = {"CERT_REJECTED", {"marked as rejected", "1: CN=Test Root"}},
       .mend = [](Sides& sides, const Outcome&) { sides.client.ca = root().own.cert; }},
  };
}

std::vector<Scenario> authorities() {
  return {
      {.name = "SignedByNoAuthority",
       .broken =
           [] {
             const Authority leaf{.own = issue(root(), "shop.test")};
             Sides sides = chainOf(issue(leaf, "localhost"), leaf.own.cert, root().own.cert);
             sides.culprit = leaf.own.cert;
             return sides;
           },
       .client = {"INVALID_CA", {"CA:TRUE", "must not sign others", "signed by an authority"}},
       .mend = reissue},
      {.name = "AnAuthorityThatMaySignListsAlone",
       .broken =
           [] {
             return ofIntermediate(
                 authorityWith([](CertificateSpec& spec) { spec.keyUsage = "critical,cRLSign"; }));
           },
       .client = {"ERR_X509_KEYUSAGE_NO_CERTSIGN",
                  {"keyCertSign", "key usage cRLSign", "CN=Odd Authority   <-- here"}},
       .mend = reissue},
      {.name = "TooManyAuthorities",
       .broken =
           [] {
             auto narrow = authorityWith([](CertificateSpec& spec) { spec.pathLength = 0; });
             const Authority above = makeIntermediate(root(), narrow);
             const Authority below = makeIntermediate(above, "One Too Many");
             Sides sides = chainOf(issue(below, "localhost"), below.chain, root().own.cert);
             sides.culprit = above.own.cert;
             return sides;
           },
       .client = {"PATH_LENGTH_EXCEEDED",
                  {"at most 0 authorities", "2: CN=Odd Authority   <-- here", "nearer to it"}},
       .mend = reissue},
      {.name = "ANameThatItsAuthorityMayNotCertify",
       .broken = [] { return constrainedTo("permitted;DNS:example.test"); },
       .client = {"ERR_X509_PERMITTED_VIOLATION",
                  {"names that CN=Odd Authority may certify: permitted DNS:example.test",
                   "DNS:localhost", "by another authority"}},
       .mend = reissue},
      {.name = "ANameThatItsAuthorityMustNotCertify",
       .broken =
           [] { return constrainedTo("excluded;DNS:localhost,permitted;IP:10.0.0.0/255.0.0.0"); },
       .client = {"ERR_X509_EXCLUDED_VIOLATION",
                  {"permitted IP Address:10.0.0.0/255.0.0.0; excluded DNS:localhost"}},
       .mend = reissue},
  };
}

std::vector<Scenario> extensions() {
  return {
      {.name = "AClientsCertificate",
       .broken =
           [] {
             return ofSpec(leafWith([](CertificateSpec& spec) { spec.purpose = Purpose::client; }));
           },
       .client = {"INVALID_PURPOSE",
                  {"serverAuth", "extended key usage clientAuth", "or with none"}},
       .server = {"ERR_SSL_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE", {"alert 43", "serverAuth"}},
       .mend = reissue},
      {.name = "ACriticalExtensionThatIsNotKnown",
       .broken =
           [] {
             return ofSpec(leafWith([](CertificateSpec& spec) {
               spec.extensions = {{"1.2.3.4.5", "critical,DER:05:00"}};
             }));
           },
       .client = {"ERR_X509_UNHANDLED_CRITICAL_EXTENSION",
                  {"the extension 1.2.3.4.5", "not marked critical"}},
       .mend = reissue},
      {.name = "AKeyThatIsTooSmall",
       .broken =
           [] {
             Sides sides = ofSpec(leafWith([](CertificateSpec& spec) { spec.rsaBits = 1024; }));
             sides.server.securityLevel = 1;
             return sides;
           },
       .client = {"ERR_X509_EE_KEY_TOO_SMALL",
                  {"security level 2", "a key, RSA of 1024 bits", "openssl genpkey"}},
       .mend = lowerLevel},
      {.name = "AnAuthoritysKeyThatIsTooSmall",
       .broken =
           [] { return ofRoot(authorityWith([](CertificateSpec& spec) { spec.rsaBits = 1024; })); },
       .client = {"ERR_X509_CA_KEY_TOO_SMALL",
                  {"subject CN=Odd Authority", "RSA of 1024 bits", "1: CN=Odd Authority"}},
       .mend = lowerLevel},
      {.name = "ADigestThatIsTooWeak",
       .broken =
           [] {
             Sides sides = ofSpec(leafWith([](CertificateSpec& spec) { spec.digest = "SHA1"; }));
             sides.server.securityLevel = 0;
             return sides;
           },
       .client = {"ERR_X509_CA_MD_TOO_WEAK",
                  {"SHA-256 or better", "one with SHA1", "openssl x509 -req -sha256"}},
       .mend = lowerLevel},
      {.name = "ACurveThatIsSpelledOut",
       .broken =
           [] {
             return ofRoot(authorityWith([](CertificateSpec& spec) { spec.spelledCurve = true; }));
           },
       .client = {"ERR_X509_EC_KEY_EXPLICIT_PARAMS",
                  {"a curve that has a name", "subject CN=Odd Authority", "openssl genpkey"}},
       .mend = reissue},
  };
}

// The last authority that lacks a list, or has a bad one, is the root.
Sides withList(const std::string& crl) {
  Sides sides = honest();
  sides.client.crl = crl;
  sides.culprit = root().own.cert;
  return sides;
}

void freshList(Sides& sides, const Outcome&) { sides.client.crl = makeCrl(root()); }

std::vector<Scenario> lists() {
  return {
      {.name = "Revoked",
       .broken =
           [] {
             Sides sides = withList(makeCrl(root(), {World::get().server.cert}));
             sides.culprit = World::get().server.cert;
             return sides;
           },
       .client = {"CERT_REVOKED", {"its authority, CN=Test Root, has withdrawn", "replaced"}},
       .server = {"ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED", {"alert 44", "have `cert` replaced"}},
       .mend = reissue},
      {.name = "NoListOfItsAuthority",
       .broken = [] { return withList(makeCrl(makeAuthority("Another Root"))); },
       .client = {"UNABLE_TO_GET_CRL", {"a list of CN=Test Root", "add this authority's current"}},
       .mend = freshList},
      {.name = "AListThatHasExpired",
       .broken =
           [] { return withList(makeCrl(root(), CrlSpec{.fromDays = -20, .untilDays = -10})); },
       .client = {"CRL_HAS_EXPIRED", {"valid now, ", "one of ", "current list of CN=Test Root"}},
       .mend = freshList},
      {.name = "AListThatSomebodyElseHasSigned",
       .broken = [] { return withList(withBadSignature(makeCrl(root()))); },
       .client = {"CRL_SIGNATURE_FAILURE", {"signed by the key of CN=Test Root", "openssl crl"}},
       .mend = freshList},
      {.name = "AListWithATimeThatIsNone",
       .broken = [] { return withList(makeCrl(root(), CrlSpec{.nextUpdate = "tomorrow"})); },
       .client = {"ERROR_IN_CRL_NEXT_UPDATE_FIELD", {"times that can be read", "openssl crl"}},
       .mend = freshList},
  };
}

class ExplainedChain : public testing::TestWithParam<Scenario> {};

TEST_P(ExplainedChain, IsToldAndMended) { play(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Dates, ExplainedChain, testing::ValuesIn(dates()), nameOf);
INSTANTIATE_TEST_SUITE_P(Issuers, ExplainedChain, testing::ValuesIn(issuers()), nameOf);
INSTANTIATE_TEST_SUITE_P(Authorities, ExplainedChain, testing::ValuesIn(authorities()), nameOf);
INSTANTIATE_TEST_SUITE_P(Extensions, ExplainedChain, testing::ValuesIn(extensions()), nameOf);
INSTANTIATE_TEST_SUITE_P(Lists, ExplainedChain, testing::ValuesIn(lists()), nameOf);

}  // namespace
}  // namespace securepair::test
