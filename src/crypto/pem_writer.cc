#include "crypto/pem_writer.h"

#include <openssl/pem.h>

#include "crypto/making.h"

namespace securepair::crypto {
namespace {

constexpr int saltSize = 16;

// Its memory is wiped when it is freed.
BioPtr newText() {
  BioPtr text(BIO_new(BIO_s_mem()));
  require(text != nullptr, "a PEM text");
  return text;
}

Buffer contentOf(const BioPtr& text) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(text.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

void append(BIO* text, X509* certificate) {
  const int written = X509_trusted(certificate) == 1 ? PEM_write_bio_X509_AUX(text, certificate)
                                                     : PEM_write_bio_X509(text, certificate);
  require(written == 1, "a PEM text");
}

}  // namespace

Buffer pemOf(const EVP_PKEY* key, const std::string& passphrase) {
  const CleanErrors clean;
  requireCString(passphrase);
  const BioPtr text = newText();
  const Pkcs8Ptr plain(EVP_PKEY2PKCS8(key));
  require(plain != nullptr, "PKCS#8 of the key");
  if (passphrase.empty()) {
    require(PEM_write_bio_PKCS8_PRIV_KEY_INFO(text.get(), plain.get()) == 1, "a PEM text");
    return contentOf(text);
  }
  constexpr int pbes2 = -1;
  const X509SigPtr sealed(PKCS8_encrypt(pbes2, EVP_aes_256_cbc(), passphrase.data(),
                                        static_cast<int>(passphrase.size()), nullptr, saltSize,
                                        roundsToWrite, plain.get()));
  require(sealed != nullptr && PEM_write_bio_PKCS8(text.get(), sealed.get()) == 1,
          "an encrypted key");
  return contentOf(text);
}

Buffer pemOf(X509_REQ* request) {
  const CleanErrors clean;
  const BioPtr text = newText();
  require(PEM_write_bio_X509_REQ(text.get(), request) == 1, "a PEM text");
  return contentOf(text);
}

Buffer pemOf(X509_CRL* list) {
  const CleanErrors clean;
  const BioPtr text = newText();
  require(PEM_write_bio_X509_CRL(text.get(), list) == 1, "a PEM text");
  return contentOf(text);
}

Buffer pemOf(const std::vector<X509Ptr>& certificates) {
  const CleanErrors clean;
  const BioPtr text = newText();
  for (const X509Ptr& certificate : certificates) append(text.get(), certificate.get());
  return contentOf(text);
}

Buffer pemOf(X509* certificate) {
  const CleanErrors clean;
  const BioPtr text = newText();
  append(text.get(), certificate);
  return contentOf(text);
}

void requireCString(const std::string& passphrase) {
  if (passphrase.find('\0') == std::string::npos) return;
  throw Error({.code = "ERR_INVALID_PASSPHRASE",
               .message = "`passphrase` has a NUL in it, at which other programs take it to end",
               .expected = "text",
               .fix = "make it of text, such as the hexadecimal digits of random bytes"});
}

}  // namespace securepair::crypto
