#include "engine/offered_session.h"

#include <cstddef>
#include <string_view>

#include <openssl/ssl.h>

#include "engine/hello_field.h"

namespace securepair::engine {
namespace {

// What OpenSSL gives to each of its sessions.
constexpr std::size_t idSize = SSL_MAX_SSL_SESSION_ID_LENGTH;

std::string textOf(BytesView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// In TLS 1.3 what looks like a session's id is padding.
std::string legacyId(SSL* ssl) {
  const unsigned char* bytes = nullptr;
  const std::size_t size = SSL_client_hello_get0_session_id(ssl, &bytes);
  return textOf({reinterpret_cast<const std::byte*>(bytes), size});
}

bool allowsTls13(SSL* ssl) noexcept {
  const long most = SSL_get_max_proto_version(ssl);
  return most == 0 || most >= TLS1_3_VERSION;
}

}  // namespace

std::string firstIdentityIn(BytesView extension) {
  BytesView identities;
  BytesView identity;
  const bool found = cutField(extension, identities) && cutField(identities, identity);
  return found ? textOf(identity) : std::string();
}

bool hasTls13(BytesView extension) noexcept {
  BytesView versions;
  if (!cutField<1>(extension, versions)) return false;
  for (; versions.size() >= 2; versions = versions.subspan(2)) {
    if (versions[0] == std::byte{TLS1_3_VERSION >> 8} &&
        versions[1] == std::byte{TLS1_3_VERSION & 0xFF}) {
      return true;
    }
  }
  return false;
}

std::string offeredSession(SSL* ssl) {
  const bool isTls13 =
      allowsTls13(ssl) && hasTls13(extensionOf(ssl, TLSEXT_TYPE_supported_versions));
  std::string id = isTls13 ? firstIdentityIn(extensionOf(ssl, TLSEXT_TYPE_psk)) : legacyId(ssl);
  return id.size() == idSize ? id : std::string();
}

}  // namespace securepair::engine
