// Servers whose sessions are not to be resumed keep nothing of those who were there, and odd
// renegotiations end in an error at most.
#include <fstream>
#include <string>
#include <unistd.h>

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "support/memory_wire.h"
#include "support/openssl_end.h"
#include "support/tls_world.h"

namespace securepair::test {
namespace {

crypto::Credentials credentialsWithoutCa() {
  return crypto::createCredentials(
      {.key = World::get().server.key, .cert = World::get().server.cert});
}

long residentBytes() {
  std::ifstream file("/proc/self/statm");
  long all = 0;
  long resident = 0;
  file >> all >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

class NoSessions : public testing::TestWithParam<int> {};

TEST_P(NoSessions, NothingIsKeptOfAThousandClients) {
  const auto credentials =
      crypto::createCredentials({.key = World::get().server.key, .cert = World::get().server.cert});
  const auto serveClients = [&](int count) {
    for (int i = 0; i < count; ++i) {
      OpensslEnd client(TLS_client_method(), GetParam());
      EngineEnd server(credentials, {.isServer = true});
      exchange(client, server);
      ASSERT_TRUE(server.engine.secure()) << server.failure();
    }
  };
  serveClients(200);
  [[maybe_unused]] const long before = residentBytes();
  serveClients(1000);
  EXPECT_EQ(SSL_CTX_sess_number(credentials.context.get()->native()), 0);
// Sanitizers keep what was freed for a while.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  EXPECT_LT(residentBytes() - before, 1 << 20) << "a session takes a kilobyte and more";
#endif
}

INSTANTIATE_TEST_SUITE_P(Versions, NoSessions, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                         [](const auto& version) {
                           return version.param == TLS1_2_VERSION ? "Tls12" : "Tls13";
                         });

// CVE-2021-3449 and its like: what was agreed on in the first handshake is not there in the second.
TEST(OddRenegotiation, WithOtherSignaturesCurvesOrCiphersIsServedOrRefused) {
  struct Change {
    const char* signatures;
    const char* curves;
    const char* ciphers;
    bool isServed;
  };
  for (const Change& change :
       {Change{"ECDSA+SHA512:ECDSA+SHA256", "P-256:X25519", "ECDHE-ECDSA-AES256-GCM-SHA384", true},
        Change{"RSA+SHA256", "P-256", "ECDHE-ECDSA-AES128-GCM-SHA256", false},
        Change{"ECDSA+SHA256", "P-521", "ECDHE-RSA-AES128-GCM-SHA256", false},
        Change{"RSA-PSS+SHA256:ed25519", "X448", "ECDHE-ECDSA-CHACHA20-POLY1305", false}}) {
    OpensslEnd client(TLS_client_method(), TLS1_2_VERSION);
    EngineEnd server(credentialsWithoutCa(), {.isServer = true});
    exchange(client, server);
    ASSERT_TRUE(server.engine.secure());
    ASSERT_EQ(SSL_set1_sigalgs_list(client.ssl(), change.signatures), 1);
    ASSERT_EQ(SSL_set1_groups_list(client.ssl(), change.curves), 1);
    ASSERT_EQ(SSL_set_cipher_list(client.ssl(), change.ciphers), 1);
    SSL_renegotiate(client.ssl());
    SSL_do_handshake(client.ssl());
    exchange(client, server);
    EXPECT_EQ(server.failure().empty(), change.isServed) << change.signatures << server.failure();
  }
}

}  // namespace
}  // namespace securepair::test
