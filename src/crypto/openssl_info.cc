#include <securepair/crypto/openssl_info.h>

#include <new>

#include <openssl/conf.h>
#include <openssl/crypto.h>
#include <openssl/provider.h>
#include <openssl/ssl.h>

#include "crypto/npn.h"
#include "crypto/openssl_error.h"
#include "crypto/openssl_ptr.h"
#include "crypto/trust_store.h"

namespace securepair::crypto {
namespace {

int defaultSecurityLevel() {
  const SslCtxPtr ctx(SSL_CTX_new(TLS_method()));
  if (ctx == nullptr) throw std::bad_alloc();
  return SSL_CTX_get_security_level(ctx.get());
}

std::vector<std::string> activeProviders() {
  std::vector<std::string> names;
  const auto add = [](OSSL_PROVIDER* provider, void* list) {
    static_cast<std::vector<std::string>*>(list)->emplace_back(OSSL_PROVIDER_get0_name(provider));
    return 1;
  };
  OSSL_PROVIDER_do_all(nullptr, add, &names);
  return names;
}

std::string configurationFile() {
  char* const path = CONF_get1_default_config_file();
  if (path == nullptr) return {};
  std::string text = path;
  OPENSSL_free(path);
  return text;
}

}  // namespace

OpensslInfo opensslInfo() {
  const CleanErrors clean;
  OpensslInfo info;
  info.version = OpenSSL_version(OPENSSL_VERSION_STRING);
  info.description = OpenSSL_version(OPENSSL_VERSION);
  // Makes a context, whereupon what OpenSSL loads by itself is there.
  info.securityLevel = defaultSecurityLevel();
  info.providers = activeProviders();
  info.rootsFile = rootsFile();
  info.configurationFile = configurationFile();
  info.npn = hasNpn();
  return info;
}

}  // namespace securepair::crypto
