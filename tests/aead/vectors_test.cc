// Known answers: the test cases of McGrew's and Viega's specification of GCM, and the counters that
// their IVs do not reach.
#include <array>
#include <string>
#include <vector>

#include "aead/evp.h"

namespace securepair::aead {
namespace {

struct Vector {
  int number;
  std::string key, text, aad, iv, sealed, tag;
};

const std::string zeros16 = "00000000000000000000000000000000";
const std::string key128 = "feffe9928665731c6d6a8f9467308308";
const std::string key256 = key128 + key128;
const std::string text60 =
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
    "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39";
const std::string aad20 = "feedfacedeadbeeffeedfacedeadbeefabaddad2";
const std::string iv12 = "cafebabefacedbaddecaf888";
const std::string iv8 = "cafebabefacedbad";
const std::string iv60 =
    "9313225df88406e555909c5aff5269aa6a7a9538534f7da1e4c303d2a318a728"
    "c3c0c95156809539fcf0e2429a6b525416aedbf5a0de6a57a637b39b";

const std::vector<Vector>& vectors() {
  static const std::string sealed3 =
      "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
      "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091";
  static const std::string sealed15 =
      "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
      "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662";
  static const std::vector<Vector> all = {
      {1, zeros16, "", "", zeros16.substr(0, 24), "", "58e2fccefa7e3061367f1d57a4e7455a"},
      {2, zeros16, zeros16, "", zeros16.substr(0, 24), "0388dace60b6a392f328c2b971b2fe78",
       "ab6e47d42cec13bdf53a67b21257bddf"},
      {3, key128, text60 + "1aafd255", "", iv12, sealed3 + "473f5985",
       "4d5c2af327cd64a62cf35abd2ba6fab4"},
      {4, key128, text60, aad20, iv12, sealed3, "5bc94fbc3221a5db94fae95ae7121a47"},
      {5, key128, text60, aad20, iv8,
       "61353b4c2806934a777ff51fa22a4755699b2a714fcdc6f83766e5f97b6c7423"
       "73806900e49f24b22b097544d4896b424989b5e1ebac0f07c23f4598",
       "3612d2e79e3b0785561be14aaca2fccb"},
      {6, key128, text60, aad20, iv60,
       "8ce24998625615b603a033aca13fb894be9112a5c3a211a8ba262a3cca7e2ca7"
       "01e4a9a4fba43c90ccdcb281d48c7c6fd62875d2aca417034c34aee5",
       "619cc5aefffe0bfa462af43c1699d050"},
      {13, zeros16 + zeros16, "", "", zeros16.substr(0, 24), "",
       "530f8afbc74536b9a963b4f1c4cb738b"},
      {14, zeros16 + zeros16, zeros16, "", zeros16.substr(0, 24),
       "cea7403d4d606b6e074ec5d3baf39d18", "d0d1c8a799996bf0265b98b5d48ab919"},
      {15, key256, text60 + "1aafd255", "", iv12, sealed15 + "898015ad",
       "b094dac5d93471bdec1a502270e3cc6c"},
      {16, key256, text60, aad20, iv12, sealed15, "76fc6ece0f4e1768cddf8853bb2d551b"},
      {17, key256, text60, aad20, iv8,
       "c3762df1ca787d32ae47c13bf19844cbaf1ae14d0b976afac52ff7d79bba9de0"
       "feb582d33934a4f0954cc2363bc73f7862ac430e64abe499f47c9b1f",
       "3a337dbf46a792c45e454913fe2ea8f2"},
      {18, key256, text60, aad20, iv60,
       "5a8def2f0c9e53f1f75d7853659e2a20eeb2b22aafde6419a058ab4f6f746bf4"
       "0fc0c3b780f244452da3ebf1c5d82cdea2418997200ef82e44ae7e3f",
       "a44a8266ee1c8eb0c8b5d4cf5ae9f19a"}};
  return all;
}

class AeadVectors : public AeadTest {};

TEST_F(AeadVectors, AreThoseOfTheSpecification) {
  for (const Vector& vector : vectors()) {
    SCOPED_TRACE(vector.number);
    const Message clear{hex(vector.key), hex(vector.iv), hex(vector.aad), hex(vector.text)};
    const Sealed expected{hex(vector.sealed), hex(vector.tag)};
    const EVP_CIPHER* const cipher = fast(clear.key.size());
    EXPECT_EQ(seal(cipher, clear), expected);
    EXPECT_EQ(seal(openssls(clear.key.size()), clear), expected) << "the vector is wrong";
    Message sealed = clear;
    sealed.text = expected.text;
    EXPECT_EQ(open(cipher, sealed, expected.tag), clear.text);
  }
}

// ---- Counters about to wrap: an IV of 16 bytes can be found for each first counter block ----

using Block = std::array<unsigned char, 16>;

Block operator^(Block a, const Block& b) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] = static_cast<unsigned char>(a[i] ^ b[i]);
  return a;
}

// In GF(2^128), bit by bit, as NIST SP 800-38D says.
Block times(const Block& a, Block b) {
  Block product{};
  for (unsigned i = 0; i < 128; ++i) {
    if ((a[i / 8] >> (7 - i % 8) & 1) != 0) product = product ^ b;
    const bool carry = (b[15] & 1) != 0;
    for (std::size_t at = 15; at > 0; --at) {
      b[at] = static_cast<unsigned char>(b[at] >> 1 | (b[at - 1] & 1) << 7);
    }
    b[0] = static_cast<unsigned char>(b[0] >> 1 ^ (carry ? 0xe1 : 0));
  }
  return product;
}

// a^(2^128 - 2)
Block inverse(const Block& a) {
  Block power = a;
  Block product{0x80};  // 1
  for (int i = 1; i < 128; ++i) {
    power = times(power, power);
    product = times(product, power);
  }
  return product;
}

Block hashKey(const std::string& key) {
  const auto context = newContext();
  const Block zeros{};
  Block out{};
  int length = 0;
  EVP_EncryptInit_ex(context.get(), key.size() == 16 ? EVP_aes_128_ecb() : EVP_aes_256_ecb(),
                     nullptr, bytesOf(key), nullptr);
  EVP_EncryptUpdate(context.get(), out.data(), &length, zeros.data(), 16);
  return out;
}

// The first counter block is GHASH(IV || 64 zero bits || 128 as 64 bits).
std::string ivFor(const std::string& key, const Block& firstCounter) {
  const Block back = inverse(hashKey(key));
  Block lengths{};
  lengths[15] = 128;
  const Block iv = times(times(firstCounter, back) ^ lengths, back);
  return {reinterpret_cast<const char*>(iv.data()), iv.size()};
}

TEST_F(AeadVectors, ACounterWrapsWithinItsThirtyTwoBits) {
  for (const std::size_t keyLength : {16, 32}) {
    const std::string key = randomBytes(keyLength);
    for (const unsigned before : {0U, 1U, 2U, 3U, 15U, 16U, 17U, 47U, 48U, 49U, 200U, 254U, 255U}) {
      SCOPED_TRACE(before);
      Block counter;
      counter.fill(0xff);
      counter[15] = static_cast<unsigned char>(0xff - before);
      for (const std::size_t size : {16, 100, 768, 800, 5000}) {
        const Message message{key, ivFor(key, counter), "", randomBytes(size)};
        const Sealed sealed = seal(fast(keyLength), message);
        EXPECT_EQ(sealed, seal(openssls(keyLength), message));
        Message back = message;
        back.text = sealed.text;
        EXPECT_EQ(open(fast(keyLength), back, sealed.tag), message.text);
      }
    }
  }
}

TEST_F(AeadVectors, TheIvForACounterIsTheRightOne) {
  // With this first counter block the tag of nothing is E(K, counter) ^ GHASH of nothing, 0.
  const std::string key = randomBytes(16);
  Block counter;
  counter.fill(0xff);
  const auto context = newContext();
  Block out{};
  int length = 0;
  EVP_EncryptInit_ex(context.get(), EVP_aes_128_ecb(), nullptr, bytesOf(key), nullptr);
  EVP_EncryptUpdate(context.get(), out.data(), &length, counter.data(), 16);
  EXPECT_EQ(seal(fast(16), {key, ivFor(key, counter), "", ""}).tag,
            std::string(reinterpret_cast<const char*>(out.data()), out.size()));
}

}  // namespace
}  // namespace securepair::aead
