#include "crypto/trust_store.h"

#include <securepair/crypto.h>
#include <securepair/crypto/system_roots.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/pem.h>

#include "crypto/context.h"
#include "support/certificates.h"
#include "support/error_of.h"

namespace securepair::test {
namespace {

// Whether a chain to the store's certificates was found.
bool verifies(X509_STORE* store, const std::string& pem) {
  const crypto::BioPtr reader(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const crypto::X509Ptr leaf(PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr));
  const crypto::X509StoreCtxPtr ctx(X509_STORE_CTX_new());
  X509_STORE_CTX_init(ctx.get(), store, leaf.get(), nullptr);
  return X509_verify_cert(ctx.get()) == 1;
}

TEST(TrustStore, AThousandContextsParseTheSystemsRootsOnce) {
  const auto unknown = issue(makeAuthority(), "localhost");
  for (int i = 0; i < 1000; ++i) {
    const auto credentials = crypto::createCredentials();
    auto* const store = SSL_CTX_get_cert_store(credentials.context.get()->native());
    if (i % 100 == 0) {
      EXPECT_FALSE(verifies(store, unknown.cert));
    }
  }
  EXPECT_EQ(crypto::timesParsed(), 1U);
}

TEST(TrustStore, ContextsThatNameNoCasShareOne) {
  const auto a = crypto::createCredentials();
  const auto b = crypto::createCredentials();
  EXPECT_EQ(SSL_CTX_get_cert_store(a.context.get()->native()),
            SSL_CTX_get_cert_store(b.context.get()->native()));
}

TEST(TrustStore, ACrlLeavesTheSharedOneAlone) {
  const auto authority = makeAuthority();
  const auto strict = crypto::createCredentials({.crl = makeCrl(authority)});
  const auto plain = crypto::createCredentials();
  auto* const shared = SSL_CTX_get_cert_store(plain.context.get()->native());
  EXPECT_NE(SSL_CTX_get_cert_store(strict.context.get()->native()), shared);
  EXPECT_EQ(X509_VERIFY_PARAM_get_flags(X509_STORE_get0_param(shared)) & X509_V_FLAG_CRL_CHECK, 0U);
}

TEST(TrustStore, ThePfxsCasAreTrustedByThatContextAlone) {
  const auto authority = makeAuthority();
  const auto identity = issue(authority, "localhost");
  const auto own = crypto::createCredentials({.pfx = pfx(identity, {authority.own.cert})});
  const auto plain = crypto::createCredentials();
  EXPECT_FALSE(own.context.get()->trustsSystemRoots());
  EXPECT_TRUE(plain.context.get()->trustsSystemRoots());
  EXPECT_TRUE(verifies(SSL_CTX_get_cert_store(own.context.get()->native()), identity.cert));
  EXPECT_FALSE(verifies(SSL_CTX_get_cert_store(plain.context.get()->native()), identity.cert));
}

// In a process of its own, whose system has this file of roots.
[[noreturn]] void verifyWithRoots(const std::string& roots, const std::string& crl,
                                  const std::string& leaf, bool expected) {
  const std::string file = SECUREPAIR_TEST_TMP "/roots." + std::to_string(getpid());
  std::ofstream(file) << roots;
  setenv("SSL_CERT_FILE", file.c_str(), 1);
  crypto::CredentialsOptions options;
  if (!crl.empty()) options.crl = crl;
  const auto credentials = crypto::createCredentials(options);
  const std::size_t before = crypto::timesParsed();
  const bool result = verifies(SSL_CTX_get_cert_store(credentials.context.get()->native()), leaf);
  std::remove(file.c_str());
  std::_Exit(result == expected && before == 0 && crypto::timesParsed() == 1 ? 0 : 1);
}

// In a process of its own, which brings these.
[[noreturn]] void verifyWithGivenRoots(const crypto::CaList& roots, const std::string& leaf) {
  const bool inTime = crypto::setSystemRoots(roots);
  const bool result = verifies(crypto::systemRoots().get(), leaf);
  const bool again = crypto::setSystemRoots(roots);
  std::_Exit(inTime && result && !again && crypto::timesParsed() == 1 ? 0 : 1);
}

class SystemRoots : public testing::Test {
 protected:
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }

  Authority authority = makeAuthority();
  Identity leaf = issue(authority, "localhost");
};

TEST_F(SystemRoots, AreReadWhenTheyAreFirstNeeded) {
  const std::string other = makeAuthority("Another Root").own.cert;
  const std::string broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  EXPECT_EXIT(verifyWithRoots(other + broken + authority.own.cert, {}, leaf.cert, true),
              testing::ExitedWithCode(0), "");
  EXPECT_EXIT(verifyWithRoots(other, {}, leaf.cert, false), testing::ExitedWithCode(0), "");
  EXPECT_EXIT(verifyWithRoots("", {}, leaf.cert, false), testing::ExitedWithCode(0), "");
}

TEST_F(SystemRoots, OfOneNameAreAllTried) {
  const std::string namesake = makeAuthority().own.cert;
  EXPECT_EXIT(verifyWithRoots(namesake + authority.own.cert, {}, leaf.cert, true),
              testing::ExitedWithCode(0), "");
  EXPECT_EXIT(verifyWithRoots(authority.own.cert + namesake, {}, leaf.cert, true),
              testing::ExitedWithCode(0), "");
}

TEST_F(SystemRoots, ServeAContextWithRevocationListsToo) {
  EXPECT_EXIT(verifyWithRoots(authority.own.cert, makeCrl(authority), leaf.cert, true),
              testing::ExitedWithCode(0), "");
  EXPECT_EXIT(
      verifyWithRoots(authority.own.cert, makeCrl(authority, {leaf.cert}), leaf.cert, false),
      testing::ExitedWithCode(0), "");
}

TEST_F(SystemRoots, AreThoseThatAProgramBringsInTime) {
  const std::string other = makeAuthority("Another Root").own.cert;
  EXPECT_EXIT(verifyWithGivenRoots({"no certificate", other, authority.own.cert}, leaf.cert),
              testing::ExitedWithCode(0), "");
  EXPECT_EXIT(verifyWithGivenRoots({other}, leaf.cert), testing::ExitedWithCode(1), "");
  EXPECT_EQ(errorOf([] { crypto::setSystemRoots({}); }).code(), "ERR_EMPTY_LIST");
}

TEST_F(SystemRoots, AreSharedByThreads) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([this] {
      for (int round = 0; round < 20; ++round) {
        EXPECT_FALSE(verifies(crypto::systemRoots().get(), leaf.cert));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(crypto::timesParsed(), 1U);
}

}  // namespace
}  // namespace securepair::test
