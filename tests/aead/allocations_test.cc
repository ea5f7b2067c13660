// A record takes no memory of ours.
#include <atomic>
#include <cstdlib>
#include <new>
#include <string>

#include "aead/evp.h"

namespace {

std::atomic<std::size_t> allocations = 0;

}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  void* const memory = std::malloc(size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { std::free(memory); }

namespace securepair::aead {
namespace {

class AeadAllocations : public AeadTest {
 protected:
  const std::string key = randomBytes(16);
  const std::string iv = randomBytes(12);
  const ContextPtr context = newContext();
  std::string record = std::string(16384 + 24, 'x');
  std::string aad = std::string(11, '\0') + "\x40\x08";
  std::string tag = std::string(16, '\0');
  int length = 0;
};

TEST_F(AeadAllocations, ThereIsNoneForARecordOfTls13) {
  ASSERT_EQ(EVP_EncryptInit_ex(context.get(), fast(16), nullptr, bytesOf(key), bytesOf(iv)), 1);
  const std::size_t before = allocations;
  for (int i = 0; i < 10; ++i) {
    EVP_CipherInit_ex(context.get(), nullptr, nullptr, nullptr, bytesOf(iv), 1);
    EVP_CipherUpdate(context.get(), nullptr, &length, bytesOf(aad), 5);
    EVP_CipherUpdate(context.get(), bytesOf(record), &length, bytesOf(record), 16384);
    EVP_CipherFinal_ex(context.get(), bytesOf(record), &length);
    EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, 16, tag.data());
  }
  EXPECT_EQ(allocations, before);
  const std::string large(17, 'x');
  EVP_CipherInit_ex(context.get(), nullptr, nullptr, nullptr, bytesOf(iv), 1);
  ASSERT_EQ(EVP_CipherUpdate(context.get(), nullptr, &length, bytesOf(large), 17), 1);
  EXPECT_GT(allocations, before) << "they are not counted";
}

TEST_F(AeadAllocations, ThereIsNoneForARecordOfTls12) {
  ASSERT_EQ(EVP_EncryptInit_ex(context.get(), fast(16), nullptr, bytesOf(key), nullptr), 1);
  std::string fixed = "1234";
  ASSERT_EQ(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_IV_FIXED, 4, fixed.data()), 1);
  const std::size_t before = allocations;
  for (int i = 0; i < 10; ++i) {
    ASSERT_EQ(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_TLS1_AAD, 13, aad.data()), 16);
    ASSERT_EQ(EVP_CipherUpdate(context.get(), bytesOf(record), &length, bytesOf(record),
                               static_cast<int>(record.size())),
              1);
  }
  EXPECT_EQ(allocations, before);
}

}  // namespace
}  // namespace securepair::aead
