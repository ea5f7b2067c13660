// RFC 5746: a handshake is bound to the one before it, or there is none.
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "support/child.h"
#include "support/memory_wire.h"
#include "support/tls_world.h"

namespace securepair::test {
namespace {

constexpr auto legacy = SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION;

TEST(LegacyRenegotiation, IsNotAllowedByAnyContext) {
  const auto context = crypto::createCredentials().context;
  EXPECT_EQ(SSL_CTX_get_options(context.get()->native()) & legacy, 0U);
}

// OpenSSL's own configuration may allow it for all programs of a machine.
TEST(LegacyRenegotiation, IsNotAllowedByTheSystemEither) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const std::string file = ownFolder() + "/openssl.cnf";
  writeFile(file,
            "openssl_conf = all\n[all]\nssl_conf = ssl\n[ssl]\nsystem_default = tls\n"
            "[tls]\nOptions = UnsafeLegacyRenegotiation,UnsafeLegacyServerConnect\n");
  const auto optionsUnderIt = [&] {
    setenv("OPENSSL_CONF", file.c_str(), 1);
    const crypto::SslCtxPtr plain(SSL_CTX_new(TLS_method()));
    const auto context = crypto::createCredentials().context;
    const bool read = (SSL_CTX_get_options(plain.get()) & legacy) == legacy;
    const bool cleared = (SSL_CTX_get_options(context.get()->native()) & legacy) == 0;
    std::_Exit(!read ? 2 : cleared ? 0 : 1);
  };
  EXPECT_EXIT(optionsUnderIt(), testing::ExitedWithCode(0), "");
}

// A server's hello of TLS 1.2 that says nothing of renegotiation.
std::string oldHello() {
  std::string body("\x03\x03", 2);
  body += std::string(32, 'r');
  body += std::string("\x00\xC0\x2B\x00", 4);  // no session, ECDHE-ECDSA-AES128-GCM-SHA256
  std::string message("\x02\x00\x00", 3);
  message += static_cast<char>(body.size());
  message += body;
  std::string record("\x16\x03\x03\x00", 4);
  record += static_cast<char>(message.size());
  return record + message;
}

TEST(LegacyRenegotiation, AServerThatDoesNotKnowTheRfcIsRefused) {
  EngineEnd client(crypto::createCredentials({.ca = World::get().authority.own.cert}),
                   {.servername = "localhost", .identity = "localhost"});
  client.work();
  client.feed(oldHello());
  EXPECT_EQ(client.failure(), "ERR_SSL_UNSAFE_LEGACY_RENEGOTIATION_DISABLED");
}

}  // namespace
}  // namespace securepair::test
