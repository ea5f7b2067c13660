#include "crypto/pkcs12.h"

#include <ctime>
#include <string>

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/provider.h>

#include "crypto/certificate.h"
#include "support/certificates.h"
#include "support/error_of.h"

namespace securepair::test {
namespace {

using namespace securepair::crypto;

// What a PFX of these settings is made of; PKCS12_create()'s own numbers.
struct PfxSpec {
  std::string passphrase = {};
  bool withoutPassphrase = false;  ///< none, which is another thing than an empty one
  int keyAlgorithm = 0;
  int certAlgorithm = 0;
  int iterations = 0;
  int macIterations = 0;
  bool hasKey = true;
  bool hasCert = true;
};

class Pfx : public testing::Test {
 protected:
  void TearDown() override { EXPECT_EQ(ERR_peek_error(), 0U) << "left on the queue"; }

  static BioPtr reader(const std::string& text) {
    return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  }

  static std::string make(const PfxSpec& spec) {
    const X509Ptr cert(PEM_read_bio_X509(reader(identity.cert).get(), nullptr, nullptr, nullptr));
    const EvpPkeyPtr key(
        PEM_read_bio_PrivateKey(reader(identity.key).get(), nullptr, nullptr, nullptr));
    const Pkcs12Ptr made(PKCS12_create(
        spec.withoutPassphrase ? nullptr : spec.passphrase.c_str(), nullptr,
        spec.hasKey ? key.get() : nullptr, spec.hasCert ? cert.get() : nullptr, nullptr,
        spec.keyAlgorithm, spec.certAlgorithm, spec.iterations, spec.macIterations, 0));
    return derOfPfx(made.get());
  }

  static std::string derOfPfx(const PKCS12* made) {
    unsigned char* der = nullptr;
    const int size = i2d_PKCS12(made, &der);
    EXPECT_GT(size, 0);
    const OpensslMemory<unsigned char> owned(der);
    return {reinterpret_cast<char*>(der), static_cast<std::size_t>(size)};
  }

  static Error errorFor(const std::string& content, const std::string& passphrase = {}) {
    const Error error = errorOf([&] { readPfx(content, passphrase); });
    EXPECT_NE(error.message().find("`pfx`"), std::string::npos) << error.what();
    EXPECT_NE(error.fix(), "") << error.what();
    return error;
  }

  static inline const Authority authority = makeAuthority();
  static inline const Identity identity = issue(authority, "localhost");
};

TEST_F(Pfx, GivesKeyCertificateAndCas) {
  for (const std::string passphrase : {"", "correct horse", "\xC3\xA4\xE2\x82\xAC"}) {
    const auto other = makeAuthority("Other Root");
    const auto content =
        readPfx(pfx(identity, {authority.own.cert, other.own.cert}, passphrase), passphrase);
    EXPECT_EQ(X509_check_private_key(content.cert.get(), content.key.get()), 1);
    EXPECT_EQ(subjectOf(content.cert.get()), "CN=localhost");
    ASSERT_EQ(content.cas.size(), 2U);
    EXPECT_EQ(subjectOf(content.cas[0].get()), "CN=Test Root");
    EXPECT_EQ(subjectOf(content.cas[1].get()), "CN=Other Root");
  }
}

TEST_F(Pfx, KnowsAMissingPassphraseFromAWrongOne) {
  const std::string file = pfx(identity, {}, "correct horse");
  EXPECT_EQ(errorFor(file).code(), "ERR_PASSPHRASE_REQUIRED");
  const Error wrong = errorFor(file, "wrong horse");
  EXPECT_EQ(wrong.code(), "ERR_WRONG_PASSPHRASE");
  EXPECT_EQ(std::string(wrong.what()).find("horse"), std::string::npos);
  EXPECT_EQ(errorFor(pfx(identity), "not needed").code(), "ERR_WRONG_PASSPHRASE");
}

TEST_F(Pfx, WithoutAMacIsReadToo) {
  const std::string file = make({.passphrase = "correct horse", .macIterations = -1});
  EXPECT_NE(readPfx(file, "correct horse").key, nullptr);
  EXPECT_EQ(errorFor(file, "wrong horse").code(), "ERR_WRONG_PASSPHRASE");
  EXPECT_EQ(errorFor(file).code(), "ERR_PASSPHRASE_REQUIRED");
}

TEST_F(Pfx, ThatIsNotEncryptedIsRead) {
  const std::string file = make({.keyAlgorithm = -1, .certAlgorithm = -1, .macIterations = -1});
  EXPECT_NE(readPfx(file, "").key, nullptr);
}

TEST_F(Pfx, WithoutAPassphraseIsReadWhicheverWayThatWasMeant) {
  EXPECT_NE(readPfx(make({.passphrase = ""}), "").key, nullptr);
  EXPECT_NE(readPfx(make({.withoutPassphrase = true}), "").key, nullptr);
}

TEST_F(Pfx, Of3desAsOpenssl1WroteItIsRead) {
  const int des = NID_pbe_WithSHA1And3_Key_TripleDES_CBC;
  const std::string file =
      make({.passphrase = "correct horse", .keyAlgorithm = des, .certAlgorithm = des});
  EXPECT_NE(readPfx(file, "correct horse").key, nullptr);
  EXPECT_EQ(errorFor(file, "wrong horse").code(), "ERR_WRONG_PASSPHRASE");
}

TEST_F(Pfx, Rc2AsOpenssl1WroteItIsNotAndSaysHowToConvertIt) {
  std::string file;
  {
    const OpensslPtr<OSSL_PROVIDER, OSSL_PROVIDER_unload> legacy(
        OSSL_PROVIDER_try_load(nullptr, "legacy", 1));
    if (legacy == nullptr) {
      ERR_clear_error();
      GTEST_SKIP() << "no legacy provider here";
    }
    file = make({.passphrase = "correct horse",
                 .keyAlgorithm = NID_pbe_WithSHA1And3_Key_TripleDES_CBC,
                 .certAlgorithm = NID_pbe_WithSHA1And40BitRC2_CBC});
  }
  const Error error = errorFor(file, "correct horse");
  EXPECT_EQ(error.code(), "ERR_UNSUPPORTED_PFX") << error.what();
  EXPECT_NE(error.message().find("RC2-40-CBC"), std::string::npos) << error.what();
  EXPECT_NE(error.fix().find("openssl pkcs12 -legacy -in old.pfx"), std::string::npos);
  EXPECT_EQ(errorFor(file, "wrong horse").code(), "ERR_WRONG_PASSPHRASE");
}

TEST_F(Pfx, SaysWhatItGotInPlaceOfOne) {
  EXPECT_NE(errorFor(identity.cert + identity.key).got().find("PEM"), std::string::npos);
  EXPECT_NE(errorFor(identity.cert).fix().find("openssl pkcs12 -export"), std::string::npos);
  for (const std::string& content :
       {derOf(identity.cert), std::string("server.pfx"), std::string(100, '\x30'),
        pfx(identity).substr(0, 300), std::string(1, '\0')}) {
    EXPECT_EQ(errorFor(content).code(), "ERR_INVALID_PFX");
  }
}

TEST_F(Pfx, DamagedAnywhereDoesNoHarm) {
  const std::string whole = pfx(identity, {authority.own.cert}, "correct horse");
  for (std::size_t at = 0; at < whole.size(); at += 7) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x41);
    try {
      readPfx(damaged, "correct horse");
    } catch (const Error& error) {
      EXPECT_NE(error.fix(), "") << error.what();
    }
  }
}

TEST_F(Pfx, NeedsAKeyAndItsCertificate) {
  const Error noKey = errorFor(make({.hasKey = false}));
  EXPECT_EQ(noKey.code(), "ERR_INVALID_PFX");
  EXPECT_NE(noKey.message().find("no private key"), std::string::npos) << noKey.what();
  const Error noCert = errorFor(make({.hasCert = false}));
  EXPECT_NE(noCert.message().find("no certificate"), std::string::npos) << noCert.what();
}

// A file of 65,536 rounds in which one place then says 8,388,607.
std::string withManyRounds(std::string file, std::size_t which) {
  const std::string few("\x02\x03\x01\x00\x00", 5);
  std::size_t at = file.find(few);
  for (; which > 0 && at != std::string::npos; --which) at = file.find(few, at + 1);
  EXPECT_NE(at, std::string::npos);
  return file.replace(at, few.size(), "\x02\x03\x7F\xFF\xFF");
}

TEST_F(Pfx, ThatAsksForTooMuchWorkIsRefusedAtOnce) {
  const std::string mac = make({.passphrase = "p", .macIterations = 65536});
  const std::string bags = make({.passphrase = "p", .iterations = 65536, .macIterations = -1});
  EXPECT_NE(readPfx(mac, "p").key, nullptr);
  EXPECT_NE(readPfx(bags, "p").key, nullptr);
  for (const std::string& file :
       {withManyRounds(mac, 0), withManyRounds(bags, 0), withManyRounds(bags, 1)}) {
    const std::clock_t start = std::clock();
    const Error error = errorFor(file, "p");
    EXPECT_LT(std::clock() - start, CLOCKS_PER_SEC);
    EXPECT_EQ(error.code(), "ERR_INVALID_PFX");
    EXPECT_NE(error.message().find("work"), std::string::npos) << error.what();
  }
}

TEST_F(Pfx, AllStepsTogetherAreBounded) {
  const std::string file = make({.passphrase = "p", .iterations = 600'000, .macIterations = -1});
  const Error error = errorFor(file, "p");
  EXPECT_NE(error.message().find("work"), std::string::npos) << error.what();
}

}  // namespace
}  // namespace securepair::test
