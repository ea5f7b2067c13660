#include "crypto/chain_check.h"

#include <new>

#include "crypto/certificate.h"
#include "crypto/openssl_error.h"

namespace securepair::crypto {
namespace {

using Sent =
    OpensslPtr<STACK_OF(X509), [](STACK_OF(X509) * certificates) { sk_X509_free(certificates); }>;

void orNoMemory(int done) {
  if (done != 1) throw std::bad_alloc();
}

// A connection that never shakes hands: it has the context's policy, and leads verifyCallback() to
// the verification.
SslPtr connectionFor(const Context& context, const ChainCheck& check, Verification& verification) {
  SslPtr ssl(SSL_new(context.native()));
  if (ssl == nullptr) throw std::bad_alloc();
  setVerification(ssl.get(), &verification);
  X509_VERIFY_PARAM* const param = SSL_get0_param(ssl.get());
  if (check.time) X509_VERIFY_PARAM_set_time(param, *check.time);
  if (check.maxDepth) X509_VERIFY_PARAM_set_depth(param, *check.maxDepth);
  return ssl;
}

Sent stackOf(const std::vector<X509Ptr>& chain) {
  Sent sent(sk_X509_new_null());
  for (const X509Ptr& certificate : chain) {
    if (sk_X509_push(sent.get(), certificate.get()) == 0) throw std::bad_alloc();
  }
  return sent;
}

// In the order of ssl_verify_cert_chain() in OpenSSL's ssl_cert.c: what the connection was told
// goes over what a purpose brings.
X509StoreCtxPtr storeContextFor(SSL* ssl, const Sent& sent, bool isServer) {
  X509StoreCtxPtr made(X509_STORE_CTX_new());
  if (made == nullptr) throw std::bad_alloc();
  orNoMemory(X509_STORE_CTX_init(made.get(), SSL_CTX_get_cert_store(SSL_get_SSL_CTX(ssl)),
                                 sk_X509_value(sent.get(), 0), sent.get()));
  X509_VERIFY_PARAM* const param = X509_STORE_CTX_get0_param(made.get());
  X509_VERIFY_PARAM_set_auth_level(param, SSL_get_security_level(ssl));
  orNoMemory(X509_STORE_CTX_set_ex_data(made.get(), SSL_get_ex_data_X509_STORE_CTX_idx(), ssl));
  orNoMemory(X509_STORE_CTX_set_default(made.get(), isServer ? "ssl_client" : "ssl_server"));
  orNoMemory(X509_VERIFY_PARAM_set1(param, SSL_get0_param(ssl)));
  return made;
}

}  // namespace

tls::PeerCertificate judgeChain(const Context& context, const ChainCheck& check,
                                Verification& verification) {
  const CleanErrors clean;
  const SslPtr ssl = connectionFor(context, check, verification);
  const Sent sent = stackOf(check.chain);
  tls::PeerCertificate found;
  const auto judgeOnce = [&] {
    const auto store = storeContextFor(ssl.get(), sent, verification.expect.isServer);
    static_cast<void>(verifyCallback(store.get(), nullptr));
    found = describeChain(X509_STORE_CTX_get0_chain(store.get()));
  };
  judgeOnce();
  if (verification.name == Verification::Name::asked) {
    judgeName(verification, check.identity, found);
    judgeOnce();
  }
  if (!verification.done) throw std::bad_alloc();
  return found;
}

}  // namespace securepair::crypto
