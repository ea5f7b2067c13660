#include "crypto/trace.h"

#include <cstdio>
#include <new>

#include <openssl/ssl.h>

#ifdef SECUREPAIR_HOST_OPENSSL
#pragma weak SSL_trace
#endif

namespace securepair::crypto {
namespace {

bool hasTrace() noexcept {
#ifdef SECUREPAIR_HOST_OPENSSL
  return SSL_trace != nullptr;
#else
  return true;
#endif
}

// Never freed: a connection may end after the process's statics.
BIO* standardError() {
  static BIO* const bio = BIO_new_fp(stderr, BIO_NOCLOSE);
  if (bio == nullptr) throw std::bad_alloc();
  return bio;
}

}  // namespace

bool traceHandshakes(SSL* ssl) {
  if (!hasTrace()) return false;
  SSL_set_msg_callback(ssl, SSL_trace);
  SSL_set_msg_callback_arg(ssl, standardError());
  return true;
}

}  // namespace securepair::crypto
