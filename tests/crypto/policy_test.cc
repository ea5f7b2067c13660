#include "crypto/policy.h"

#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/err.h>

#include "crypto/context.h"
#include "support/certificates.h"
#include "support/error_of.h"

namespace securepair::test {
namespace {

using namespace securepair::crypto;

class Policy : public testing::Test {
 protected:
  void TearDown() override { EXPECT_EQ(ERR_peek_error(), 0U) << "left on the queue"; }

  // What a connection would offer.
  static std::string suitesOf(const CredentialsOptions& options) {
    const auto context = buildContext(options, Use::any);
    const SslPtr ssl(SSL_new(context->native()));
    using Ciphers = OpensslPtr<STACK_OF(SSL_CIPHER),
                               [](STACK_OF(SSL_CIPHER) * list) { sk_SSL_CIPHER_free(list); }>;
    const Ciphers ciphers(SSL_get1_supported_ciphers(ssl.get()));
    std::string names;
    for (int i = 0; i < sk_SSL_CIPHER_num(ciphers.get()); ++i) {
      if (i > 0) names += ' ';
      names += SSL_CIPHER_get_name(sk_SSL_CIPHER_value(ciphers.get(), i));
    }
    return names;
  }

  static Error errorFor(const CredentialsOptions& options, const std::string& option) {
    const Error error = errorOf([&] { buildContext(options, Use::any); });
    EXPECT_NE(error.message().find("`" + option + "`"), std::string::npos) << error.what();
    EXPECT_NE(error.fix(), "") << error.what();
    return error;
  }
};

TEST_F(Policy, VersionsAre12And13UnlessToldOtherwise) {
  struct Case {
    std::string min;
    std::string max;
    std::optional<int> level;
    int least;
    int most;
  };
  for (const Case& one : std::vector<Case>{
           {"", "", {}, TLS1_2_VERSION, TLS1_3_VERSION},
           {"TLSv1.2", "TLSv1.3", {}, TLS1_2_VERSION, TLS1_3_VERSION},
           {"TLSv1.3", "", {}, TLS1_3_VERSION, TLS1_3_VERSION},
           {"", "TLSv1.2", {}, TLS1_2_VERSION, TLS1_2_VERSION},
           {"TLSv1.2", "TLSv1.2", {}, TLS1_2_VERSION, TLS1_2_VERSION},
           {"TLSv1", "", 0, TLS1_VERSION, TLS1_3_VERSION},
           {"TLSv1.1", "TLSv1.2", 0, TLS1_1_VERSION, TLS1_2_VERSION},
           {"", "TLSv1.1", 0, TLS1_1_VERSION, TLS1_1_VERSION},
           {"", "TLSv1", 0, TLS1_VERSION, TLS1_VERSION},
       }) {
    const auto context = buildContext(
        {.minVersion = one.min, .maxVersion = one.max, .securityLevel = one.level}, Use::any);
    EXPECT_EQ(SSL_CTX_get_min_proto_version(context->native()), one.least) << one.min << one.max;
    EXPECT_EQ(SSL_CTX_get_max_proto_version(context->native()), one.most) << one.min << one.max;
  }
}

TEST_F(Policy, VersionsThatCannotBeUsedAreRefused) {
  for (const char* name : {"TLSv1", "TLSv1.1", "SSLv3", "TLSv1.4", "tlsv1.2", "1.2", "TLSv1.2 "}) {
    const Error least = errorFor({.minVersion = name}, "minVersion");
    EXPECT_EQ(least.code(), "ERR_INVALID_VERSION");
    EXPECT_EQ(least.got(), name);
    EXPECT_EQ(errorFor({.maxVersion = name}, "maxVersion").code(), "ERR_INVALID_VERSION");
  }
  EXPECT_NE(errorFor({.minVersion = "TLSv1"}, "minVersion").fix().find("`securityLevel`"),
            std::string::npos);
  EXPECT_EQ(errorFor({.minVersion = "TLSv1.1", .securityLevel = 1}, "minVersion").code(),
            "ERR_INVALID_VERSION");
  EXPECT_EQ(errorFor({.minVersion = "SSLv3", .securityLevel = 0}, "minVersion").code(),
            "ERR_INVALID_VERSION");
  EXPECT_EQ(errorFor({.minVersion = "TLSv1.3", .maxVersion = "TLSv1.2"}, "minVersion").code(),
            "ERR_INVALID_VERSION");
}

TEST_F(Policy, TheSecurityLevelIsOpensslsOwnUnlessToldOtherwise) {
  const SslCtxPtr plain(SSL_CTX_new(TLS_method()));
  const auto levelOf = [](const CredentialsOptions& options) {
    return SSL_CTX_get_security_level(buildContext(options, Use::any)->native());
  };
  EXPECT_EQ(levelOf({}), SSL_CTX_get_security_level(plain.get()));
  for (int level = 0; level <= 5; ++level) EXPECT_EQ(levelOf({.securityLevel = level}), level);
  for (const int level : {-1, 6, 100}) {
    const Error error = errorFor({.securityLevel = level}, "securityLevel");
    EXPECT_EQ(error.code(), "ERR_INVALID_SECURITY_LEVEL");
    EXPECT_EQ(error.got(), std::to_string(level));
  }
}

TEST_F(Policy, TheOptionWinsOverALevelInTheList) {
  const auto levelOf = [](const CredentialsOptions& options) {
    return SSL_CTX_get_security_level(buildContext(options, Use::any)->native());
  };
  EXPECT_EQ(levelOf({.ciphers = "DEFAULT@SECLEVEL=1"}), 1);
  EXPECT_EQ(levelOf({.ciphers = "DEFAULT@SECLEVEL=0", .securityLevel = 2}), 2);
}

TEST_F(Policy, SuitesOfBothKindsStandInOneList) {
  EXPECT_EQ(suitesOf({.ciphers = "TLS_AES_128_GCM_SHA256:ECDHE-RSA-AES128-GCM-SHA256"}),
            "TLS_AES_128_GCM_SHA256 ECDHE-RSA-AES128-GCM-SHA256");
  EXPECT_EQ(suitesOf({.ciphers = "ECDHE-RSA-AES128-GCM-SHA256, TLS_AES_128_GCM_SHA256"}),
            "TLS_AES_128_GCM_SHA256 ECDHE-RSA-AES128-GCM-SHA256");
  EXPECT_EQ(suitesOf({.ciphers = "ECDHE-RSA-AES128-GCM-SHA256", .maxVersion = "TLSv1.2"}),
            "ECDHE-RSA-AES128-GCM-SHA256");
  EXPECT_NE(suitesOf({.ciphers = "ECDHE-RSA-AES128-GCM-SHA256"}).find("TLS_AES_256_GCM_SHA384"),
            std::string::npos);
}

TEST_F(Policy, SuitesOf13AloneMeanTls13) {
  EXPECT_EQ(suitesOf({.ciphers = "TLS_CHACHA20_POLY1305_SHA256"}), "TLS_CHACHA20_POLY1305_SHA256");
  const auto context = buildContext({.ciphers = "TLS_AES_128_GCM_SHA256"}, Use::any);
  EXPECT_EQ(SSL_CTX_get_min_proto_version(context->native()), TLS1_3_VERSION);
}

TEST_F(Policy, AListThatLeavesNothingIsRefused) {
  for (const CredentialsOptions& options : std::vector<CredentialsOptions>{
           {.ciphers = "NO-SUCH-SUITE"},
           {.ciphers = "TLS_NO_SUCH_SUITE"},
           {.ciphers = ":"},
           {.ciphers = " , "},
           {.ciphers = "ECDHE+AESGCM:!TLS_AES_128_GCM_SHA256"},
           {.ciphers = "TLS_AES_128_GCM_SHA256", .maxVersion = "TLSv1.2"},
           {.ciphers = "ECDHE-RSA-AES128-SHA", .maxVersion = "TLSv1.2", .securityLevel = 5},
           {.ciphers = "aNULL", .securityLevel = 0},
           {.ciphers = "eNULL", .securityLevel = 0},
           {.ciphers = "ECDHE-RSA-AES128-GCM-SHA256", .minVersion = "TLSv1.3"},
           {.ciphers = "TLS_AES_128_GCM_SHA256", .securityLevel = 5},
       }) {
    const Error error = errorFor(options, "ciphers");
    EXPECT_EQ(error.code(), "ERR_INVALID_CIPHERS");
    EXPECT_EQ(error.got(), options.ciphers);
  }
}

TEST_F(Policy, AListWithoutASuiteForTheServersKeyIsRefused) {
  const Identity identity = selfSigned("localhost");  // P-256
  CredentialsOptions options{
      .key = identity.key, .cert = identity.cert, .ciphers = "ECDHE-RSA-AES128-GCM-SHA256"};
  EXPECT_EQ(errorOf([&] { buildContext(options, Use::server); }).code(), "ERR_INVALID_CIPHERS");
  EXPECT_NE(buildContext(options, Use::client), nullptr) << "a client's key has its own kind";
  options.ciphers = "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-GCM-SHA256";
  EXPECT_NE(buildContext(options, Use::server), nullptr);
}

TEST_F(Policy, NoListLeavesSuitesWithoutAuthenticationOrEncryption) {
  const std::string suites = suitesOf({.ciphers = "ALL:eNULL:@SECLEVEL=0"});
  EXPECT_EQ(suites.find("ADH-"), std::string::npos);
  EXPECT_EQ(suites.find("AECDH-"), std::string::npos);
  EXPECT_EQ(suites.find("-NULL-"), std::string::npos);
}

}  // namespace
}  // namespace securepair::test
