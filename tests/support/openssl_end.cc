#include "support/openssl_end.h"

#include <array>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "crypto/pem.h"
#include "crypto/private_key.h"

namespace securepair::test {

OpensslEnd::OpensslEnd(const SSL_METHOD* method, int version)
    : ctx_(SSL_CTX_new(method)), ssl_((prepare(version), SSL_new(ctx_.get()))) {
  SSL_set_bio(ssl(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  if (SSL_is_server(ssl()) == 1) {
    SSL_set_accept_state(ssl());
  } else {
    SSL_set_connect_state(ssl());
  }
}

void OpensslEnd::prepare(int version) {
  SSL_CTX_set_min_proto_version(ctx(), version);
  SSL_CTX_set_max_proto_version(ctx(), version);
}

void OpensslEnd::use(const Identity& identity) {
  SSL_use_certificate(ssl(), crypto::readChain(identity.cert).front().get());
  SSL_use_PrivateKey(ssl(), crypto::readKey(identity.key, "").get());
}

void OpensslEnd::feed(std::string_view bytes) {
  BIO_write(SSL_get_rbio(ssl()), bytes.data(), static_cast<int>(bytes.size()));
}

std::string OpensslEnd::take() {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(SSL_get_wbio(ssl()), &bytes);
  std::string taken(bytes, static_cast<std::size_t>(size));
  static_cast<void>(BIO_reset(SSL_get_wbio(ssl())));
  return taken;
}

void OpensslEnd::work() {
  std::array<char, 1000> into{};
  for (int size = 1; size > 0;) {
    size = SSL_read(ssl(), into.data(), into.size());
    if (size > 0) received_.append(into.data(), static_cast<std::size_t>(size));
  }
  ERR_clear_error();
}

}  // namespace securepair::test
