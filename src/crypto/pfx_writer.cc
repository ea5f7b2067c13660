#include <securepair/crypto/chores.h>

#include <utility>
#include <vector>

#include "crypto/ca_bundle.h"
#include "crypto/making.h"
#include "crypto/own_certificate.h"
#include "crypto/pem.h"
#include "crypto/pem_writer.h"
#include "crypto/private_key.h"

namespace securepair::crypto {
namespace {

using CertificatesPtr =
    OpensslPtr<STACK_OF(X509), [](STACK_OF(X509) * all) { sk_X509_pop_free(all, X509_free); }>;

constexpr const char* aPfx = "a PFX";

OwnCertificate readOwn(const PfxOptions& options) {
  OwnCertificate own{.key = readKey(options.key, options.keyPassphrase,
                                    {.key = "key", .passphrase = "keyPassphrase"}),
                     .option = "cert"};
  own.chain = readChain(options.cert);
  own.leaf = std::move(own.chain.front());
  own.chain.erase(own.chain.begin());
  requireOwnKey(own);
  return own;
}

CertificatesPtr stackOf(const std::vector<X509Ptr>& chain, const std::vector<X509Ptr>& cas) {
  CertificatesPtr stack(sk_X509_new_null());
  require(stack != nullptr, aPfx);
  constexpr int once = X509_ADD_FLAG_UP_REF | X509_ADD_FLAG_NO_DUP;
  for (const auto* some : {&chain, &cas}) {
    for (const X509Ptr& cert : *some) {
      require(X509_add_cert(stack.get(), cert.get(), once) == 1, aPfx);
    }
  }
  return stack;
}

Buffer derOf(PKCS12* pfx) {
  unsigned char* der = nullptr;
  const int size = i2d_PKCS12(pfx, &der);
  const OpensslMemory<unsigned char> owned(der);
  require(size > 0, aPfx);
  return {der, static_cast<std::size_t>(size)};
}

}  // namespace

Buffer createPfx(PfxOptions options) {
  const CleanErrors clean;
  requireCString(options.passphrase);
  const OwnCertificate own = readOwn(options);
  const auto cas = options.ca.given() ? readBundle(options.ca) : std::vector<X509Ptr>();
  const CertificatesPtr others = stackOf(own.chain, cas);
  // No work makes an empty passphrase harder to guess.
  const int rounds = options.passphrase.empty() ? PKCS12_DEFAULT_ITER : roundsToWrite;
  const char* const passphrase = options.passphrase.c_str();
  // Told nothing but a cipher, PKCS12_create() encrypts by PBES2. Its MAC would be of OpenSSL's
  // choice, so that comes after it.
  constexpr int noMac = -1;
  const Pkcs12Ptr pfx(PKCS12_create(passphrase, nullptr, own.key.get(), own.leaf.get(),
                                    others.get(), NID_aes_256_cbc, NID_aes_256_cbc, rounds, noMac,
                                    0));
  require(pfx != nullptr &&
              PKCS12_set_mac(pfx.get(), passphrase, -1, nullptr, 0, rounds, EVP_sha256()) == 1,
          aPfx);
  return derOf(pfx.get());
}

}  // namespace securepair::crypto
