#include <securepair/process.h>
#include <securepair/version.h>

#include <gtest/gtest.h>
#include <openssl/crypto.h>
#include <uv.h>

namespace securepair::process {

TEST(Versions, AreThoseOfTheLoadedLibraries) {
  const Versions loaded = versions();
  EXPECT_EQ(loaded.securepair, SECUREPAIR_VERSION);
  EXPECT_EQ(loaded.openssl, OpenSSL_version(OPENSSL_VERSION_STRING));
  EXPECT_EQ(loaded.uv, uv_version_string());
}

}  // namespace securepair::process
