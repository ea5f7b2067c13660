// What only another implementation's side can do: here OpenSSL itself, asked to misbehave.
#include <array>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "crypto/own_certificate.h"
#include "crypto/pem.h"
#include "crypto/private_key.h"
#include "support/memory_wire.h"
#include "support/tls_world.h"

namespace securepair::test {
namespace {

using Want = engine::Engine::Want;

class OpensslServer {
 public:
  explicit OpensslServer(int version)
      : ctx_(SSL_CTX_new(TLS_server_method())), ssl_((prepare(version), SSL_new(ctx_.get()))) {
    SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_accept_state(ssl_.get());
  }

  SSL_CTX* ctx() { return ctx_.get(); }
  SSL* ssl() { return ssl_.get(); }

  void use(const Identity& identity) {
    SSL_use_certificate(ssl(), crypto::readChain(identity.cert).front().get());
    SSL_use_PrivateKey(ssl(), crypto::readKey(identity.key, "").get());
  }

  void feed(std::string_view bytes) {
    BIO_write(SSL_get_rbio(ssl()), bytes.data(), static_cast<int>(bytes.size()));
  }

  std::string take() {
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(SSL_get_wbio(ssl()), &bytes);
    std::string taken(bytes, static_cast<std::size_t>(size));
    static_cast<void>(BIO_reset(SSL_get_wbio(ssl())));
    return taken;
  }

  void work() {
    std::array<char, 1000> into{};
    while (SSL_read(ssl(), into.data(), into.size()) > 0) {
    }
    ERR_clear_error();
  }

 private:
  void prepare(int version) {
    SSL_CTX_set_min_proto_version(ctx_.get(), version);
    SSL_CTX_set_max_proto_version(ctx_.get(), version);
  }

  crypto::SslCtxPtr ctx_;
  crypto::SslPtr ssl_;
};

// Carries between the two until nothing is under way.
void exchange(EngineEnd& client, OpensslServer& server) {
  client.work();
  while (client.waiting() > 0) {
    server.feed(client.take(Chunking::all));
    server.work();
    const std::string answer = server.take();
    if (!answer.empty()) client.feed(answer);
  }
}

engine::Settings strictClient() {
  return {.rejectUnauthorized = true, .servername = "localhost", .identity = "localhost"};
}

crypto::Credentials clientCredentials() {
  return crypto::createCredentials({.key = World::get().client.key,
                                    .cert = World::get().client.cert,
                                    .ca = World::get().authority.own.cert});
}

TEST(OpensslPeer, AServerCannotChangeItsCertificateByRenegotiation) {
  OpensslServer server(TLS1_2_VERSION);
  server.use(World::get().server);
  EngineEnd client(clientCredentials(), strictClient());
  exchange(client, server);
  ASSERT_TRUE(client.engine.secure()) << client.failure();

  server.use(World::get().stranger);
  SSL_renegotiate(server.ssl());
  SSL_do_handshake(server.ssl());
  client.feed(server.take());
  exchange(client, server);
  EXPECT_EQ(client.engine.peerCertificate().subject["CN"], "localhost");
  EXPECT_TRUE(client.engine.authorized());
  EXPECT_FALSE(SSL_is_init_finished(server.ssl()) == 1 && client.failure().empty())
      << "it was served";
}

TEST(OpensslPeer, AServerWithoutACertificateIsRefused) {
  OpensslServer server(TLS1_2_VERSION);
  const auto credentials = clientCredentials();
  const char* const anonymous = "AECDH-AES256-SHA:@SECLEVEL=0";
  SSL_set_cipher_list(server.ssl(), anonymous);
  // No list in the options leads here: they never leave a suite without authentication.
  SSL_CTX_set_cipher_list(credentials.context.get()->native(), anonymous);
  EngineEnd client(credentials, strictClient());
  exchange(client, server);
  EXPECT_EQ(client.failure(), "UNABLE_TO_GET_ISSUER_CERT");
  EXPECT_FALSE(client.engine.secure());
}

TEST(OpensslPeer, AnEndWaitsForTheRestOfATicket) {
  OpensslServer server(TLS1_3_VERSION);
  server.use(World::get().server);
  SSL_set_max_send_fragment(server.ssl(), 512);
  SSL_set_verify(server.ssl(), SSL_VERIFY_PEER, [](int, X509_STORE_CTX*) { return 1; });
  EngineEnd client(clientCredentials(), strictClient());
  client.work();
  server.feed(client.take(Chunking::all));
  server.work();
  client.feed(server.take());
  ASSERT_TRUE(client.engine.secure()) << client.failure();
  server.feed(client.take(Chunking::all));
  server.work();

  const std::string ticket = server.take();
  constexpr std::size_t oneRecord = 600;
  ASSERT_GT(ticket.size(), oneRecord) << "a ticket of more than one record";
  client.feed(ticket.substr(0, oneRecord));
  EXPECT_EQ(client.engine.close(), Want::input);
  client.feed(ticket.substr(oneRecord));
  EXPECT_EQ(client.engine.close(), Want::nothing);
  EXPECT_EQ(client.failure(), "");
}

}  // namespace
}  // namespace securepair::test
