// Whatever is asked, the project's derivations answer what OpenSSL's answer.
#include <random>

#include <openssl/err.h>
#include <openssl/params.h>

#include "kdf/derivation.h"

namespace securepair::kdf {
namespace {

class KdfAgreement : public KdfTest {
 protected:
  std::size_t upTo(std::size_t most) {
    return std::uniform_int_distribution<std::size_t>(0, most)(random);
  }
  std::string bytes(std::size_t most) {
    std::string text(upTo(most), '\0');
    for (char& byte : text) byte = static_cast<char>(upTo(255));
    return text;
  }
  std::string digest() { return upTo(1) == 0 ? "SHA2-256" : "sha384"; }

  void expectAgreement(const char* algorithm, std::size_t size, const Params& params) {
    const auto ours = derive(algorithm, Whose::ours, size, params);
    EXPECT_EQ(ours, derive(algorithm, Whose::openssls, size, params));
    (ours ? answered : refused) += 1;
  }

  // The same each time: what fails, fails again.
  std::mt19937_64 random{20240613};
  int answered = 0;
  int refused = 0;
};

TEST_F(KdfAgreement, OfExpansions) {
  for (int i = 0; i < 2000; ++i) {
    // Up to what HKDF can fill, and beyond; a size of none is refused by OpenSSL itself.
    const std::size_t size = 1 + upTo(i % 50 == 0 ? 255 * 48 + 100 : 300);
    Params params = {{"digest", digest()},
                     {"mode", "EXPAND_ONLY"},
                     {"key", "k" + bytes(200)},
                     {"prefix", "tls13 "},
                     {"label", bytes(12)}};
    if (i % 3 != 0) params.emplace_back("data", bytes(48));
    expectAgreement("TLS13-KDF", size, params);
  }
  EXPECT_GT(answered, 1900);
  EXPECT_GT(refused, 0);
}

TEST_F(KdfAgreement, OfExtractions) {
  for (int i = 0; i < 2000; ++i) {
    const std::string name = digest();
    const std::size_t right = name == "sha384" ? 48 : 32;
    Params params = {
        {"digest", name}, {"mode", "EXTRACT_ONLY"}, {"prefix", "tls13 "}, {"label", "derived"}};
    if (i % 2 == 0) params.emplace_back("salt", "s" + bytes(64));
    if (i % 3 != 0) params.emplace_back("key", "k" + bytes(200));
    expectAgreement("TLS13-KDF", i % 10 == 0 ? 1 + upTo(80) : right, params);
  }
  EXPECT_GT(answered, 1500);
  EXPECT_GT(refused, 0);
}

TEST_F(KdfAgreement, OfPseudorandomFunctions) {
  for (int i = 0; i < 2000; ++i) {
    Params params = {{"digest", i % 4 == 0 ? "MD5-SHA1" : digest()},
                     {"secret", "s" + bytes(i % 5 == 0 ? 300 : 48)}};
    for (std::size_t seeds = upTo(5); seeds > 0; --seeds) params.emplace_back("seed", bytes(64));
    expectAgreement("TLS1-PRF", 1 + upTo(300), params);
  }
  EXPECT_GT(answered, 1500);
  EXPECT_GT(refused, 0) << "without a seed there is no answer";
}

TEST_F(KdfAgreement, OnWhatIsMissingOrTooMuch) {
  const Params expansion = {{"digest", "SHA256"}, {"mode", "EXPAND_ONLY"}, {"key", "key"},
                            {"prefix", "tls13 "}, {"label", "l"},          {"data", "d"}};
  const Params prf = {{"digest", "SHA256"}, {"secret", "secret"}, {"seed", "seed"}};
  const auto without = [](Params params, std::size_t at) {
    params.erase(params.begin() + static_cast<std::ptrdiff_t>(at));
    return params;
  };
  const auto with = [](Params params, std::size_t at, const std::string& value) {
    params[at].second = value;
    return params;
  };
  for (const std::size_t at : {0U, 1U, 3U, 4U, 5U}) {
    expectAgreement("TLS13-KDF", 32, without(expansion, at));
  }
  for (const std::size_t at : {0U, 1U, 2U}) expectAgreement("TLS1-PRF", 32, without(prf, at));
  expectAgreement("TLS13-KDF", 32, with(expansion, 0, "no digest"));
  expectAgreement("TLS13-KDF", 32, with(expansion, 1, "EXTRACT_AND_EXPAND"));
  expectAgreement("TLS13-KDF", 32, with(expansion, 1, "no mode"));
  expectAgreement("TLS13-KDF", 32, with(expansion, 4, std::string(300, 'l')));
  expectAgreement("TLS13-KDF", 32, with(expansion, 5, std::string(300, 'd')));
  expectAgreement("TLS1-PRF", 32, with(prf, 0, "no digest"));
  expectAgreement("TLS1-PRF", 32, with(prf, 2, std::string(1024, 's')));
  // OpenSSL 3.0 refuses it.
  expectAgreement("TLS1-PRF", 32, with(prf, 2, std::string(1025, 's')));
  EXPECT_GE(answered, 4);
}

TEST_F(KdfAgreement, OnWhatIsSetBefore) {
  const auto derived = [](const Params& params) {
    return derive("TLS1-PRF", Whose::openssls, 100, params);
  };
  for (const Whose whose : {Whose::ours, Whose::openssls}) {
    const KdfCtxPtr prf = newKdf("TLS1-PRF", whose);
    for (const char* const digest : {"SHA384", "MD5-SHA1"}) {
      ASSERT_TRUE(set(prf.get(), {{"digest", digest}, {"secret", "secret"}, {"seed", "a"}}));
      ASSERT_TRUE(set(prf.get(), {{"seed", "b"}}));
      EXPECT_EQ(derive(prf.get(), 100, {}),
                derived({{"digest", digest}, {"secret", "secret"}, {"seed", "ab"}}));
      EXPECT_EQ(derive(prf.get(), 100, {{"seed", "c"}}),
                derived({{"digest", digest}, {"secret", "secret"}, {"seed", "abc"}}));
      EVP_KDF_CTX_reset(prf.get());
      EXPECT_EQ(derive(prf.get(), 100, {{"seed", "c"}}), std::nullopt) << "all is forgotten";
      EVP_KDF_CTX_reset(prf.get());
    }
    EXPECT_EQ(EVP_KDF_CTX_get_kdf_size(prf.get()), SIZE_MAX);
  }
}

TEST_F(KdfAgreement, OnWhatIsToldAnew) {
  const auto expansion = [](const std::string& label, const std::string& data) {
    return Params{{"digest", "SHA256"}, {"mode", "EXPAND_ONLY"}, {"key", "key"},
                  {"prefix", "tls13 "}, {"label", label},        {"data", data}};
  };
  for (const Whose whose : {Whose::ours, Whose::openssls}) {
    const KdfCtxPtr tls13 = newKdf("TLS13-KDF", whose);
    ASSERT_TRUE(set(tls13.get(), expansion("l", "d")));
    EXPECT_EQ(EVP_KDF_CTX_get_kdf_size(tls13.get()), SIZE_MAX);
    ASSERT_TRUE(set(tls13.get(), {{"mode", "EXTRACT_ONLY"}}));
    EXPECT_EQ(EVP_KDF_CTX_get_kdf_size(tls13.get()), 32U);
    ASSERT_TRUE(set(tls13.get(), {{"mode", "EXPAND_ONLY"}}));
    EXPECT_EQ(derive(tls13.get(), 100, {{"label", "m"}, {"data", "e"}}),
              derive("TLS13-KDF", Whose::openssls, 100, expansion("m", "e")));
  }
}

TEST_F(KdfAgreement, KeepsNoPointers) {
  const KdfCtxPtr prf = newKdf("TLS1-PRF", Whose::ours);
  std::string secret(4096, 's');
  void* pointer = secret.data();
  OSSL_PARAM params[] = {OSSL_PARAM_construct_octet_ptr("secret", &pointer, secret.size()),
                         OSSL_PARAM_construct_end()};
  EXPECT_EQ(EVP_KDF_CTX_set_params(prf.get(), params), 0);
  ERR_clear_error();
}

TEST_F(KdfAgreement, EndsWithWhatWasToldWhileDeriving) {
  const KdfCtxPtr prf = newKdf("TLS1-PRF", Whose::ours);
  const Params all = {{"digest", "SHA256"}, {"secret", "secret"}, {"seed", "seed"}};
  ASSERT_NE(derive(prf.get(), 100, all), std::nullopt);
  EXPECT_EQ(derive(prf.get(), 100, all), std::nullopt);
  EXPECT_FALSE(set(prf.get(), all));
  EVP_KDF_CTX_reset(prf.get());
  EXPECT_NE(derive(prf.get(), 100, all), std::nullopt);
}

}  // namespace
}  // namespace securepair::kdf
