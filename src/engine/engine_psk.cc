// Keys that both sides have beforehand, by which they know each other without a certificate
// (RFC 4279, RFC 8446). OpenSSL makes no session of such a handshake here: whoever takes a key away
// wants to have taken it away.
#include <algorithm>
#include <cstring>
#include <utility>

#include <openssl/asn1.h>
#include <openssl/ssl.h>

#include "crypto/openssl_error.h"
#include "engine/engine.h"

namespace securepair::engine {
namespace {

constexpr std::size_t shortestKey = 16;
constexpr std::size_t longestKey = 256;
constexpr std::size_t longestName = 127;

Error badLength(const std::string& what, const std::string& expected, std::size_t got) {
  return Error({.code = "ERR_OUT_OF_RANGE",
                .message = "`pskCallback` gave " + what + " of a length that cannot be used",
                .expected = expected,
                .got = std::to_string(got) + " bytes",
                .fix = "make the key with: openssl rand -hex 32"});
}

// What is no text, such as a session's ticket, is nobody's name.
bool isName(std::string_view identity) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(identity.data());
  auto left = static_cast<int>(identity.size());
  while (left > 0) {
    unsigned long character = 0;
    const int size = UTF8_getc(bytes, left, &character);
    if (size <= 0 || character < ' ' || character == 0x7F) return false;
    bytes += size;
    left -= size;
  }
  return !identity.empty();
}

// In TLS 1.3 such a key is for suites with SHA-256 (RFC 8446, section 4.2.11), which else come
// last.
void preferSha256(SSL* ssl) {
  std::string first;
  std::string others;
  const STACK_OF(SSL_CIPHER)* const ciphers = SSL_get_ciphers(ssl);
  for (int i = 0; i < sk_SSL_CIPHER_num(ciphers); ++i) {
    const SSL_CIPHER* const cipher = sk_SSL_CIPHER_value(ciphers, i);
    if (SSL_CIPHER_get_auth_nid(cipher) != NID_auth_any) continue;
    const bool fits = EVP_MD_get_type(SSL_CIPHER_get_handshake_digest(cipher)) == NID_sha256;
    (fits ? first : others).append(":").append(SSL_CIPHER_get_name(cipher));
  }
  const std::string list = first + others;
  if (!list.empty()) SSL_set_ciphersuites(ssl, list.c_str() + 1);
}

}  // namespace

void Engine::usePsk(PskLookUp lookUp) {
  beginning_->psk = std::move(lookUp);
  crypto::askForPsk(ssl_.get());
  if (!settings_->isServer) return;
  preferSha256(ssl_.get());
  giveHint();
}

// A context that SNI finds makes OpenSSL forget it.
void Engine::giveHint() {
  const std::string& hint = settings_->pskIdentityHint;
  if (!hint.empty() && SSL_use_psk_identity_hint(ssl_.get(), hint.c_str()) != 1) {
    throw Error(
        {.code = "ERR_OUT_OF_RANGE",
         .message = "`pskIdentityHint` cannot be sent (" + crypto::takeFailure().reason + ")",
         .expected = "a text of at most 256 bytes",
         .got = std::to_string(hint.size()) + " bytes",
         .fix = "shorten it"});
  }
}

// In the first handshake alone: a renegotiation must not bring another peer.
std::optional<tls::PskIdentity> Engine::findPsk(std::string_view name) {
  if (secure_ || beginning_ == nullptr || extras().hookFailure) return std::nullopt;
  auto found = beginning_->psk(std::string(name));
  if (!found || found->psk.empty()) return std::nullopt;
  const std::size_t size = found->psk.size();
  if (size < shortestKey || size > longestKey) throw badLength("a key", "16 to 256 bytes", size);
  return found;
}

std::size_t Engine::serversPsk(std::string_view identity, std::span<std::byte> key) noexcept {
  try {
    const auto found = isName(identity) ? findPsk(identity) : std::nullopt;
    if (!found) return 0;
    SSL_set_num_tickets(ssl_.get(), 0);
    std::copy_n(found->psk.data(), found->psk.size(), key.begin());
    return found->psk.size();
  } catch (const Error& error) {
    return refusePsk(error);
  } catch (const std::bad_alloc&) {
    return pskRefused;
  }
}

std::size_t Engine::clientsPsk(std::string_view hint, std::span<char> name,
                               std::span<std::byte> key) noexcept {
  try {
    const auto found = findPsk(hint);
    if (!found) return 0;
    const std::string& identity = found->identity;
    if (!isName(identity) || identity.size() > longestName) {
      throw badLength("an identity", "text of 1 to 127 bytes", identity.size());
    }
    std::memcpy(name.data(), identity.c_str(), identity.size() + 1);
    std::copy_n(found->psk.data(), found->psk.size(), key.begin());
    return found->psk.size();
  } catch (const Error& error) {
    return refusePsk(error);
  } catch (const std::bad_alloc&) {
    return pskRefused;
  }
}

std::size_t Engine::refusePsk(const Error& reason) noexcept {
  try {
    makeExtras().hookFailure = std::make_unique<Error>(reason);
  } catch (const std::bad_alloc&) {  // OpenSSL's own reason has to do
  }
  return pskRefused;
}

}  // namespace securepair::engine
