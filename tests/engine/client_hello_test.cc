// What a client may say after its first hello, and how often.
#include <chrono>
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "support/memory_wire.h"
#include "support/openssl_end.h"
#include "support/tls_world.h"

namespace securepair::test {
namespace {

using Want = engine::Engine::Want;

crypto::Credentials serverCredentials() {
  return crypto::createCredentials({.key = World::get().server.key,
                                    .cert = World::get().server.cert,
                                    .ca = World::get().authority.own.cert});
}

// A client of OpenSSL's and a server of ours.
struct Connection {
  explicit Connection(int version, const engine::Settings& settings = {.isServer = true},
                      const crypto::Credentials& credentials = serverCredentials())
      : client(TLS_client_method(), version), server(credentials, settings) {
    SSL_set_tlsext_host_name(client.ssl(), "a.example.org");
  }

  void exchange() { test::exchange(client, server); }

  void renegotiate() {
    SSL_renegotiate(client.ssl());
    SSL_do_handshake(client.ssl());
    exchange();
  }

  OpensslEnd client;
  EngineEnd server;
};

TEST(ClientHello, ThreeRenegotiationsAreServedAndTheFourthIsNot) {
  Connection connection(TLS1_2_VERSION);
  connection.exchange();
  for (int i = 0; i < 3; ++i) connection.renegotiate();
  EXPECT_EQ(connection.server.failure(), "");
  connection.renegotiate();
  EXPECT_EQ(connection.server.failure(), "ERR_TLS_SESSION_ATTACK");
  EXPECT_EQ(SSL_get_shutdown(connection.client.ssl()) & SSL_RECEIVED_SHUTDOWN,
            SSL_RECEIVED_SHUTDOWN)
      << "a fatal alert reaches the client";
}

TEST(ClientHello, ARenegotiationForAnotherNameIsRefused) {
  Connection connection(TLS1_2_VERSION);
  connection.exchange();
  SSL_set_tlsext_host_name(connection.client.ssl(), "b.example.org");
  connection.renegotiate();
  EXPECT_EQ(connection.server.failure(), "ERR_TLS_NAME_CHANGED");
}

TEST(ClientHello, ARenegotiationWithoutTheNameIsRefused) {
  Connection connection(TLS1_2_VERSION);
  connection.exchange();
  SSL_set_tlsext_host_name(connection.client.ssl(), nullptr);
  connection.renegotiate();
  EXPECT_EQ(connection.server.failure(), "ERR_TLS_NAME_CHANGED");
}

// The client is told so by OpenSSL, before anything is counted.
TEST(ClientHello, WhereNoRenegotiationIsServedAskingIsNoAttack) {
  Connection connection(TLS1_2_VERSION, {.isServer = true, .limits = {.renegotiations = 0}});
  connection.exchange();
  SSL_renegotiate(connection.client.ssl());
  SSL_do_handshake(connection.client.ssl());
  connection.server.feed(connection.client.take());
  EXPECT_EQ(connection.server.failure(), "");
  EXPECT_TRUE(connection.server.waiting() > 0) << "the alert no_renegotiation";
}

// Else a client could show one certificate to the listener that looks, and another afterwards.
TEST(ClientHello, ARenegotiationCannotBringAnotherCertificate) {
  Connection connection(TLS1_2_VERSION, {.isServer = true, .requestCert = true});
  connection.client.use(World::get().stranger);
  connection.exchange();
  const auto shown = connection.server.engine.peerCertificate();
  EXPECT_EQ(shown.issuer["CN"], "localhost");
  EXPECT_FALSE(connection.server.engine.authorized());

  connection.client.use(World::get().client);
  connection.renegotiate();
  EXPECT_EQ(connection.server.failure(), "");
  EXPECT_EQ(connection.server.engine.peerCertificate().fingerprint, shown.fingerprint);
  EXPECT_FALSE(connection.server.engine.authorized());
}

// Nor where the handshake before it has resumed a session, so that none was asked for yet.
TEST(ClientHello, ARenegotiationAfterAResumptionCannotBringAnotherCertificate) {
  const engine::Settings settings{
      .isServer = true,
      .requestCert = true,
      .ticketKeys = std::make_shared<engine::TicketKeys>(std::chrono::hours(1))};
  const auto credentials = serverCredentials();
  Connection first(TLS1_2_VERSION, settings, credentials);
  first.client.use(World::get().client);
  first.exchange();
  const crypto::SslSessionPtr session(SSL_SESSION_dup(SSL_get0_session(first.client.ssl())));
  Connection second(TLS1_2_VERSION, settings, credentials);
  SSL_set_session(second.client.ssl(), session.get());
  second.exchange();
  ASSERT_TRUE(second.server.engine.reused() && second.server.engine.authorized());
  second.client.use(World::get().stranger);
  second.renegotiate();
  EXPECT_EQ(second.server.failure(), "");
  EXPECT_TRUE(second.server.engine.authorized());
  EXPECT_EQ(second.server.engine.peerCertificate().subject["CN"], "a client");
  EXPECT_EQ(second.server.engine.peerCertificate(true).subject["CN"], "a client");
}

// Though one context serves both.
TEST(ClientHello, ASessionIsNotResumedUnderAnotherName) {
  const engine::Settings settings{
      .isServer = true, .ticketKeys = std::make_shared<engine::TicketKeys>(std::chrono::hours(1))};
  const auto credentials = serverCredentials();
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    Connection first(version, settings, credentials);
    first.server.write("with which a ticket comes");
    first.exchange();
    const crypto::SslSessionPtr session(SSL_get1_session(first.client.ssl()));
    // The one that resumes comes last: OpenSSL spoils its session when it ends.
    for (const std::string name : {"b.example.org", "a.example.org"}) {
      Connection second(version, settings, credentials);
      SSL_set_tlsext_host_name(second.client.ssl(), name.c_str());
      SSL_set_session(second.client.ssl(), session.get());
      second.exchange();
      EXPECT_EQ(second.server.engine.reused(), name == "a.example.org") << name << " " << version;
    }
  }
}

TEST(ClientHello, ARenegotiationCannotResumeTheSessionOfAnother) {
  const engine::Settings settings{
      .isServer = true,
      .requestCert = true,
      .ticketKeys = std::make_shared<engine::TicketKeys>(std::chrono::hours(1))};
  const auto credentials = serverCredentials();
  Connection trusted(TLS1_2_VERSION, settings, credentials);
  trusted.client.use(World::get().client);
  trusted.exchange();
  ASSERT_TRUE(trusted.server.engine.authorized());
  const crypto::SslSessionPtr session(SSL_get1_session(trusted.client.ssl()));

  Connection unknown(TLS1_2_VERSION, settings, credentials);
  unknown.exchange();
  SSL_set_session(unknown.client.ssl(), session.get());
  SSL_renegotiate_abbreviated(unknown.client.ssl());
  SSL_do_handshake(unknown.client.ssl());
  unknown.exchange();
  EXPECT_FALSE(unknown.server.engine.reused());
  EXPECT_FALSE(unknown.server.engine.authorized());
  EXPECT_TRUE(unknown.server.engine.peerCertificate().empty());
}

TEST(ClientHello, AContextIsAskedForOnceAlsoAfterARetry) {
  const auto credentials = serverCredentials();
  // The client's key share is of another group, so that it has to say hello again.
  SSL_CTX_set1_groups_list(credentials.context.get()->native(), "P-384");
  Connection connection(TLS1_3_VERSION, {.isServer = true, .asksForContext = true}, credentials);
  connection.client.work();
  connection.server.feed(connection.client.take());
  EXPECT_EQ(connection.server.engine.handshake(), Want::suspended);
  EXPECT_EQ(connection.server.engine.servername(), "a.example.org");
  connection.server.engine.resume({});
  connection.server.work();
  connection.client.feed(connection.server.take(Chunking::all));
  connection.exchange();
  EXPECT_TRUE(connection.server.engine.secure()) << connection.server.failure();
}

TEST(ClientHello, ARetryForAnotherNameIsRefused) {
  const auto credentials = serverCredentials();
  SSL_CTX_set1_groups_list(credentials.context.get()->native(), "P-384");
  Connection connection(TLS1_3_VERSION, {.isServer = true}, credentials);
  connection.client.work();
  connection.server.feed(connection.client.take());
  SSL_set_tlsext_host_name(connection.client.ssl(), "b.example.org");
  connection.client.feed(connection.server.take(Chunking::all));
  connection.exchange();
  EXPECT_EQ(connection.server.failure(), "ERR_TLS_NAME_CHANGED");
}

TEST(ClientHello, ASuspendedHandshakeStaysSo) {
  Connection connection(TLS1_3_VERSION, {.isServer = true, .asksForContext = true});
  connection.exchange();
  EXPECT_EQ(connection.server.engine.handshake(), Want::suspended);
  EXPECT_EQ(connection.server.engine.handshake(), Want::suspended);
  connection.server.engine.refuse(Error("NOT_HERE", "moved"));
  EXPECT_EQ(connection.server.engine.handshake(), Want::failed);
  EXPECT_EQ(connection.server.failure(), "NOT_HERE");
  EXPECT_GT(connection.server.engine.outputSize(), 0U) << "the alert";
}

TEST(ClientHello, WithoutANameNothingIsAsked) {
  Connection connection(TLS1_3_VERSION, {.isServer = true, .asksForContext = true});
  SSL_set_tlsext_host_name(connection.client.ssl(), nullptr);
  connection.exchange();
  EXPECT_TRUE(connection.server.engine.secure());
  EXPECT_EQ(connection.server.engine.servername(), "");
}

TEST(KeyUpdates, AreServedUpToTheLimitAndCountedInBothDirections) {
  Connection connection(TLS1_3_VERSION);
  connection.exchange();
  for (int i = 0; i < 32; ++i) {
    SSL_key_update(connection.client.ssl(), SSL_KEY_UPDATE_REQUESTED);
    SSL_write(connection.client.ssl(), "x", 1);
    connection.exchange();
  }
  EXPECT_EQ(connection.server.failure(), "");
  EXPECT_EQ(connection.server.received, std::string(32, 'x'));
  SSL_key_update(connection.client.ssl(), SSL_KEY_UPDATE_NOT_REQUESTED);
  SSL_write(connection.client.ssl(), "x", 1);
  connection.exchange();
  EXPECT_EQ(connection.server.failure(), "ERR_TLS_SESSION_ATTACK");
  EXPECT_EQ(connection.server.received, std::string(32, 'x'));
}

TEST(KeyUpdates, AFloodEndsAtTheLimitHoweverMuchOfItLiesReady) {
  Connection connection(TLS1_3_VERSION, {.isServer = true, .limits = {.keyUpdates = 2}});
  connection.exchange();
  std::string flood;
  for (int i = 0; i < 5000; ++i) {
    SSL_key_update(connection.client.ssl(), SSL_KEY_UPDATE_REQUESTED);
    SSL_do_handshake(connection.client.ssl());
    flood += connection.client.take();
  }
  connection.server.feed(flood);
  EXPECT_EQ(connection.server.failure(), "ERR_TLS_SESSION_ATTACK");
  // One answer for each that was served, and not for the others.
  EXPECT_LT(connection.server.waiting(), 200U);
}

}  // namespace
}  // namespace securepair::test
