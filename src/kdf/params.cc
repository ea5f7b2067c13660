#include "kdf/params.h"

#include <array>
#include <string_view>
#include <strings.h>

#include <openssl/err.h>

namespace securepair::kdf {
namespace {

struct Named {
  std::string_view name;
  Digest digest;
};

constexpr std::array<Named, 6> digests{{{"SHA2-256", Digest::sha256},
                                        {"SHA256", Digest::sha256},
                                        {"SHA-256", Digest::sha256},
                                        {"SHA2-384", Digest::sha384},
                                        {"SHA384", Digest::sha384},
                                        {"SHA-384", Digest::sha384}}};

}  // namespace

bool fail(int reason) noexcept {
  ERR_raise(ERR_LIB_PROV, reason);
  return false;
}

bool readDigest(const OSSL_PARAM& param, Digest& digest) noexcept {
  const char* text = nullptr;
  if (OSSL_PARAM_get_utf8_string_ptr(&param, &text) != 1) return false;
  const std::string_view name(text, param.data_size);
  for (const Named& known : digests) {
    if (known.name.size() != name.size() ||
        strncasecmp(known.name.data(), name.data(), name.size()) != 0) {
      continue;
    }
    digest = known.digest;
    return true;
  }
  digest = Digest::other;
  return true;
}

bool readBytes(const OSSL_PARAM& param, View& bytes) noexcept {
  const void* data = nullptr;
  std::size_t size = 0;
  if (OSSL_PARAM_get_octet_string_ptr(&param, &data, &size) != 1) return false;
  bytes = {static_cast<const unsigned char*>(data), size};
  return true;
}

}  // namespace securepair::kdf
