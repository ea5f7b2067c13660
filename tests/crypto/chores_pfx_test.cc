#include <securepair/crypto/chores.h>

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "crypto/certificate.h"
#include "crypto/kdf_cost.h"
#include "crypto/pem.h"
#include "crypto/pkcs12.h"
#include "support/certificates.h"
#include "support/error_of.h"

namespace securepair::test {
namespace {

using namespace securepair::crypto;

class ChoresPfx : public testing::Test {
 protected:
  void TearDown() override { EXPECT_EQ(ERR_peek_error(), 0U) << "left on the queue"; }

  static Error refusalOfCa(const CaList& ca) {
    const Error error = errorOf([&] { bundleCas(ca); });
    EXPECT_NE(error.message().find("`ca"), std::string::npos) << error.what();
    EXPECT_NE(error.fix(), "") << error.what();
    return error;
  }

  static std::vector<std::string> subjectsOf(const std::vector<X509Ptr>& certs) {
    std::vector<std::string> subjects;
    for (const X509Ptr& cert : certs) subjects.push_back(subjectOf(cert.get()));
    return subjects;
  }

  static inline const Authority root = makeAuthority();
  static inline const Authority intermediate = makeIntermediate(root);
  static inline const Identity identity = issue(intermediate, "localhost");
  static inline const std::string other = makeAuthority("Other Root").own.cert;
};

using NewPfx = ChoresPfx;
using Bundle = ChoresPfx;

TEST_F(NewPfx, HoldsKeyCertificateAndCas) {
  for (const std::string passphrase : {"", "correct horse", "\xC3\xA4\xE2\x82\xAC"}) {
    const Buffer pfx = createPfx({.key = identity.key,
                                  .cert = identity.cert + intermediate.chain,
                                  .ca = {root.own.cert, other, root.own.cert},
                                  .passphrase = passphrase});
    const auto content = readPfx(pfx, passphrase);
    EXPECT_EQ(X509_check_private_key(content.cert.get(), content.key.get()), 1);
    EXPECT_EQ(subjectOf(content.cert.get()), "CN=localhost");
    EXPECT_EQ(subjectsOf(content.cas),
              (std::vector<std::string>{"CN=Test Intermediate", "CN=Test Root", "CN=Other Root"}));
    EXPECT_EQ(errorOf([&] { readPfx(pfx, "wrong horse"); }).code(), "ERR_WRONG_PASSPHRASE");
  }
}

TEST_F(NewPfx, IsAuthenticatedWithSha256AndManyRounds) {
  const Buffer pfx =
      createPfx({.key = identity.key, .cert = identity.cert, .passphrase = "correct horse"});
  const auto* der = reinterpret_cast<const unsigned char*>(pfx.data());
  const Pkcs12Ptr parsed(d2i_PKCS12(nullptr, &der, static_cast<long>(pfx.size())));
  const X509_ALGOR* digest = nullptr;
  const ASN1_INTEGER* rounds = nullptr;
  PKCS12_get0_mac(nullptr, &digest, nullptr, &rounds, parsed.get());
  const ASN1_OBJECT* name = nullptr;
  X509_ALGOR_get0(&name, nullptr, nullptr, digest);
  EXPECT_EQ(OBJ_obj2nid(name), NID_sha256);
  EXPECT_GE(roundsOf(rounds), 100'000U);
}

TEST_F(NewPfx, IsUsedAsItIs) {
  const Buffer pfx = createPfx({.key = encryptKey(identity.key, "of the key"),
                                .keyPassphrase = "of the key",
                                .cert = identity.cert,
                                .ca = root.own.cert,
                                .passphrase = "of the PFX"});
  EXPECT_NO_THROW(createCredentials({.pfx = pfx, .passphrase = "of the PFX"}));
}

TEST_F(NewPfx, NeedsAKeyAndItsCertificate) {
  EXPECT_EQ(errorOf([] { createPfx({.cert = identity.cert}); }).code(), "ERR_INVALID_KEY");
  EXPECT_EQ(errorOf([] { createPfx({.key = identity.key}); }).code(), "ERR_INVALID_CERTIFICATE");
  const Error error =
      errorOf([] { createPfx({.key = identity.key, .cert = root.own.cert + identity.cert}); });
  EXPECT_EQ(error.code(), "ERR_KEY_MISMATCH");
  EXPECT_NE(error.fix().find("first"), std::string::npos) << error.what();
}

TEST_F(NewPfx, NamesThePassphraseThatDoesNotFit) {
  const std::string sealed = encryptKey(identity.key, "right");
  for (const std::string passphrase : {"", "wrong"}) {
    const Error error = errorOf(
        [&] { createPfx({.key = sealed, .keyPassphrase = passphrase, .cert = identity.cert}); });
    EXPECT_NE(error.message().find("`keyPassphrase`"), std::string::npos) << error.what();
  }
  EXPECT_EQ(errorOf([] {
              createPfx({.key = identity.key,
                         .cert = identity.cert,
                         .passphrase = std::string("correct\0horse", 13)});
            }).code(),
            "ERR_INVALID_PASSPHRASE");
}

TEST_F(Bundle, HasEachCertificateOnceInOrder) {
  const Buffer bundle =
      bundleCas({root.own.cert + other, "some words\n" + intermediate.own.cert, root.own.cert});
  EXPECT_EQ(subjectsOf(readChain(bundle)),
            (std::vector<std::string>{"CN=Test Root", "CN=Other Root", "CN=Test Intermediate"}));
  EXPECT_TRUE(bundle.text().starts_with("-----BEGIN CERTIFICATE-----\n"));
}

TEST_F(Bundle, TakesSelfSignedOnes) {
  const std::string cert = selfSigned("a client").cert;
  EXPECT_EQ(bundleCas(cert), Buffer(cert));
  const Buffer key = generateKey();
  const Buffer ours =
      selfSign({.csr = createCsr({.key = key, .subject = "localhost"}), .key = key});
  EXPECT_EQ(bundleCas(ours), ours);
}

TEST_F(Bundle, KeepsWhatACertificateIsNotTrustedFor) {
  const X509Ptr cert = std::move(readChain(root.own.cert).front());
  X509_add1_reject_object(cert.get(), OBJ_nid2obj(NID_server_auth));
  const BioPtr text(BIO_new(BIO_s_mem()));
  ASSERT_EQ(PEM_write_bio_X509_AUX(text.get(), cert.get()), 1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(text.get(), &data);
  const Buffer distrusted(data, static_cast<std::size_t>(size));
  EXPECT_EQ(bundleCas(distrusted), distrusted);
}

TEST_F(Bundle, RefusesWhatVouchesForNobody) {
  const Error leaf = refusalOfCa({root.own.cert, identity.cert});
  EXPECT_EQ(leaf.code(), "ERR_NOT_AN_AUTHORITY");
  EXPECT_NE(leaf.certificate().find("CN=localhost"), std::string::npos);
  EXPECT_NE(leaf.fix().find("CN=Test Intermediate"), std::string::npos);

  const auto expired = makeAuthority(
      CertificateSpec{.commonName = "Old Root", .isCa = true, .fromDays = -10, .untilDays = -1});
  const Error old = refusalOfCa({root.own.cert, expired.own.cert});
  EXPECT_EQ(old.code(), "CERT_HAS_EXPIRED");
  EXPECT_NE(old.certificate().find("CN=Old Root"), std::string::npos);

  EXPECT_EQ(refusalOfCa({}).code(), "ERR_EMPTY_LIST");
  EXPECT_EQ(refusalOfCa({root.own.cert, identity.key}).code(), "ERR_INVALID_CERTIFICATE");
}

}  // namespace
}  // namespace securepair::test
