// What is left of a key in memory: nothing.
#include <algorithm>
#include <array>
#include <cstddef>
#include <new>
#include <optional>
#include <string>
#include <string_view>

#include "aead/evp.h"
#include "aead/gcm.h"

namespace securepair::aead {
namespace {

class AeadSecrets : public AeadTest {
 protected:
  void SetUp() override {
    AeadTest::SetUp();
    if (!IsSkipped()) kernels = takeKernels();
  }

  bool memoryHas(const std::string& bytes) const {
    const std::string_view all(reinterpret_cast<const char*>(memory.data()), memory.size());
    return all.find(bytes) != std::string_view::npos;
  }

  std::optional<Kernels> kernels;
  alignas(Gcm) std::array<unsigned char, sizeof(Gcm)> memory = {};
};

TEST_F(AeadSecrets, AKeyIsWipedWithItsObject) {
  const std::string key = randomBytes(32);
  auto* const gcm = new (memory.data()) Gcm(kernels->aes256);
  gcm->setKey(bytesOf(key));
  const std::string iv = randomBytes(12);
  gcm->begin({bytesOf(iv), iv.size()}, {});
  std::string text(5, 'x');
  ASSERT_TRUE(gcm->update(Direction::encrypt, bytesOf(text), 5, bytesOf(text)));
  // An expanded key begins with the key itself.
  ASSERT_TRUE(memoryHas(key.substr(0, 16)));
  const std::size_t nonZero =
      memory.size() - static_cast<std::size_t>(std::count(memory.begin(), memory.end(), 0));
  ASSERT_GT(nonZero, 900U);
  gcm->~Gcm();
  EXPECT_FALSE(memoryHas(key.substr(0, 16)));
  // What else it has is a pointer and a number.
  EXPECT_GE(std::count(memory.begin(), memory.end(), 0),
            static_cast<std::ptrdiff_t>(memory.size() - 24));
}

TEST_F(AeadSecrets, AKeyIsWipedByTheNextOne) {
  const std::string key = randomBytes(32);
  const std::string next = randomBytes(32);
  Gcm& gcm = *new (memory.data()) Gcm(kernels->aes256);
  gcm.setKey(bytesOf(key));
  const std::string iv = randomBytes(12);
  gcm.begin({bytesOf(iv), iv.size()}, {});
  ASSERT_TRUE(memoryHas(iv)) << "of the message";
  gcm.setKey(bytesOf(next));
  EXPECT_FALSE(memoryHas(iv));
  EXPECT_FALSE(memoryHas(key.substr(0, 16)));
  EXPECT_TRUE(memoryHas(next.substr(0, 16)));
  gcm.~Gcm();
}

TEST_F(AeadSecrets, AMessageIsNoLongerThanAMessageMayBe) {
  Gcm gcm(kernels->aes128);
  const std::string key = randomBytes(16);
  const std::string iv = randomBytes(12);
  gcm.setKey(bytesOf(key));
  gcm.begin({bytesOf(iv), iv.size()}, {});
  std::string text(16, 'x');
  // Refused before a byte is touched: there is no such memory.
  EXPECT_FALSE(gcm.update(Direction::encrypt, bytesOf(text), Gcm::mostBytes + 1, bytesOf(text)));
  ASSERT_TRUE(gcm.update(Direction::encrypt, bytesOf(text), 1, bytesOf(text)));
  EXPECT_FALSE(gcm.update(Direction::encrypt, bytesOf(text), Gcm::mostBytes, bytesOf(text)));
}

}  // namespace
}  // namespace securepair::aead
