// What verifyPeer() says of a chain is what a handshake says to which the peer brings it.
#include <securepair/tls/verify_peer.h>

#include <ostream>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "crypto/idna.h"
#include "support/certificates.h"
#include "support/memory_wire.h"

namespace securepair::test {
namespace {

struct PeerScene {
  Identity peer = {};
  std::string chain = {};           ///< what it sends behind its own certificate
  tls::VerifyOptions options = {};  ///< of whom it meets
};

const Authority& trustedRoot() {
  static const Authority authority = makeAuthority();
  return authority;
}

const Authority& intermediate() {
  static const Authority authority = makeIntermediate(trustedRoot());
  return authority;
}

const Identity& goodPeer() {
  static const Identity identity = issue(trustedRoot(), "localhost");
  return identity;
}

tls::VerifyOptions trusting(const Authority& authority, std::string name = "localhost") {
  return {.ca = authority.own.cert, .servername = std::move(name)};
}

PeerScene named(const CertificateSpec& spec, std::string name) {
  return {.peer = issue(trustedRoot(), spec), .options = trusting(trustedRoot(), std::move(name))};
}

PeerScene peerSceneOf(const CertificateSpec& spec) { return named(spec, "localhost"); }

PeerScene withCrl(const std::string& crl) {
  PeerScene scene{.peer = goodPeer(), .options = trusting(trustedRoot())};
  scene.options.crl = crl;
  return scene;
}

PeerScene below(const Authority& authority, const CertificateSpec& spec = specFor("localhost")) {
  return {
      .peer = issue(authority, spec), .chain = authority.chain, .options = trusting(trustedRoot())};
}

PeerScene ofClient(Purpose purpose) {
  CertificateSpec spec = specFor("a client");
  spec.purpose = purpose;
  PeerScene scene = named(spec, "");
  scene.options.purpose = tls::Purpose::client;
  return scene;
}

CertificateSpec with(const std::string& extension, const std::string& value) {
  CertificateSpec spec = specFor("localhost");
  spec.extensions = {{extension, value}};
  return spec;
}

Authority authorityWith(const std::string& extension, const std::string& value) {
  return makeIntermediate(
      trustedRoot(), {.commonName = "Special", .isCa = true, .extensions = {{extension, value}}});
}

CertificateSpec aged(int fromDays, int untilDays) {
  CertificateSpec spec = specFor("localhost");
  spec.fromDays = fromDays;
  spec.untilDays = untilDays;
  return spec;
}

struct PeerCase {
  const char* title;
  const char* code;  ///< empty: authorized
  PeerScene (*scene)();
};

void PrintTo(const PeerCase& one, std::ostream* out) { *out << one.title; }

constexpr const char* wrongName = "ERR_TLS_CERT_ALTNAME_INVALID";

const std::vector<PeerCase> cases{
    {"Good", "", [] { return peerSceneOf(specFor("localhost")); }},
    {"GoodWithIntermediate", "", [] { return below(intermediate()); }},
    {"GoodInAnotherCase", "", [] { return named(specFor("LocalHost"), "LOCALhost."); }},
    {"GoodAddress", "", [] { return named(specFor("192.0.2.1"), "192.0.2.1"); }},
    {"GoodAddress6", "", [] { return named(specFor("2001:db8::1"), "[2001:DB8:0::1]"); }},
    {"GoodWildcard", "", [] { return named(specFor("*.example.test"), "a.example.test"); }},
    {"GoodIdn", "", [] { return named(specFor("xn--bcher-kva.test"), "XN--BCHER-KVA.test"); }},
    {"GoodCommonNameAlone", "",
     [] { return named({.commonName = "example.test"}, "example.test"); }},
    {"GoodAmongUnrelated", "",
     [] {
       PeerScene scene = below(intermediate());
       scene.chain = makeAuthority("Unrelated").own.cert + scene.chain + trustedRoot().own.cert;
       return scene;
     }},
    {"GoodWithCrl", "", [] { return withCrl(makeCrl(trustedRoot())); }},
    {"GoodClient", "", [] { return ofClient(Purpose::client); }},
    {"SelfSignedAndTrusted", "",
     [] {
       const Identity own = selfSigned("localhost");
       return PeerScene{.peer = own, .options = {.ca = own.cert, .servername = "localhost"}};
     }},
    {"Expired", "CERT_HAS_EXPIRED", [] { return peerSceneOf(aged(-20, -10)); }},
    {"NotYetValid", "CERT_NOT_YET_VALID", [] { return peerSceneOf(aged(10, 20)); }},
    {"ExpiredIntermediate", "CERT_HAS_EXPIRED",
     [] {
       return below(makeIntermediate(
           trustedRoot(), {.commonName = "Old", .isCa = true, .fromDays = -20, .untilDays = -10}));
     }},
    {"WrongName", wrongName, [] { return named(specFor("other"), "localhost"); }},
    {"WrongAddress", wrongName, [] { return named(specFor("192.0.2.1"), "192.0.2.2"); }},
    {"AddressAsDnsName", wrongName,
     [] { return named({.commonName = "x", .dnsNames = {"192.0.2.1"}}, "192.0.2.1"); }},
    {"AddressAsCommonName", wrongName,
     [] { return named({.commonName = "192.0.2.1"}, "192.0.2.1"); }},
    {"IdnAsBytes", wrongName, [] { return named(specFor("b\xC3\xBC.test"), "b\xC3\xBC.test"); }},
    {"WildcardOverTwoLabels", wrongName,
     [] { return named(specFor("*.example.test"), "a.b.example.test"); }},
    {"PartialWildcard", wrongName,
     [] { return named(specFor("a*.example.test"), "ab.example.test"); }},
    {"NulInName", wrongName,
     [] {
       CertificateSpec spec{.commonName = "good.test"};
       spec.rawAltNames = std::string("\x30\x16\x82\x14good.test\0.evil.test", 24);
       return named(spec, "good.test");
     }},
    {"CommonNameBesideOtherNames", wrongName,
     [] { return named({.commonName = "localhost", .ips = {"192.0.2.1"}}, "localhost"); }},
    {"UriAlone", wrongName,
     [] {
       return peerSceneOf({.commonName = "localhost",
                           .extensions = {{"subjectAltName", "URI:https://localhost/"}}});
     }},
    {"WrongPurpose", "INVALID_PURPOSE",
     [] {
       CertificateSpec spec = specFor("localhost");
       spec.purpose = Purpose::client;
       return peerSceneOf(spec);
     }},
    {"ClientOfWrongPurpose", "INVALID_PURPOSE", [] { return ofClient(Purpose::server); }},
    {"ClientOfStrangers", "DEPTH_ZERO_SELF_SIGNED_CERT",
     [] {
       PeerScene scene = ofClient(Purpose::client);
       scene.peer = selfSigned("stranger");
       return scene;
     }},
    {"PurposeOfAnother", "INVALID_PURPOSE",
     [] { return peerSceneOf(with("extendedKeyUsage", "codeSigning")); }},
    {"Revoked", "CERT_REVOKED", [] { return withCrl(makeCrl(trustedRoot(), {goodPeer().cert})); }},
    {"NoCrl", "UNABLE_TO_GET_CRL", [] { return withCrl(makeCrl(makeAuthority("Another"))); }},
    {"CrlExpired", "CRL_HAS_EXPIRED",
     [] { return withCrl(makeCrl(trustedRoot(), CrlSpec{.fromDays = -20, .untilDays = -10})); }},
    {"CrlNotYetValid", "CRL_NOT_YET_VALID",
     [] { return withCrl(makeCrl(trustedRoot(), CrlSpec{.fromDays = 10})); }},
    {"CrlOfWrongSignature", "CRL_SIGNATURE_FAILURE",
     [] { return withCrl(withBadSignature(makeCrl(trustedRoot()))); }},
    {"SelfSigned", "DEPTH_ZERO_SELF_SIGNED_CERT",
     [] { return PeerScene{.peer = selfSigned("localhost"), .options = trusting(trustedRoot())}; }},
    {"SelfSignedRoot", "SELF_SIGNED_CERT_IN_CHAIN",
     [] {
       const Authority other = makeAuthority("Another Root");
       return PeerScene{.peer = issue(other, "localhost"),
                        .chain = other.own.cert,
                        .options = trusting(trustedRoot())};
     }},
    {"UnknownIssuer", "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
     [] {
       return PeerScene{.peer = issue(makeAuthority("Another Root"), "localhost"),
                        .options = trusting(trustedRoot())};
     }},
    {"MissingIntermediate", "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
     [] {
       return PeerScene{.peer = issue(intermediate(), "localhost"),
                        .options = trusting(trustedRoot())};
     }},
    {"IntermediateAloneTrusted", "UNABLE_TO_GET_ISSUER_CERT",
     [] {
       return PeerScene{.peer = issue(intermediate(), "localhost"),
                        .options = trusting(intermediate())};
     }},
    {"RootOfTheSameName", "CERT_SIGNATURE_FAILURE",
     [] {
       auto scene = peerSceneOf(specFor("localhost"));
       scene.peer.cert = withBadSignature(scene.peer.cert);
       return scene;
     }},
    {"PathLength", "PATH_LENGTH_EXCEEDED",
     [] {
       const Authority narrow =
           makeIntermediate(trustedRoot(), {.commonName = "Narrow", .isCa = true, .pathLength = 0});
       return below(makeIntermediate(narrow, "One too many"));
     }},
    {"OutsideOfNameConstraints", "ERR_X509_PERMITTED_VIOLATION",
     [] { return below(authorityWith("nameConstraints", "critical,permitted;DNS:.inside.test")); }},
    {"ExcludedByNameConstraints", "ERR_X509_EXCLUDED_VIOLATION",
     [] { return below(authorityWith("nameConstraints", "critical,excluded;DNS:localhost")); }},
    {"WithinNameConstraints", "",
     [] { return below(authorityWith("nameConstraints", "critical,permitted;DNS:localhost")); }},
    {"IssuerIsNoAuthority", "INVALID_CA",
     [] {
       const Identity& own = goodPeer();
       return below({.own = own, .chain = own.cert});
     }},
    {"IssuerOfVersion1", "INVALID_CA",
     [] {
       return below(makeIntermediate(trustedRoot(),
                                     {.commonName = "Old kind", .isCa = true, .isVersion1 = true}));
     }},
    {"SmallKey", "ERR_X509_EE_KEY_TOO_SMALL",
     [] {
       CertificateSpec spec = specFor("localhost");
       spec.rsaBits = 1024;
       return peerSceneOf(spec);
     }},
    {"SmallKeyAccepted", "",
     [] {
       CertificateSpec spec = specFor("localhost");
       spec.rsaBits = 1024;
       PeerScene scene = peerSceneOf(spec);
       scene.options.securityLevel = 1;
       return scene;
     }},
    {"WeakDigest", "ERR_X509_CA_MD_TOO_WEAK",
     [] {
       CertificateSpec spec = specFor("localhost");
       spec.digest = "SHA1";
       return peerSceneOf(spec);
     }},
    {"UnknownCriticalExtension", "ERR_X509_UNHANDLED_CRITICAL_EXTENSION",
     [] { return peerSceneOf(with("1.2.3.4", "critical,DER:0500")); }},
    {"UnknownExtension", "", [] { return peerSceneOf(with("1.2.3.4", "DER:0500")); }},
    {"RejectedRoot", "CERT_REJECTED",
     [] {
       PeerScene scene = peerSceneOf(specFor("localhost"));
       scene.options.ca = withServersRejected(trustedRoot().own.cert);
       return scene;
     }},
    {"TooLong", "CERT_CHAIN_TOO_LONG",
     [] {
       Authority above = trustedRoot();
       for (int i = 0; i < 102; ++i) above = makeIntermediate(above, "No. " + std::to_string(i));
       return below(above);
     }},
    {"TooLarge", "ERR_SSL_EXCESSIVE_MESSAGE_SIZE",
     [] {
       PeerScene scene = peerSceneOf(specFor("localhost"));
       for (int i = 0; i < 300; ++i) scene.chain += trustedRoot().own.cert;
       return scene;
     }},
    {"JudgedOutside", "",
     [] {
       PeerScene scene = peerSceneOf(specFor("other"));
       scene.options.checkServerIdentity = [](std::string_view name,
                                              const tls::PeerCertificate& certificate) {
         EXPECT_EQ(name, "localhost");
         EXPECT_EQ(certificate.issuerCertificate->subject["CN"], "Test Root");
         return std::optional<Error>();
       };
       return scene;
     }},
    {"RefusedOutside", "PINNED",
     [] {
       PeerScene scene = peerSceneOf(specFor("localhost"));
       scene.options.checkServerIdentity = [](std::string_view, const tls::PeerCertificate&) {
         return std::optional<Error>(Error("PINNED", "another was expected"));
       };
       return scene;
     }},
};

// What a side says of its peer.
struct Said {
  bool authorized = false;
  std::string code = {};
  std::string text = {};
  std::string chain = {};
};

std::string fingerprintsOf(const tls::PeerCertificate& certificate) {
  std::string all;
  for (const auto* one = &certificate; one != nullptr; one = one->issuerCertificate.get()) {
    all += one->fingerprint256 + "\n";
  }
  return all;
}

std::string textOf(const Error& error) {
  return error.message() + error.certificate() + error.got() + error.fix();
}

Said saidBy(const tls::Verdict& verdict) {
  const auto& failure = verdict.failure;
  return {.authorized = verdict.authorized,
          .code = failure ? failure->code() : "",
          .text = failure ? textOf(*failure) : "",
          .chain = fingerprintsOf(verdict.certificate)};
}

Said saidBy(const engine::Engine& engine) {
  Said said{.authorized = engine.authorized()};
  if (const Error* const reason =
          engine.failure() != nullptr ? engine.failure() : engine.unauthorized()) {
    said.code = reason->code();
    said.text = textOf(*reason);
  }
  if (engine.secure()) said.chain = fingerprintsOf(engine.peerCertificate(true));
  return said;
}

class VerifyPeer : public testing::TestWithParam<std::tuple<PeerCase, const char*>> {
 protected:
  // The peer shows itself, whatever it has.
  static crypto::Credentials peerOf(const PeerScene& scene) {
    return crypto::createCredentials({.key = scene.peer.key,
                                      .cert = scene.peer.cert + scene.chain,
                                      .ciphers = "DEFAULT@SECLEVEL=0",
                                      .securityLevel = 0});
  }

  static Said saidInAHandshake(const PeerScene& scene) {
    const auto& [what, version] = GetParam();
    const tls::VerifyOptions& options = scene.options;
    const bool isServer = options.purpose == tls::Purpose::client;
    EngineEnd peer(peerOf(scene), {.isServer = !isServer});
    EngineEnd self(crypto::createCredentials({.key = isServer ? goodPeer().key : Buffer(),
                                              .cert = isServer ? goodPeer().cert : Buffer(),
                                              .ca = options.ca,
                                              .crl = options.crl,
                                              .minVersion = version,
                                              .maxVersion = version,
                                              .securityLevel = options.securityLevel}),
                   {.isServer = isServer,
                    .requestCert = isServer,
                    .identity = crypto::asciiName(options.servername)},
                   options.checkServerIdentity);
    isServer ? exchange(peer, self) : exchange(self, peer);
    return saidBy(self.engine);
  }
};

TEST_P(VerifyPeer, SaysWhatAHandshakeSays) {
  const PeerCase& what = std::get<0>(GetParam());
  const PeerScene scene = what.scene();
  const auto verdict = tls::verifyPeer(scene.peer.cert + scene.chain, scene.options);
  const Said offline = saidBy(verdict);
  const Said inHandshake = saidInAHandshake(scene);
  EXPECT_EQ(offline.code, what.code) << (verdict.failure ? verdict.failure->what() : "");
  EXPECT_EQ(offline.authorized, std::string(what.code).empty());
  EXPECT_EQ(offline.authorized, inHandshake.authorized);
  EXPECT_EQ(offline.code, inHandshake.code);
  if (offline.code == "ERR_SSL_EXCESSIVE_MESSAGE_SIZE") return;  // before any certificate is read
  EXPECT_EQ(offline.text, inHandshake.text);
  EXPECT_EQ(offline.chain, inHandshake.chain);
}

INSTANTIATE_TEST_SUITE_P(Table, VerifyPeer,
                         testing::Combine(testing::ValuesIn(cases),
                                          testing::Values("TLSv1.2", "TLSv1.3")),
                         [](const auto& test) {
                           const bool old = std::string(std::get<1>(test.param)) == "TLSv1.2";
                           return std::get<0>(test.param).title +
                                  std::string(old ? "_Tls12" : "_Tls13");
                         });

}  // namespace
}  // namespace securepair::test
