#include "engine/known_failure.h"

#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "crypto/openssl_error.h"

namespace securepair::test {
namespace {

unsigned long errorOf(int reason) { return ERR_PACK(ERR_LIB_SSL, 0, reason); }

std::string document() {
  std::ifstream file(SECUREPAIR_SOURCE_DIR "/docs/errors.md");
  return {std::istreambuf_iterator<char>(file), {}};
}

// The document is held to the sources by a check of its own; here to what code() is in the end.
TEST(KnownFailures, AllHaveARowUnderTheirCode) {
  OPENSSL_init_ssl(OPENSSL_INIT_LOAD_SSL_STRINGS, nullptr);
  const std::string text = document();
  ASSERT_NE(text, "");
  int count = 0;
  for (int reason = 1; reason < 1300; ++reason) {
    if (!engine::knownFailure(errorOf(reason))) continue;
    ++count;
    const std::string code = crypto::errorCode(errorOf(reason));
    EXPECT_NE(text.find("`" + code + "`"), std::string::npos) << code;
  }
  EXPECT_GT(count, 50);
}

TEST(KnownFailures, SayWhatToDo) {
  using Topic = engine::KnownFailure::Topic;
  for (int reason = 1; reason < 1300; ++reason) {
    const auto known = engine::knownFailure(errorOf(reason));
    if (!known) continue;
    EXPECT_STRNE(known->message, "") << reason;
    // What to do about versions and suites depends on both sides.
    const bool depends = known->topic == Topic::versions || known->topic == Topic::suites;
    EXPECT_TRUE(depends || *known->fix != '\0') << reason;
  }
}

TEST(KnownFailures, OfAnotherLibraryAreNotKnown) {
  EXPECT_FALSE(engine::knownFailure(ERR_PACK(ERR_LIB_X509, 0, SSL_R_NO_SHARED_CIPHER)));
  EXPECT_FALSE(engine::isPeersAlert(ERR_PACK(ERR_LIB_X509, 0, SSL_R_SSLV3_ALERT_BAD_CERTIFICATE)));
}

TEST(KnownFailures, AnAlertIsCalledByItsNameAndNumber) {
  EXPECT_EQ(engine::alertText(errorOf(SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE)),
            "alert 40, handshake_failure");
  EXPECT_EQ(engine::alertText(errorOf(SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED)),
            "alert 116, certificate_required");
  EXPECT_EQ(engine::alertText(errorOf(SSL_AD_REASON_OFFSET + 200)), "alert 200");
}

}  // namespace
}  // namespace securepair::test
