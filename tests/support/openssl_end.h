#pragma once
#include <string>
#include <string_view>

#include "crypto/openssl_ptr.h"
#include "support/certificates.h"

namespace securepair::test {

/// The other side of an engine: OpenSSL itself, between two byte arrays, so that it can be asked to
/// misbehave.
class OpensslEnd {
 public:
  OpensslEnd(const SSL_METHOD* method, int version);

  SSL_CTX* ctx() { return ctx_.get(); }
  SSL* ssl() { return ssl_.get(); }

  void use(const Identity& identity);
  void feed(std::string_view bytes);
  /// What it has for the engine.
  std::string take();
  /// Shakes hands and reads as far as it can without more input.
  void work();
  const std::string& received() const noexcept { return received_; }

 private:
  void prepare(int version);

  crypto::SslCtxPtr ctx_;
  crypto::SslPtr ssl_;
  std::string received_;
};

}  // namespace securepair::test
