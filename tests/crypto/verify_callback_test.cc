#include <memory>
#include <optional>
#include <set>
#include <string>

#include <gtest/gtest.h>
#include <openssl/err.h>

#include "crypto/context.h"
#include "crypto/verify.h"
#include "support/certificates.h"

namespace securepair::test {
namespace {

using namespace securepair::crypto;

// One end of a handshake in memory, on OpenSSL alone.
struct End {
  End(const CredentialsOptions& options, bool isServer, int mode)
      : context(buildContext(options, isServer ? Use::server : Use::client)),
        ssl(SSL_new(context->native())) {
    verification.expect.isServer = isServer;
    verification.expect.trustsSystemRoots = context->trustsSystemRoots();
    SSL_set_verify(ssl.get(), mode, nullptr);
    isServer ? SSL_set_accept_state(ssl.get()) : SSL_set_connect_state(ssl.get());
  }

  std::shared_ptr<const Context> context;
  SslPtr ssl;
  Verification verification;
  unsigned long error = 0;
};

class VerifyCallback : public testing::Test {
 protected:
  void TearDown() override { ERR_clear_error(); }

  void start(const CredentialsOptions& ofServer, const CredentialsOptions& ofClient,
             int clientMode = SSL_VERIFY_PEER, int serverMode = SSL_VERIFY_NONE) {
    server.emplace(ofServer, true, serverMode);
    client.emplace(ofClient, false, clientMode);
    BIO* ofServerSide = nullptr;
    BIO* ofClientSide = nullptr;
    ASSERT_EQ(BIO_new_bio_pair(&ofServerSide, 0, &ofClientSide, 0), 1);
    SSL_set_bio(server->ssl.get(), ofServerSide, ofServerSide);
    SSL_set_bio(client->ssl.get(), ofClientSide, ofClientSide);
    setVerification(server->ssl.get(), &server->verification);
    setVerification(client->ssl.get(), &client->verification);
  }

  // Whether both ends came through.
  bool shakeHands() {
    bool done = false;
    for (int turn = 0; turn < 20 && !done; ++turn) {
      done = true;
      for (End* const end : {&*client, &*server}) {
        ERR_clear_error();
        if (SSL_do_handshake(end->ssl.get()) == 1) {
          char byte = 0;
          if (SSL_read(end->ssl.get(), &byte, 1) > 0 || ERR_peek_error() == 0) continue;
        }
        if (end->error == 0) end->error = ERR_peek_error();
        done = false;
      }
    }
    return done && client->error == 0 && server->error == 0;
  }

  static CredentialsOptions ofIdentity(const Identity& identity) {
    return {.key = identity.key, .cert = identity.cert};
  }

  static inline const Authority root = makeAuthority();
  static inline const Identity identity = issue(root, "localhost");
  std::optional<End> server;
  std::optional<End> client;
};

TEST_F(VerifyCallback, RecordsThatThePeerIsAuthorized) {
  start(ofIdentity(identity), {.ca = root.own.cert});
  client->verification.expect.name = "localhost";
  client->verification.expect.reject = true;
  EXPECT_FALSE(client->verification.authorized()) << "nothing is known yet";
  EXPECT_TRUE(shakeHands());
  EXPECT_TRUE(client->verification.authorized());
  EXPECT_EQ(SSL_get_verify_result(client->ssl.get()), X509_V_OK);
  EXPECT_FALSE(server->verification.done) << "the server asked for no certificate";
}

TEST_F(VerifyCallback, RecordsAFailureAndGoesOnWhereItIsNotToReject) {
  start(ofIdentity(selfSigned("localhost")), {.ca = root.own.cert});
  EXPECT_TRUE(shakeHands());
  const Verification& verdict = client->verification;
  EXPECT_TRUE(verdict.done);
  EXPECT_FALSE(verdict.authorized());
  EXPECT_EQ(verdict.failure->code(), "DEPTH_ZERO_SELF_SIGNED_CERT");
  EXPECT_EQ(SSL_get_verify_result(client->ssl.get()), X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT);
}

TEST_F(VerifyCallback, RejectsWithTheRightAlert) {
  CertificateSpec old = specFor("localhost");
  old.fromDays = -20;
  old.untilDays = -10;
  struct Case {
    Identity identity;
    std::string code;
    int alert;
  };
  for (const Case& one :
       {Case{issue(root, old), "CERT_HAS_EXPIRED", SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED},
        Case{selfSigned("localhost"), "DEPTH_ZERO_SELF_SIGNED_CERT", SSL_R_TLSV1_ALERT_UNKNOWN_CA},
        Case{issue(root, "other"), "ERR_TLS_CERT_ALTNAME_INVALID",
             SSL_R_SSLV3_ALERT_BAD_CERTIFICATE}}) {
    start(ofIdentity(one.identity), {.ca = root.own.cert});
    client->verification.expect.name = "localhost";
    client->verification.expect.reject = true;
    EXPECT_FALSE(shakeHands());
    EXPECT_EQ(client->verification.failure->code(), one.code);
    EXPECT_EQ(ERR_GET_REASON(client->error), SSL_R_CERTIFICATE_VERIFY_FAILED);
    EXPECT_EQ(ERR_GET_REASON(server->error), one.alert) << ERR_reason_error_string(server->error);
  }
}

TEST_F(VerifyCallback, FailsClosedWithoutAVerification) {
  start(ofIdentity(identity), {.ca = root.own.cert});
  setVerification(client->ssl.get(), nullptr);
  EXPECT_FALSE(shakeHands());
  EXPECT_EQ(ERR_GET_REASON(client->error), SSL_R_CERTIFICATE_VERIFY_FAILED);
}

TEST_F(VerifyCallback, ComparesTheName) {
  struct Case {
    std::string name;
    std::string code;
  };
  for (const Case& one : {Case{"localhost", ""}, Case{"LOCALHOST.", ""},
                          Case{"other", "ERR_TLS_CERT_ALTNAME_INVALID"},
                          Case{"127.0.0.1", "ERR_TLS_CERT_ALTNAME_INVALID"}, Case{"", ""}}) {
    start(ofIdentity(identity), {.ca = root.own.cert});
    client->verification.expect.name = one.name;
    EXPECT_TRUE(shakeHands());
    EXPECT_EQ(client->verification.authorized(), one.code.empty()) << one.name;
    const auto& failure = client->verification.failure;
    EXPECT_EQ(failure ? failure->code() : "", one.code) << one.name;
  }
}

TEST_F(VerifyCallback, WithoutANamePublicRootsProveNothing) {
  start(ofIdentity(identity), {.ca = root.own.cert});
  client->verification.expect.trustsSystemRoots = true;
  EXPECT_TRUE(shakeHands());
  EXPECT_EQ(client->verification.failure->code(), "ERR_TLS_NAME_UNKNOWN");
  EXPECT_NE(client->verification.failure->fix(), "");
}

TEST_F(VerifyCallback, AFailedChainIsToldBeforeAWrongName) {
  start(ofIdentity(selfSigned("other")), {.ca = root.own.cert});
  client->verification.expect.name = "localhost";
  EXPECT_TRUE(shakeHands());
  EXPECT_EQ(client->verification.failure->code(), "DEPTH_ZERO_SELF_SIGNED_CERT");
}

TEST_F(VerifyCallback, AServerLooksAtTheChainAlone) {
  CertificateSpec spec = specFor("some client");
  spec.purpose = Purpose::client;
  CredentialsOptions ofServer = ofIdentity(identity);
  ofServer.ca = root.own.cert;
  start(ofServer, ofIdentity(issue(root, spec)), SSL_VERIFY_NONE, SSL_VERIFY_PEER);
  server->verification.expect.name = "localhost";
  server->verification.expect.trustsSystemRoots = true;
  EXPECT_TRUE(shakeHands());
  EXPECT_TRUE(server->verification.authorized());
}

TEST_F(VerifyCallback, AServerRejectsAStranger) {
  CredentialsOptions ofServer = ofIdentity(identity);
  ofServer.ca = root.own.cert;
  start(ofServer, ofIdentity(selfSigned("stranger")), SSL_VERIFY_NONE,
        SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT);
  server->verification.expect.reject = true;
  EXPECT_FALSE(shakeHands());
  EXPECT_EQ(server->verification.failure->code(), "DEPTH_ZERO_SELF_SIGNED_CERT");
  EXPECT_NE(server->verification.failure->message().find("the client's certificate"),
            std::string::npos);
  EXPECT_EQ(ERR_GET_REASON(client->error), SSL_R_TLSV1_ALERT_UNKNOWN_CA);
}

TEST_F(VerifyCallback, AClientThatDoesNotVerifyKnowsTheVerdictToo) {
  start(ofIdentity(selfSigned("localhost")), {.ca = root.own.cert}, SSL_VERIFY_NONE);
  EXPECT_TRUE(shakeHands());
  EXPECT_EQ(client->verification.failure->code(), "DEPTH_ZERO_SELF_SIGNED_CERT");
}

TEST_F(VerifyCallback, TheRecordStartsAnew) {
  // One that is left from a former handshake of the same SSL.
  start(ofIdentity(identity), {.ca = root.own.cert});
  client->verification.done = true;
  client->verification.failure = Error("FORMER", "a former failure");
  EXPECT_TRUE(shakeHands());
  EXPECT_TRUE(client->verification.authorized());

  start(ofIdentity(selfSigned("localhost")), {.ca = root.own.cert});
  client->verification.done = true;
  EXPECT_TRUE(client->verification.authorized());
  EXPECT_TRUE(shakeHands());
  EXPECT_FALSE(client->verification.authorized());
}

TEST_F(VerifyCallback, RevocationTravelsWithTheContext) {
  start(ofIdentity(identity), {.ca = root.own.cert, .crl = makeCrl(root, {identity.cert})});
  EXPECT_TRUE(shakeHands());
  EXPECT_EQ(client->verification.failure->code(), "CERT_REVOKED");
}

TEST_F(VerifyCallback, TheSecurityLevelHoldsForThePeer) {
  const Identity small = issue(root, CertificateSpec{.commonName = "localhost", .rsaBits = 1024});
  CredentialsOptions weak = ofIdentity(small);
  weak.securityLevel = 0;
  start(weak, {.ca = root.own.cert, .securityLevel = 2});
  EXPECT_TRUE(shakeHands());
  EXPECT_EQ(client->verification.failure->code(), "ERR_X509_EE_KEY_TOO_SMALL");
}

TEST_F(VerifyCallback, ExplainsAndDrawsTheChain) {
  const Authority intermediate = makeIntermediate(root);
  const Identity leaf = issue(intermediate, "localhost");
  start({.key = leaf.key, .cert = leaf.cert + intermediate.chain},
        {.ca = makeAuthority("Other").own.cert});
  EXPECT_TRUE(shakeHands());
  const Error& error = *client->verification.failure;
  EXPECT_EQ(error.code(), "UNABLE_TO_GET_ISSUER_CERT_LOCALLY") << error.what();
  EXPECT_NE(error.certificate().find("subject CN=Test Intermediate; issuer CN=Test Root"),
            std::string::npos)
      << error.what();
  EXPECT_NE(error.expected().find("CN=Test Root"), std::string::npos) << error.what();
  EXPECT_NE(error.got().find("\n    0: CN=localhost\n    1: CN=Test Intermediate\n    2: CN=Test "
                             "Root, which is missing   <-- here"),
            std::string::npos)
      << error.what();
  EXPECT_NE(error.fix().find("`ca`"), std::string::npos) << error.what();
}

TEST_F(VerifyCallback, ExplainsDates) {
  CertificateSpec old = specFor("localhost");
  old.fromDays = -20;
  old.untilDays = -10;
  start(ofIdentity(issue(root, old)), {.ca = root.own.cert});
  EXPECT_TRUE(shakeHands());
  const Error& error = *client->verification.failure;
  EXPECT_NE(error.expected().find("now, "), std::string::npos) << error.what();
  EXPECT_NE(error.got().find("valid until "), std::string::npos) << error.what();
  EXPECT_NE(error.message().find("certificate has expired"), std::string::npos) << error.what();
}

TEST_F(VerifyCallback, WhatAPeerWritesIntoItsCertificateIsBounded) {
  CertificateSpec spec;
  for (int i = 0; i < 200; ++i) spec.subject.push_back({.field = "OU", .value = "line\n feed"});
  start(ofIdentity(selfSigned(spec)), {.ca = root.own.cert});
  EXPECT_TRUE(shakeHands());
  const std::string text = client->verification.failure->what();
  EXPECT_LT(text.size(), 4000U);
  EXPECT_EQ(text.find("line\n"), std::string::npos);
}

TEST(NoCertificate, SaysWhoSentNone) {
  const Error byClient = noCertificate({.isServer = true});
  EXPECT_EQ(byClient.code(), "UNABLE_TO_GET_ISSUER_CERT");
  EXPECT_NE(byClient.message().find("the client sent no certificate"), std::string::npos);
  EXPECT_NE(noCertificate({}).message().find("the server"), std::string::npos);
}

TEST(VerifyCode, EveryCodeHasANameOfItsOwn) {
  EXPECT_EQ(verifyCode(X509_V_ERR_CA_MD_TOO_WEAK), "ERR_X509_CA_MD_TOO_WEAK");
  EXPECT_EQ(verifyCode(X509_V_ERR_HOSTNAME_MISMATCH), "ERR_X509_HOSTNAME_MISMATCH");
  EXPECT_EQ(verifyCode(4711), "ERR_X509_4711");
  std::set<std::string> names;
  for (long error = 1; error <= X509_V_ERR_EC_KEY_EXPLICIT_PARAMS; ++error) {
    EXPECT_TRUE(names.insert(verifyCode(error)).second) << verifyCode(error);
  }
}

}  // namespace
}  // namespace securepair::test
