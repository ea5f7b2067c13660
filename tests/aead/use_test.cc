// Who gets the fast AEAD, and who does not.
#include <securepair/aead.h>

#include <cstdint>
#include <memory>
#include <string>

#include <openssl/core_dispatch.h>
#include <openssl/err.h>
#include <openssl/provider.h>

#include "aead/dispatch.h"
#include "aead/evp.h"
#include "aead/provider.h"

namespace securepair::aead {
namespace {

using LibctxPtr = std::unique_ptr<OSSL_LIB_CTX, decltype(&OSSL_LIB_CTX_free)>;
using ProviderPtr = std::unique_ptr<OSSL_PROVIDER, decltype(&OSSL_PROVIDER_unload)>;

// Another's provider of the same ciphers, which comes behind ours in the alphabet: OpenSSL sorts.
int startOther(const OSSL_CORE_HANDLE* /*handle*/, const OSSL_DISPATCH* /*core*/,
               const OSSL_DISPATCH** out, void** context) {
  static const Kernels kernels = *takeKernels();
  static ProviderContext own{&kernels, nullptr};
  const auto query = +[](void*, int operation, int* noCache) -> const OSSL_ALGORITHM* {
    *noCache = 0;
    return operation == OSSL_OP_CIPHER ? cipherAlgorithms() : nullptr;
  };
  static const OSSL_DISPATCH table[] = {
      {OSSL_FUNC_PROVIDER_QUERY_OPERATION, reinterpret_cast<void (*)()>(query)}, {0, nullptr}};
  *context = &own;
  *out = table;
  return 1;
}

class AeadUse : public AeadTest {
 protected:
  std::string providerOf(const char* algorithm, const char* query) {
    const CipherPtr cipher(EVP_CIPHER_fetch(libctx.get(), algorithm, query), EVP_CIPHER_free);
    if (cipher == nullptr) {
      ERR_clear_error();
      return "nobody's";
    }
    return OSSL_PROVIDER_get0_name(EVP_CIPHER_get0_provider(cipher.get()));
  }

  const LibctxPtr libctx{OSSL_LIB_CTX_new(), OSSL_LIB_CTX_free};
  static constexpr std::uint64_t allFeatures = ~std::uint64_t{0};
};

TEST_F(AeadUse, WithoutVaesOpensslsOwnStaysInPlace) {
  EXPECT_EQ(loadWhereFast(libctx.get(), 0), nullptr);
  for (const auto lacking : {IMB_FEATURE_VAES, IMB_FEATURE_VPCLMULQDQ, IMB_FEATURE_AVX512F,
                             IMB_FEATURE_AVX512VL, IMB_FEATURE_AVX512BW, IMB_FEATURE_GFNI}) {
    EXPECT_EQ(loadWhereFast(libctx.get(), allFeatures & ~lacking), nullptr);
  }
  EXPECT_EQ(OSSL_PROVIDER_available(libctx.get(), "securepair"), 0);
  EXPECT_EQ(providerOf("AES-128-GCM", "?provider=securepair"), "default");
}

TEST_F(AeadUse, WithVaesItIsThereForThoseWhoAskForIt) {
  const ProviderPtr loaded(loadWhereFast(libctx.get(), allFeatures), OSSL_PROVIDER_unload);
  ASSERT_NE(loaded, nullptr);
  const ProviderPtr again(loadWhereFast(libctx.get(), allFeatures), OSSL_PROVIDER_unload);
  EXPECT_NE(again, nullptr);
  for (const char* const algorithm : {"AES-128-GCM", "id-aes128-GCM", "2.16.840.1.101.3.4.1.6",
                                      "AES-256-GCM", "id-aes256-GCM", "2.16.840.1.101.3.4.1.46"}) {
    EXPECT_EQ(providerOf(algorithm, "?provider=securepair"), "securepair") << algorithm;
    EXPECT_EQ(providerOf(algorithm, nullptr), "default") << algorithm;
    EXPECT_EQ(providerOf(algorithm, ""), "default") << algorithm;
  }
  EXPECT_EQ(providerOf("AES-128-CBC", "?provider=securepair"), "default");
  EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST_F(AeadUse, OfAnotherProviderStaysInPlaceToo) {
  ASSERT_EQ(OSSL_PROVIDER_add_builtin(libctx.get(), "the other", startOther), 1);
  const ProviderPtr other(OSSL_PROVIDER_load(libctx.get(), "the other"), OSSL_PROVIDER_unload);
  ASSERT_NE(other, nullptr);
  const ProviderPtr loaded(loadWhereFast(libctx.get(), allFeatures), OSSL_PROVIDER_unload);
  ASSERT_NE(loaded, nullptr);
  // Whoever looks for a provider by its name has OpenSSL sort them.
  ASSERT_EQ(OSSL_PROVIDER_available(libctx.get(), "securepair"), 1);
  EXPECT_EQ(providerOf("AES-128-GCM", nullptr), "the other");
  EXPECT_EQ(providerOf("AES-256-GCM", nullptr), "the other");
}

TEST_F(AeadUse, WhoAsksForFipsDoesNotGetIt) {
  const ProviderPtr loaded(loadWhereFast(libctx.get(), allFeatures), OSSL_PROVIDER_unload);
  ASSERT_NE(loaded, nullptr);
  EXPECT_EQ(providerOf("AES-128-GCM", "fips=yes,?provider=securepair"), "nobody's");
  const LibctxPtr other(OSSL_LIB_CTX_new(), OSSL_LIB_CTX_free);
  ASSERT_EQ(EVP_default_properties_enable_fips(other.get(), 1), 1);
  EXPECT_EQ(loadWhereFast(other.get(), allFeatures), nullptr);
}

TEST_F(AeadUse, OfThisProcessIsAnsweredByTheCpu) {
  EXPECT_EQ(useFastAead(), isFast(cpuFeatures()));
  EXPECT_EQ(useFastAead(), isFast(cpuFeatures())) << "once more";
}

}  // namespace
}  // namespace securepair::aead
