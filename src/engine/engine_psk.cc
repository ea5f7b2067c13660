// Keys that both sides have beforehand, by which they know each other without a certificate
// (RFC 4279, RFC 8446). No session is made of such a handshake: whoever takes a key away wants to
// have taken it away.
#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

#include <openssl/asn1.h>
#include <openssl/ssl.h>

#include "base/while.h"
#include "crypto/openssl_error.h"
#include "engine/engine.h"

namespace securepair::engine {
namespace {

constexpr std::size_t shortestKey = 16;
constexpr std::size_t longestKey = 256;
constexpr std::size_t longestName = 127;
constexpr int mostLookUps = 8;

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

// The suites of a context. In TLS 1.3 such a key is for those with SHA-256 (RFC 8446, section
// 4.2.11), which else come last. Suites with RSA and a key are left out: their clients are known by
// the key, and their servers by a certificate.
struct Suites {
  explicit Suites(const SSL_CTX* ctx) {
    const STACK_OF(SSL_CIPHER)* const all = SSL_CTX_get_ciphers(ctx);
    std::string others;
    for (int i = 0; i < sk_SSL_CIPHER_num(all); ++i) {
      const SSL_CIPHER* const cipher = sk_SSL_CIPHER_value(all, i);
      const bool is13 = SSL_CIPHER_get_auth_nid(cipher) == NID_auth_any;
      const bool fits = EVP_MD_get_type(SSL_CIPHER_get_handshake_digest(cipher)) == NID_sha256;
      if (SSL_CIPHER_get_kx_nid(cipher) == NID_kx_rsa_psk) continue;
      std::string& list = !is13 ? upTo12 : fits ? of13 : others;
      list.append(list.empty() ? "" : ":").append(SSL_CIPHER_get_name(cipher));
    }
    of13.append(of13.empty() || others.empty() ? "" : ":").append(others);
  }
  std::string upTo12;
  std::string of13;
};

}  // namespace

void Engine::usePsk(PskLookUp lookUp) {
  beginning_->psk = std::move(lookUp);
  crypto::askForPsk(ssl_.get());
  prepareForPsk();
}

// Another context, which SNI finds, brings other suites, and makes OpenSSL forget the hint.
void Engine::prepareForPsk() {
  const Suites suites(context_->native());
  const std::string& hint = settings_->pskIdentityHint;
  const bool done =
      (suites.upTo12.empty() || SSL_set_cipher_list(ssl_.get(), suites.upTo12.c_str()) == 1) &&
      (suites.of13.empty() || SSL_set_ciphersuites(ssl_.get(), suites.of13.c_str()) == 1) &&
      (hint.empty() || SSL_use_psk_identity_hint(ssl_.get(), hint.c_str()) == 1);
  if (!done) throw std::bad_alloc();
}

// In the first handshake alone: a renegotiation must not bring another peer. A client may name
// thousands, and each is a call of the user's.
std::optional<tls::PskIdentity> Engine::findPsk(std::string_view name) {
  if (secure_ || beginning_ == nullptr || extras().hookFailure) return std::nullopt;
  if (++beginning_->pskLookUps > mostLookUps) return std::nullopt;
  auto found = askForKey(std::string(name));
  if (!found || found->psk.empty()) return std::nullopt;
  const std::size_t size = found->psk.size();
  if (size < shortestKey || size > longestKey) throw badLength("a key", "16 to 256 bytes", size);
  return found;
}

// The user may do anything, such as to hand on what has come for this connection meanwhile, or to
// leave errors in OpenSSL's queue, which would pass for its own.
std::optional<tls::PskIdentity> Engine::askForKey(const std::string& name) {
  const crypto::CleanErrors clean;
  const base::While inside(beginning_->insideHook);
  return beginning_->psk(name);
}

// What is thrown must not pass through OpenSSL.
template <class Answer>
std::size_t Engine::answerPsk(Answer answer) noexcept {
  try {
    return answer();
  } catch (const Error& error) {
    return refusePsk(error);
  } catch (const std::bad_alloc&) {
    return pskRefused;
  }
}

std::size_t Engine::serversPsk(std::string_view identity, std::span<std::byte> key) noexcept {
  return answerPsk([&]() -> std::size_t {
    const auto found = isName(identity) ? findPsk(identity) : std::nullopt;
    if (!found) return 0;
    SSL_set_num_tickets(ssl_.get(), 0);
    std::copy_n(found->psk.data(), found->psk.size(), key.begin());
    return found->psk.size();
  });
}

std::size_t Engine::clientsPsk(std::string_view hint, std::span<char> name,
                               std::span<std::byte> key) noexcept {
  return answerPsk([&]() -> std::size_t {
    const auto found = findPsk(hint);
    if (!found) return 0;
    const std::string& identity = found->identity;
    if (!isName(identity) || identity.size() > longestName) {
      throw badLength("an identity", "text of 1 to 127 bytes", identity.size());
    }
    std::memcpy(name.data(), identity.c_str(), identity.size() + 1);
    std::copy_n(found->psk.data(), found->psk.size(), key.begin());
    return found->psk.size();
  });
}

std::size_t Engine::refusePsk(const Error& reason) noexcept {
  try {
    makeExtras().hookFailure = std::make_unique<Error>(reason);
  } catch (const std::bad_alloc&) {  // OpenSSL's own reason has to do
  }
  return pskRefused;
}

}  // namespace securepair::engine
