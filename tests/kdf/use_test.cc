// Who gets the project's derivations.
#include <securepair/securepair.h>

#include <algorithm>
#include <array>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/provider.h>

#include "kdf/context.h"
#include "kdf/derivation.h"
#include "kdf/hmac.h"
#include "kdf/provider.h"
#include "kdf/provider_parts.h"

namespace securepair::kdf {
namespace {

using ProviderPtr = std::unique_ptr<OSSL_PROVIDER, decltype(&OSSL_PROVIDER_unload)>;
using LibctxPtr = std::unique_ptr<OSSL_LIB_CTX, decltype(&OSSL_LIB_CTX_free)>;

std::string providerOf(OSSL_LIB_CTX* libctx, const char* algorithm, const char* query) {
  EVP_KDF* const kdf = EVP_KDF_fetch(libctx, algorithm, query);
  ERR_clear_error();
  if (kdf == nullptr) return "nobody's";
  std::string name = OSSL_PROVIDER_get0_name(EVP_KDF_get0_provider(kdf));
  EVP_KDF_free(kdf);
  return name;
}

TEST(KdfUse, IsForThoseWhoAskForIt) {
  const LibctxPtr libctx(OSSL_LIB_CTX_new(), OSSL_LIB_CTX_free);
  const ProviderPtr provider(provideTo(libctx.get()), OSSL_PROVIDER_unload);
  ASSERT_NE(provider, nullptr);
  EXPECT_EQ(ERR_peek_error(), 0U);
  for (const char* const algorithm : {"TLS13-KDF", "TLS1-PRF"}) {
    EXPECT_EQ(providerOf(libctx.get(), algorithm, "?securepair.own=yes"), "securepair-kdf");
    EXPECT_EQ(providerOf(libctx.get(), algorithm, nullptr), "default");
    EXPECT_EQ(providerOf(libctx.get(), algorithm, ""), "default");
    EXPECT_EQ(providerOf(libctx.get(), algorithm, "fips=yes,?securepair.own=yes"), "nobody's");
  }
  EXPECT_EQ(providerOf(libctx.get(), "HKDF", "?securepair.own=yes"), "default");
  EXPECT_EQ(OSSL_PROVIDER_available(libctx.get(), "default"), 1) << "it is still there by itself";
}

TEST(KdfUse, IsForEveryContextOfThisLibrary) {
  static_cast<void>(crypto::createCredentials({}));
  EXPECT_EQ(providerOf(nullptr, "TLS13-KDF", "?securepair.own=yes"), "securepair-kdf");
  EXPECT_EQ(providerOf(nullptr, "TLS13-KDF", nullptr), "default") << "others keep OpenSSL's";
}

TEST(KdfUse, IsNotWhereFipsIsAskedFor) {
  const LibctxPtr libctx(OSSL_LIB_CTX_new(), OSSL_LIB_CTX_free);
  ASSERT_EQ(EVP_default_properties_enable_fips(libctx.get(), 1), 1);
  EXPECT_EQ(provideTo(libctx.get()), nullptr);
}

int startNothing(const OSSL_CORE_HANDLE*, const OSSL_DISPATCH*, const OSSL_DISPATCH** out,
                 void** provider) {
  static const OSSL_DISPATCH none[] = {{0, nullptr}};
  *out = none;
  *provider = nullptr;
  return 1;
}

TEST(KdfUse, IsNotWhereAFipsProviderIsLoaded) {
  const LibctxPtr libctx(OSSL_LIB_CTX_new(), OSSL_LIB_CTX_free);
  ASSERT_EQ(OSSL_PROVIDER_add_builtin(libctx.get(), "fips", startNothing), 1);
  const ProviderPtr fips(OSSL_PROVIDER_load(libctx.get(), "fips"), OSSL_PROVIDER_unload);
  ASSERT_NE(fips, nullptr);
  EXPECT_EQ(provideTo(libctx.get()), nullptr);
}

TEST(KdfUse, LeavesTheProcessItsDefaults) {
  const LibctxPtr libctx(OSSL_LIB_CTX_new(), OSSL_LIB_CTX_free);
  const ProviderPtr provider(provideTo(libctx.get()), OSSL_PROVIDER_unload);
  ASSERT_NE(provider, nullptr);
  for (const char* const properties : {"provider=fips", "fips=yes"}) {
    ASSERT_EQ(EVP_set_default_properties(libctx.get(), properties), 1);
    EXPECT_EQ(providerOf(libctx.get(), "TLS13-KDF", preferOwn), "nobody's") << properties;
    EXPECT_EQ(providerOf(libctx.get(), "HKDF", preferOwn), "nobody's") << properties;
  }
}

template <class T>
class KdfSecrets : public testing::Test {};
using Secrets = testing::Types<Hmac<Sha256>, Hmac<Sha384>>;
TYPED_TEST_SUITE(KdfSecrets, Secrets, );

TYPED_TEST(KdfSecrets, AreWipedWithTheirObject) {
  alignas(TypeParam) std::array<unsigned char, sizeof(TypeParam)> memory{};
  const std::array<unsigned char, 4> key{1, 2, 3, 4};
  auto* const hmac = new (memory.data()) TypeParam(key);
  ASSERT_LT(std::count(memory.begin(), memory.end(), 0), std::ptrdiff_t{sizeof(TypeParam)});
  hmac->~TypeParam();
  EXPECT_EQ(std::count(memory.begin(), memory.end(), 0), std::ptrdiff_t{sizeof(TypeParam)});
}

TEST(KdfUse, LeavesNothingOfASecretBehind) {
  std::string secret = "a secret that was set";
  OSSL_PARAM params[] = {OSSL_PARAM_construct_octet_string("secret", secret.data(), secret.size()),
                         OSSL_PARAM_construct_end()};
  OSSL_PARAM* const copy = OSSL_PARAM_dup(params);
  ASSERT_NE(copy, nullptr);
  std::string seen(static_cast<const char*>(copy->data), copy->data_size);
  ASSERT_EQ(seen, secret);
  EndOfParams::wipe(copy);
  seen.assign(static_cast<const char*>(copy->data), copy->data_size);
  EXPECT_EQ(seen, std::string(secret.size(), '\0'));
  OSSL_PARAM_free(copy);
}

}  // namespace
}  // namespace securepair::kdf
