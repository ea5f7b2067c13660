// The order in which programs may call EVP, and what they may ask.
#include <string>
#include <vector>

#include <openssl/core_names.h>
#include <openssl/err.h>

#include "aead/evp.h"

namespace securepair::aead {
namespace {

class AeadOrder : public AeadTest, public ::testing::WithParamInterface<std::size_t> {
 protected:
  ~AeadOrder() override { ERR_clear_error(); }

  int init(bool encrypting, const std::string* newKey, const std::string* newIv) {
    return EVP_CipherInit_ex(context.get(), fast(GetParam()), nullptr,
                             newKey == nullptr ? nullptr : bytesOf(*newKey),
                             newIv == nullptr ? nullptr : bytesOf(*newIv), encrypting ? 1 : 0);
  }
  // Without the cipher, which would make everything new.
  int again(const std::string* newKey, const std::string* newIv, int encrypting = -1) {
    return EVP_CipherInit_ex(context.get(), nullptr, nullptr,
                             newKey == nullptr ? nullptr : bytesOf(*newKey),
                             newIv == nullptr ? nullptr : bytesOf(*newIv), encrypting);
  }
  int aad(std::string_view bytes) {
    return EVP_CipherUpdate(context.get(), nullptr, &length, bytesOf(bytes),
                            static_cast<int>(bytes.size()));
  }
  int text(std::string_view bytes) {
    out.resize(bytes.size());
    return EVP_CipherUpdate(context.get(), bytesOf(out), &length, bytesOf(bytes),
                            static_cast<int>(bytes.size()));
  }
  int final() { return EVP_CipherFinal_ex(context.get(), bytesOf(out), &length); }
  int control(int type, std::string& bytes) {
    return EVP_CIPHER_CTX_ctrl(context.get(), type, static_cast<int>(bytes.size()), bytes.data());
  }
  int getTag(std::string& into) { return control(EVP_CTRL_AEAD_GET_TAG, into); }

  const std::string key = randomBytes(GetParam());
  const std::string iv = randomBytes(12);
  const std::string plain = randomBytes(100);
  const ContextPtr context = newContext();
  std::string out = std::string(16, '\0');
  std::string tag = std::string(16, '\0');
  int length = -1;
};

TEST_P(AeadOrder, AnIvIsUsedOnce) {
  ASSERT_EQ(init(true, &key, &iv), 1);
  ASSERT_EQ(text(plain), 1);
  ASSERT_EQ(final(), 1);
  EXPECT_EQ(text(plain), 0);
  EXPECT_EQ(aad(plain), 0);
  EXPECT_EQ(final(), 0);
  ASSERT_EQ(again(nullptr, &iv), 1);
  EXPECT_EQ(text(plain), 1) << "it was given anew";
}

TEST_P(AeadOrder, KeyAndIvComeInAnyOrder) {
  const Sealed expected = seal(openssls(GetParam()), {key, iv, "", plain});
  ASSERT_EQ(init(true, nullptr, &iv), 1);
  EXPECT_EQ(again(&key, nullptr), 1);
  ASSERT_EQ(text(plain), 1);
  EXPECT_EQ(out, expected.text);
  const auto other = newContext();
  ASSERT_EQ(EVP_EncryptInit_ex(other.get(), fast(GetParam()), nullptr, bytesOf(key), nullptr), 1);
  ASSERT_EQ(EVP_EncryptInit_ex(other.get(), nullptr, nullptr, nullptr, bytesOf(iv)), 1);
  ASSERT_EQ(EVP_EncryptUpdate(other.get(), bytesOf(out), &length, bytesOf(plain), 100), 1);
  EXPECT_EQ(out, expected.text);
}

TEST_P(AeadOrder, NothingGoesWithoutAKey) {
  ASSERT_EQ(init(true, nullptr, &iv), 1);
  EXPECT_EQ(text(plain), 0);
  EXPECT_EQ(aad(plain), 0);
  EXPECT_EQ(final(), 0);
}

TEST_P(AeadOrder, AadComesBeforeTheText) {
  ASSERT_EQ(init(true, &key, &iv), 1);
  ASSERT_EQ(text(plain), 1);
  EXPECT_EQ(aad("late"), 0);
  EXPECT_EQ(text(plain), 0) << "the message is spoilt";
}

TEST_P(AeadOrder, AnotherKeyOrDirectionEndsTheMessage) {
  for (const bool turns : {false, true}) {
    ASSERT_EQ(init(true, &key, &iv), 1);
    ASSERT_EQ(text(plain), 1);
    ASSERT_EQ(turns ? again(nullptr, nullptr, 0) : again(&key, nullptr), 1);
    EXPECT_EQ(text(plain), 0);
  }
}

TEST_P(AeadOrder, AnotherLengthOfTheIvEndsTheMessage) {
  ASSERT_EQ(init(true, &key, &iv), 1);
  ASSERT_EQ(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_IVLEN, 16, nullptr), 1);
  EXPECT_EQ(text(plain), 0);
  EXPECT_EQ(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_IVLEN, 0, nullptr), 0);
  EXPECT_EQ(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_IVLEN, 129, nullptr), 0);
  EXPECT_EQ(EVP_CIPHER_CTX_get_iv_length(context.get()), 16);
}

TEST_P(AeadOrder, ATagIsThereAfterTheEnd) {
  ASSERT_EQ(init(true, &key, &iv), 1);
  EXPECT_EQ(getTag(tag), 0);
  ASSERT_EQ(text(plain), 1);
  EXPECT_EQ(getTag(tag), 0);
  ASSERT_EQ(final(), 1);
  ASSERT_EQ(getTag(tag), 1);
  std::string shorter(4, '\0');
  EXPECT_EQ(getTag(shorter), 1);
  EXPECT_EQ(shorter, tag.substr(0, 4));
  std::string longer(17, '\0');
  EXPECT_EQ(getTag(longer), 0);
  ASSERT_EQ(again(nullptr, &iv), 1);
  ASSERT_EQ(text(plain), 1);
  EXPECT_EQ(getTag(tag), 0) << "the one of the message before";
}

TEST_P(AeadOrder, NothingIsRightWithoutATag) {
  ASSERT_EQ(init(false, &key, &iv), 1);
  ASSERT_EQ(text(plain), 1);
  EXPECT_EQ(final(), 0);
}

TEST_P(AeadOrder, TheTagOfWhatWasEncryptedIsNoneForWhatIsDecrypted) {
  ASSERT_EQ(init(true, &key, &iv), 1);
  ASSERT_EQ(text(""), 1);
  ASSERT_EQ(final(), 1);
  ASSERT_EQ(again(nullptr, &iv, 0), 1);
  EXPECT_EQ(final(), 0);
}

TEST_P(AeadOrder, ATagOfNoSizeOrTooLongIsRefused) {
  ASSERT_EQ(init(false, &key, &iv), 1);
  std::string empty;
  std::string longer(17, '\0');
  EXPECT_EQ(control(EVP_CTRL_AEAD_SET_TAG, empty), 0);
  EXPECT_EQ(control(EVP_CTRL_AEAD_SET_TAG, longer), 0);
  EXPECT_EQ(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, 16, nullptr), 0);
  ASSERT_EQ(again(nullptr, &iv, 1), 1);
  EXPECT_EQ(control(EVP_CTRL_AEAD_SET_TAG, tag), 0) << "what is encrypted makes its own";
}

TEST_P(AeadOrder, AnIvIsMadeWhereNoneWasGiven) {
  ASSERT_EQ(init(true, &key, nullptr), 1);
  ASSERT_EQ(text(plain), 1);
  ASSERT_EQ(final(), 1);
  std::string made(12, '\0');
  ASSERT_EQ(EVP_CIPHER_CTX_get_original_iv(context.get(), made.data(), made.size()), 1);
  EXPECT_EQ(out, seal(openssls(GetParam()), {key, made, "", plain}).text);
  ASSERT_EQ(init(false, &key, nullptr), 1);
  EXPECT_EQ(text(plain), 0) << "nobody can guess it";
}

TEST_P(AeadOrder, AnIvCountsOn) {
  std::string first = iv.substr(0, 4) + hex("00000000ffffffff");
  ASSERT_EQ(init(true, &key, nullptr), 1);
  EXPECT_EQ(control(EVP_CTRL_AEAD_SET_IV_FIXED, tag), 0) << "no room is left to count";
  ASSERT_EQ(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_IV_FIXED, -1, first.data()), 1);
  for (const auto& expected : {hex("00000000ffffffff"), hex("0000000100000000")}) {
    std::string told(8, '\0');
    ASSERT_EQ(control(EVP_CTRL_GCM_IV_GEN, told), 1);
    EXPECT_EQ(told, expected);
    ASSERT_EQ(text(plain), 1);
    EXPECT_EQ(out, seal(openssls(GetParam()), {key, iv.substr(0, 4) + told, "", plain}).text);
    ASSERT_EQ(final(), 1);
    ASSERT_EQ(getTag(tag), 1);
  }
  // The other side is told its end.
  ASSERT_EQ(init(false, &key, nullptr), 1);
  std::string fixed = iv.substr(0, 4);
  ASSERT_EQ(control(EVP_CTRL_AEAD_SET_IV_FIXED, fixed), 1);
  std::string told = hex("0000000100000000");
  ASSERT_EQ(control(EVP_CTRL_GCM_SET_IV_INV, told), 1);
  ASSERT_EQ(control(EVP_CTRL_AEAD_SET_TAG, tag), 1);
  ASSERT_EQ(text(out), 1);
  EXPECT_EQ(out, plain);
  EXPECT_EQ(final(), 1);
  std::string tooLong(13, '\0');
  EXPECT_EQ(control(EVP_CTRL_GCM_SET_IV_INV, tooLong), 0);
}

TEST_P(AeadOrder, ACopyGoesOnByItself) {
  const std::string more = randomBytes(1000);
  const Sealed expected = seal(openssls(GetParam()), {key, iv, "aad", plain + more});
  ASSERT_EQ(init(true, &key, &iv), 1);
  ASSERT_EQ(aad("aad"), 1);
  ASSERT_EQ(text(plain), 1);
  const auto copy = newContext();
  ASSERT_EQ(EVP_CIPHER_CTX_copy(copy.get(), context.get()), 1);
  ASSERT_EQ(text("something else"), 1);
  ASSERT_EQ(final(), 1);
  out.resize(more.size());
  ASSERT_EQ(EVP_EncryptUpdate(copy.get(), bytesOf(out), &length, bytesOf(more), 1000), 1);
  EXPECT_EQ(out, expected.text.substr(plain.size()));
  ASSERT_EQ(EVP_EncryptFinal_ex(copy.get(), bytesOf(out), &length), 1);
  ASSERT_EQ(EVP_CIPHER_CTX_ctrl(copy.get(), EVP_CTRL_AEAD_GET_TAG, 16, tag.data()), 1);
  EXPECT_EQ(tag, expected.tag);
}

TEST_P(AeadOrder, ACallOfEvpCipherIsBoth) {
  const Sealed expected = seal(openssls(GetParam()), {key, iv, "", plain});
  ASSERT_EQ(init(true, &key, &iv), 1);
  out.resize(plain.size());
  EXPECT_EQ(EVP_Cipher(context.get(), bytesOf(out), bytesOf(plain), 100), 100);
  EXPECT_EQ(out, expected.text);
  EXPECT_EQ(EVP_Cipher(context.get(), nullptr, nullptr, 0), 0);
  ASSERT_EQ(getTag(tag), 1);
  EXPECT_EQ(tag, expected.tag);
}

TEST_P(AeadOrder, SaysOfItselfWhatOpensslsOwnSays) {
  const EVP_CIPHER* const own = fast(GetParam());
  const EVP_CIPHER* const other = openssls(GetParam());
  EXPECT_EQ(EVP_CIPHER_get_nid(own), EVP_CIPHER_get_nid(other));
  EXPECT_EQ(EVP_CIPHER_get_mode(own), EVP_CIPHER_get_mode(other));
  EXPECT_EQ(EVP_CIPHER_get_flags(own), EVP_CIPHER_get_flags(other));
  EXPECT_EQ(EVP_CIPHER_get_key_length(own), EVP_CIPHER_get_key_length(other));
  EXPECT_EQ(EVP_CIPHER_get_iv_length(own), EVP_CIPHER_get_iv_length(other));
  EXPECT_EQ(EVP_CIPHER_get_block_size(own), EVP_CIPHER_get_block_size(other));
  const auto names = [](const OSSL_PARAM* param) {
    std::vector<std::string> all;
    for (; param != nullptr && param->key != nullptr; ++param) all.emplace_back(param->key);
    return all;
  };
  EXPECT_EQ(names(EVP_CIPHER_gettable_ctx_params(own)),
            names(EVP_CIPHER_gettable_ctx_params(other)));
  for (const auto& name : names(EVP_CIPHER_settable_ctx_params(other))) {
    EXPECT_NE(OSSL_PARAM_locate_const(EVP_CIPHER_settable_ctx_params(own), name.c_str()), nullptr)
        << name;
  }
  ASSERT_EQ(init(true, &key, &iv), 1);
  EXPECT_EQ(EVP_CIPHER_CTX_get_tag_length(context.get()), 16);
  EXPECT_EQ(EVP_CIPHER_CTX_get_key_length(context.get()), static_cast<int>(GetParam()));
  EXPECT_EQ(EVP_CIPHER_CTX_set_key_length(context.get(), 5), 0);
}

INSTANTIATE_TEST_SUITE_P(Keys, AeadOrder, ::testing::Values(16, 32),
                         [](const auto& key) { return std::to_string(key.param * 8); });

}  // namespace
}  // namespace securepair::aead
