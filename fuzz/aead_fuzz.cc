#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include <openssl/err.h>
#include <openssl/evp.h>

#include "aead/provider.h"
#include "fixture.h"

namespace {

using securepair::fuzz::Input;

void require(bool holds) {
  if (!holds) __builtin_trap();
}

const EVP_CIPHER* cipher(bool isLong, const char* query) {
  return EVP_CIPHER_fetch(nullptr, isLong ? "AES-256-GCM" : "AES-128-GCM", query);
}

struct Ciphers {
  Ciphers() {
    static const auto kernels = securepair::aead::takeKernels();
    require(kernels.has_value());
    static const OSSL_PROVIDER* const loaded = securepair::aead::load(nullptr, *kernels);
    require(loaded != nullptr);
    for (const bool isLong : {false, true}) {
      fast[isLong ? 1 : 0] = cipher(isLong, "provider=securepair");
      openssls[isLong ? 1 : 0] = cipher(isLong, "provider=default");
    }
  }
  std::array<const EVP_CIPHER*, 2> fast;
  std::array<const EVP_CIPHER*, 2> openssls;
};

using Context = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

Context newContext() { return {EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free}; }

std::array<unsigned char, 32> theKey() {
  std::array<unsigned char, 32> key;
  key.fill('k');
  return key;
}

// Works on one record of TLS 1.2. Answers the length of what came out, or -1.
int record(const EVP_CIPHER* cipher, bool encrypting, std::string& bytes, std::size_t announced) {
  const Context context = newContext();
  unsigned char fixed[4] = {'i', 'v', 'i', 'v'};
  unsigned char aad[13] = {0, 0, 0, 0, 0, 0, 0, 0, 23, 3, 3};
  aad[11] = static_cast<unsigned char>(announced >> 8U);
  aad[12] = static_cast<unsigned char>(announced);
  require(EVP_CipherInit_ex(context.get(), cipher, nullptr, theKey().data(), nullptr,
                            encrypting ? 1 : 0) == 1);
  require(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_IV_FIXED, 4, fixed) == 1);
  if (EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_TLS1_AAD, 13, aad) <= 0) return -1;
  auto* const data = reinterpret_cast<unsigned char*>(bytes.data());
  int length = -1;
  const int size = static_cast<int>(bytes.size());
  return EVP_CipherUpdate(context.get(), data, &length, data, size) == 1 ? length : -1;
}

// A record from a peer: as it is, or one that was right before it was changed. Both say the same.
void openBoth(const Ciphers& ciphers, bool isLong, Input& input) {
  const bool isMade = (input.byte() & 1U) != 0;
  const std::size_t at = input.byte();
  const char change = static_cast<char>(input.byte());
  const auto rest = input.rest();
  std::string mine(reinterpret_cast<const char*>(rest.data()), rest.size());
  if (isMade) {
    mine = std::string(8, '\0') + mine + std::string(16, '\0');
    require(record(ciphers.fast[isLong ? 1 : 0], true, mine, mine.size() - 16) ==
            static_cast<int>(mine.size()));
    mine[at % mine.size()] = static_cast<char>(mine[at % mine.size()] ^ change);
  }
  std::string other = mine;
  const int result = record(ciphers.fast[isLong ? 1 : 0], false, mine, mine.size());
  require(result == record(ciphers.openssls[isLong ? 1 : 0], false, other, other.size()));
  require(!isMade || (change == 0) == (result >= 0));
  require(mine == other);
}

// Calls in any order.
void callAnything(const EVP_CIPHER* cipher, Input& input) {
  Context context = newContext();
  const auto key = theKey();
  std::array<unsigned char, 256> room = {};
  require(EVP_CipherInit_ex(context.get(), cipher, nullptr, nullptr, nullptr, 1) == 1);
  while (!input.empty()) {
    const unsigned call = input.byte();
    const auto data = input.bytes(input.byte() % 150U);
    std::string copy(reinterpret_cast<const char*>(data.data()), data.size());
    auto* const bytes = reinterpret_cast<unsigned char*>(copy.data());
    const int size = static_cast<int>(copy.size());
    const auto control = [&](int type) { EVP_CIPHER_CTX_ctrl(context.get(), type, size, bytes); };
    int length = 0;
    switch (call % 14) {
      case 0: {
        // The IV is as long as was said.
        std::array<unsigned char, 128> iv = {};
        std::copy_n(bytes, std::min<std::size_t>(copy.size(), iv.size()), iv.begin());
        EVP_CipherInit_ex(context.get(), nullptr, nullptr, nullptr, iv.data(),
                          (call & 16U) ? 1 : 0);
        break;
      }
      case 1:
        EVP_CipherInit_ex(context.get(), nullptr, nullptr, key.data(), nullptr, -1);
        break;
      case 2:
        EVP_CipherUpdate(context.get(), nullptr, &length, bytes, size);
        break;
      case 3:
        EVP_CipherUpdate(context.get(), bytes, &length, bytes, size);
        break;
      case 4:
        EVP_CipherUpdate(context.get(), room.data(), &length, bytes, size);
        break;
      case 5:
        EVP_CipherFinal_ex(context.get(), room.data(), &length);
        break;
      case 6:
        control(EVP_CTRL_AEAD_SET_TAG);
        break;
      case 7:
        control(EVP_CTRL_AEAD_GET_TAG);
        break;
      case 8:
        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_IVLEN, size, nullptr);
        break;
      case 9:
        control(EVP_CTRL_AEAD_SET_IV_FIXED);
        break;
      case 10:
        // An answer may be as long as the IV.
        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_IV_GEN, size, room.data());
        break;
      case 11:
        control(EVP_CTRL_GCM_SET_IV_INV);
        break;
      case 12:
        control(EVP_CTRL_AEAD_TLS1_AAD);
        break;
      default: {
        Context other = newContext();
        require(EVP_CIPHER_CTX_copy(other.get(), context.get()) == 1);
        context = std::move(other);
      }
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Ciphers ciphers;
  Input input(data, size);
  const unsigned how = input.byte();
  const bool isLong = (how & 1U) != 0;
  if ((how & 2U) != 0) {
    openBoth(ciphers, isLong, input);
  } else {
    callAnything(ciphers.fast[isLong ? 1 : 0], input);
  }
  ERR_clear_error();
  return 0;
}
