#include "aead/evp.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <random>

#include "aead/provider.h"
#include "support/must.h"

namespace securepair::aead {
namespace {

using test::must;

std::atomic<std::size_t> begun = 0;
std::optional<Kernels> real;

template <Kernel Kernels::*kernel>
void beginAndCount(const gcm_key_data* key, gcm_context_data* context, const std::uint8_t* iv,
                   std::uint64_t ivLength, const std::uint8_t* aad, std::uint64_t aadLength) {
  ++begun;
  ((*real).*kernel).begin(key, context, iv, ivLength, aad, aadLength);
}

const std::optional<Kernels>& countingKernels() {
  static const std::optional<Kernels> kernels = [] {
    real = takeKernels();
    std::optional<Kernels> counting = real;
    if (counting) {
      counting->aes128.begin = beginAndCount<&Kernels::aes128>;
      counting->aes256.begin = beginAndCount<&Kernels::aes256>;
    }
    return counting;
  }();
  return kernels;
}

const EVP_CIPHER* fetch(std::size_t keyLength, const char* query) {
  const char* const name = keyLength == 16 ? "AES-128-GCM" : "AES-256-GCM";
  return must(EVP_CIPHER_fetch(nullptr, name, query));
}

// Memory of exactly this size: a sanitizer sees each byte beyond.
using Exact = std::unique_ptr<unsigned char[]>;

Exact exactly(std::string_view bytes) {
  Exact copy(new unsigned char[bytes.size()]);
  std::copy(bytes.begin(), bytes.end(), copy.get());
  return copy;
}

// Each piece in memory of its own; AAD has no output.
std::string feed(EVP_CIPHER_CTX* context, std::string_view bytes, const Pieces& pieces,
                 bool isAad) {
  std::string out;
  for (std::size_t turn = 0; !bytes.empty(); ++turn) {
    const std::size_t wanted = pieces.empty() ? bytes.size() : pieces[turn % pieces.size()];
    const auto piece = bytes.substr(0, wanted);
    bytes.remove_prefix(piece.size());
    const Exact in = exactly(piece);
    const Exact room(new unsigned char[piece.size()]);
    int length = -1;
    EXPECT_EQ(EVP_CipherUpdate(context, isAad ? nullptr : room.get(), &length, in.get(),
                               static_cast<int>(piece.size())),
              1);
    EXPECT_EQ(static_cast<std::size_t>(length), piece.size());
    if (!isAad) out.append(reinterpret_cast<const char*>(room.get()), piece.size());
  }
  return out;
}

void start(EVP_CIPHER_CTX* context, const EVP_CIPHER* cipher, const Message& message,
           bool encrypting) {
  must(EVP_CipherInit_ex(context, cipher, nullptr, nullptr, nullptr, encrypting ? 1 : 0));
  must(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_IVLEN, static_cast<int>(message.iv.size()),
                           nullptr));
  must(EVP_CipherInit_ex(context, nullptr, nullptr, bytesOf(message.key), bytesOf(message.iv), -1));
}

}  // namespace

void AeadTest::SetUp() {
  if (!countingKernels()) GTEST_SKIP() << "not run: libipsec-mb has no AES-GCM for this CPU";
  static const OSSL_PROVIDER* const loaded = load(nullptr, *countingKernels());
  ASSERT_NE(loaded, nullptr);
}

std::size_t messagesBegun() { return begun; }

const EVP_CIPHER* fast(std::size_t keyLength) {
  static const CipherPtr ciphers[] = {
      {const_cast<EVP_CIPHER*>(fetch(16, "provider=securepair")), EVP_CIPHER_free},
      {const_cast<EVP_CIPHER*>(fetch(32, "provider=securepair")), EVP_CIPHER_free}};
  return ciphers[keyLength / 32].get();
}

const EVP_CIPHER* openssls(std::size_t keyLength) {
  static const CipherPtr ciphers[] = {
      {const_cast<EVP_CIPHER*>(fetch(16, "provider=default")), EVP_CIPHER_free},
      {const_cast<EVP_CIPHER*>(fetch(32, "provider=default")), EVP_CIPHER_free}};
  return ciphers[keyLength / 32].get();
}

ContextPtr newContext() { return {must(EVP_CIPHER_CTX_new()), EVP_CIPHER_CTX_free}; }

Sealed seal(const EVP_CIPHER* cipher, const Message& message, const Pieces& pieces) {
  const auto context = newContext();
  start(context.get(), cipher, message, true);
  feed(context.get(), message.aad, pieces, true);
  Sealed sealed{.text = feed(context.get(), message.text, pieces, false),
                .tag = std::string(16, '\0')};
  unsigned char none = 0;
  int length = -1;
  EXPECT_EQ(EVP_CipherFinal_ex(context.get(), &none, &length), 1);
  EXPECT_EQ(length, 0);
  EXPECT_EQ(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, 16, sealed.tag.data()), 1);
  return sealed;
}

std::optional<std::string> open(const EVP_CIPHER* cipher, const Message& message,
                                std::string_view tag, const Pieces& pieces) {
  const auto context = newContext();
  start(context.get(), cipher, message, false);
  feed(context.get(), message.aad, pieces, true);
  std::string text = feed(context.get(), message.text, pieces, false);
  std::string copy(tag);
  EXPECT_EQ(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(copy.size()),
                                copy.data()),
            1);
  unsigned char none = 0;
  int length = -1;
  if (EVP_CipherFinal_ex(context.get(), &none, &length) != 1) return std::nullopt;
  return text;
}

std::string randomBytes(std::size_t size) {
  static std::mt19937 random(20120504);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

std::string hex(std::string_view digits) {
  std::string bytes;
  for (std::size_t at = 0; at + 1 < digits.size(); at += 2) {
    bytes += static_cast<char>(std::stoi(std::string(digits.substr(at, 2)), nullptr, 16));
  }
  return bytes;
}

}  // namespace securepair::aead
