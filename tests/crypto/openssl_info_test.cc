#include <securepair/crypto/openssl_info.h>

#include <cstdlib>

#include <gtest/gtest.h>
#include <openssl/crypto.h>
#include <openssl/err.h>

namespace securepair::crypto {

TEST(OpensslInfo, IsThatOfTheLoadedLibrary) {
  const OpensslInfo info = opensslInfo();
  EXPECT_EQ(info.version, OpenSSL_version(OPENSSL_VERSION_STRING));
  EXPECT_EQ(info.description, OpenSSL_version(OPENSSL_VERSION));
  EXPECT_EQ(info.providers, std::vector<std::string>{"default"});
  EXPECT_GE(info.securityLevel, 1);
  EXPECT_FALSE(info.configurationFile.empty());
  EXPECT_TRUE(info.npn);
}

TEST(OpensslInfo, KnowsWhoseRootsAreTrusted) {
  ASSERT_EQ(setenv("SSL_CERT_FILE", "/nowhere/roots.pem", 1), 0);
  EXPECT_EQ(opensslInfo().rootsFile, "/nowhere/roots.pem");
  ASSERT_EQ(unsetenv("SSL_CERT_FILE"), 0);
  EXPECT_NE(opensslInfo().rootsFile, "/nowhere/roots.pem");
  EXPECT_EQ(ERR_peek_error(), 0UL);
}

}  // namespace securepair::crypto
