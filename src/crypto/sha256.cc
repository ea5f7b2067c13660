#include "crypto/sha256.h"

#include <new>

#include <openssl/evp.h>

namespace securepair::crypto {
namespace {

template <class Object>
void addDer(Sha256& hash, Object* object, int (*encode)(const Object*, unsigned char**)) {
  unsigned char* der = nullptr;
  const int size = encode(object, &der);
  if (size < 0) throw std::bad_alloc();
  const OpensslMemory<unsigned char> owner(der);
  hash.add({reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)});
}

}  // namespace

Sha256::Sha256() : ctx_(EVP_MD_CTX_new()) {
  if (ctx_ == nullptr || EVP_DigestInit_ex(ctx_.get(), EVP_sha256(), nullptr) != 1) {
    throw std::bad_alloc();
  }
}

Sha256& Sha256::add(std::string_view field) {
  const std::string length = std::to_string(field.size()) + ":";
  if (EVP_DigestUpdate(ctx_.get(), length.data(), length.size()) != 1 ||
      EVP_DigestUpdate(ctx_.get(), field.data(), field.size()) != 1) {
    throw std::bad_alloc();
  }
  return *this;
}

Sha256& Sha256::add(X509* certificate) {
  addDer<X509>(*this, certificate, i2d_X509_AUX);
  return *this;
}

Sha256& Sha256::add(X509_CRL* list) {
  addDer<X509_CRL>(*this, list, i2d_X509_CRL);
  return *this;
}

std::string Sha256::digest() {
  std::string bytes(size, '\0');
  if (EVP_DigestFinal_ex(ctx_.get(), reinterpret_cast<unsigned char*>(bytes.data()), nullptr) !=
      1) {
    throw std::bad_alloc();
  }
  return bytes;
}

}  // namespace securepair::crypto
