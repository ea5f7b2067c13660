// Known answers: RFC 4231 for HMAC, RFC 5869 for HKDF, RFC 8448 for TLS 1.3, and the one that
// circulates for TLS 1.2. OpenSSL's own derivations are asked for the last two as well.
#include "kdf/derivation.h"
#include "kdf/key_schedule.h"

namespace securepair::kdf {
namespace {

View viewOf(const std::string& text) {
  return {reinterpret_cast<const unsigned char*>(text.data()), text.size()};
}

template <class Sha>
std::string macOf(const std::string& key, const std::string& message) {
  std::string mac(Sha::size, '\0');
  Hmac<Sha>(viewOf(key)).add(viewOf(message)).finish(reinterpret_cast<unsigned char*>(mac.data()));
  return toHex(mac);
}

TEST(KdfVectors, Hmac) {
  const std::string jefe = "what do ya want for nothing?";
  EXPECT_EQ(macOf<Sha256>("Jefe", jefe),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(macOf<Sha384>("Jefe", jefe),
            "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e"
            "8e2240ca5e69e2c78b3239ecfab21649");
  const std::string longKey(131, '\xaa');
  const std::string test6 = "Test Using Larger Than Block-Size Key - Hash Key First";
  EXPECT_EQ(macOf<Sha256>(longKey, test6),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  EXPECT_EQ(macOf<Sha384>(longKey, test6),
            "4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f3cd11f05033ac4c6"
            "0c2ef6ab4030fe8296248df163f44952");
}

TEST(KdfVectors, HkdfOfTestCase1) {
  std::string secret(32, '\0');
  extract<Sha256>(viewOf(hex("000102030405060708090a0b0c")), viewOf(std::string(22, '\x0b')),
                  reinterpret_cast<unsigned char*>(secret.data()));
  EXPECT_EQ(toHex(secret), "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5");
  std::string out(42, '\0');
  ASSERT_TRUE(expand<Sha256>(viewOf(secret), viewOf(hex("f0f1f2f3f4f5f6f7f8f9")),
                             {reinterpret_cast<unsigned char*>(out.data()), out.size()}));
  EXPECT_EQ(toHex(out),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
            "34007208d5b887185865");
}

struct Step {
  const char* algorithm;
  Params params;
  std::string result;
};

const std::string early = "33ad0a1c607ec03b09e6cd9893680ce210adf300aa1f2660e1b22e10f170f92a";
const std::string shared = "8bd4054fb55b9d63fdfbacf9f04b9f0d35e6d63f537563efd46272900f89492d";
const std::string handshake = "1dc826e93606aa6fdc0aadc12f741b01046aa6b99f691ed221a9f0ca043fbeac";

const std::vector<Step>& steps() {
  static const std::vector<Step> all = {
      {"TLS13-KDF",
       {{"digest", "SHA256"}, {"mode", "EXTRACT_ONLY"}, {"prefix", "tls13 "}, {"label", "derived"}},
       early},
      {"TLS13-KDF",
       {{"digest", "SHA256"},
        {"mode", "EXTRACT_ONLY"},
        {"salt", hex(early)},
        {"key", hex(shared)},
        {"prefix", "tls13 "},
        {"label", "derived"}},
       handshake},
      {"TLS13-KDF",
       {{"digest", "SHA256"},
        {"mode", "EXPAND_ONLY"},
        {"key", hex(early)},
        {"prefix", "tls13 "},
        {"label", "derived"},
        {"data", hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")}},
       "6f2615a108c702c5678f54fc9dbab69716c076189c48250cebeac3576c3611ba"},
      {"TLS1-PRF",
       {{"digest", "SHA256"},
        {"secret", hex("9bbe436ba940f017b17652849a71db35")},
        {"seed", "test label"},
        {"seed", hex("a0ba9f936cda311827a6f796ffd5198c")}},
       "e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a"
       "6b301791e90d35c9c9a46b4e14baf9af0fa022f7077def17abfd3797c0564bab"
       "4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff701"
       "87347b66"}};
  return all;
}

class KdfSteps : public KdfTest {};

TEST_F(KdfSteps, AreThoseOfTheStandards) {
  for (const Step& step : steps()) {
    SCOPED_TRACE(step.result);
    const std::size_t size = step.result.size() / 2;
    EXPECT_EQ(derive(step.algorithm, Whose::ours, size, step.params), hex(step.result));
    EXPECT_EQ(derive(step.algorithm, Whose::openssls, size, step.params), hex(step.result))
        << "the vector is wrong";
  }
}

}  // namespace
}  // namespace securepair::kdf
