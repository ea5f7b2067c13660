#pragma once
#include <memory>
#include <vector>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/pkcs12.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace securepair::crypto {

/// Calls one of OpenSSL's functions to free an object.
template <auto free>
struct Freeing {
  template <class T>
  void operator()(T* object) const noexcept {
    static_cast<void>(free(object));
  }
};

template <class T, auto free>
using OpensslPtr = std::unique_ptr<T, Freeing<free>>;

using BignumPtr = OpensslPtr<BIGNUM, BN_free>;
using BioPtr = OpensslPtr<BIO, BIO_free>;
using EvpPkeyPtr = OpensslPtr<EVP_PKEY, EVP_PKEY_free>;
using GeneralNamesPtr = OpensslPtr<GENERAL_NAMES, GENERAL_NAMES_free>;
using Pkcs12Ptr = OpensslPtr<PKCS12, PKCS12_free>;
using Pkcs8Ptr = OpensslPtr<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>;
using SslCtxPtr = OpensslPtr<SSL_CTX, SSL_CTX_free>;
using SslSessionPtr = OpensslPtr<SSL_SESSION, SSL_SESSION_free>;
using SslPtr = OpensslPtr<SSL, SSL_free>;
using X509CrlPtr = OpensslPtr<X509_CRL, X509_CRL_free>;
using X509NamePtr = OpensslPtr<X509_NAME, X509_NAME_free>;
using X509Ptr = OpensslPtr<X509, X509_free>;
using X509ReqPtr = OpensslPtr<X509_REQ, X509_REQ_free>;
using X509SigPtr = OpensslPtr<X509_SIG, X509_SIG_free>;
using X509StorePtr = OpensslPtr<X509_STORE, X509_STORE_free>;
using X509StoreCtxPtr = OpensslPtr<X509_STORE_CTX, X509_STORE_CTX_free>;

/// Memory that OpenSSL has allocated for the caller.
struct FreeingMemory {
  void operator()(void* memory) const noexcept { OPENSSL_free(memory); }
};
template <class T>
using OpensslMemory = std::unique_ptr<T, FreeingMemory>;

/// One more owner of an object that somebody else owns.
inline X509Ptr share(X509* certificate) noexcept {
  if (certificate != nullptr) X509_up_ref(certificate);
  return X509Ptr(certificate);
}
inline std::vector<X509Ptr> share(const std::vector<X509Ptr>& certificates) {
  std::vector<X509Ptr> shared;
  shared.reserve(certificates.size());
  for (const X509Ptr& certificate : certificates) shared.push_back(share(certificate.get()));
  return shared;
}
inline X509StorePtr share(X509_STORE* store) noexcept {
  if (store != nullptr) X509_STORE_up_ref(store);
  return X509StorePtr(store);
}

}  // namespace securepair::crypto
