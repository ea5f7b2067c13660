#include "engine/session.h"

#include <cstdint>
#include <utility>
#include <vector>

#include <openssl/ssl.h>

#include "crypto/openssl_error.h"
#include "crypto/sha256.h"

namespace securepair::engine {
namespace {

constexpr std::string_view magic = "securepair session 1\n";
constexpr std::size_t timeSize = 8;
constexpr std::size_t headSize = magic.size() + crypto::Sha256::size + timeSize;

crypto::SslSessionPtr sessionIn(std::string_view der) noexcept {
  const auto* from = reinterpret_cast<const unsigned char*>(der.data());
  const unsigned char* const end = from + der.size();
  crypto::SslSessionPtr session(d2i_SSL_SESSION(nullptr, &from, end - from));
  if (from != end) session.reset();
  return session;
}

std::string_view viewOf(BytesView bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// The bytes after a head.
Buffer withDer(std::string_view head, SSL_SESSION* session) {
  unsigned char* der = nullptr;
  const int size = i2d_SSL_SESSION(session, &der);
  if (size <= 0) return {};
  const crypto::OpensslMemory<unsigned char> owner(der);
  std::string bytes(head);
  bytes.append(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  Buffer made(bytes);
  OPENSSL_cleanse(der, static_cast<std::size_t>(size));
  OPENSSL_cleanse(bytes.data(), bytes.size());
  return made;
}

}  // namespace

Buffer storedBytes(SSL_SESSION* session) { return withDer({}, session); }

crypto::SslSessionPtr storedSession(BytesView bytes, std::string_view id) {
  const crypto::CleanErrors clean;
  crypto::SslSessionPtr session = sessionIn(viewOf(bytes));
  if (session == nullptr) return nullptr;
  unsigned int size = 0;
  const unsigned char* const own = SSL_SESSION_get_id(session.get(), &size);
  if (std::string_view(reinterpret_cast<const char*>(own), size) != id) session.reset();
  return session;
}

std::string timeBytes(std::time_t time) {
  std::string bytes(timeSize, '\0');
  auto rest = static_cast<std::uint64_t>(time);
  for (std::size_t i = timeSize; i-- > 0; rest >>= 8U) bytes[i] = static_cast<char>(rest & 0xFFU);
  return bytes;
}

std::optional<std::time_t> timeOf(std::string_view bytes) noexcept {
  if (bytes.size() != timeSize) return std::nullopt;
  std::uint64_t time = 0;
  for (const char byte : bytes) time = time << 8U | static_cast<unsigned char>(byte);
  return static_cast<std::time_t>(time);
}

Buffer Session::toBytes() const {
  return withDer(std::string(magic) + policy + timeBytes(validUntil), native.get());
}

std::optional<Session> Session::fromBytes(BytesView bytes) {
  const crypto::CleanErrors clean;
  const std::string_view text = viewOf(bytes);
  if (text.size() <= headSize || !text.starts_with(magic)) return std::nullopt;
  const std::string_view head = text.substr(magic.size(), headSize - magic.size());
  Session session{.native = sessionIn(text.substr(headSize)),
                  .policy = std::string(head.substr(0, crypto::Sha256::size)),
                  .validUntil = *timeOf(head.substr(crypto::Sha256::size))};
  if (session.native == nullptr) return std::nullopt;
  return session;
}

bool Session::isForOneUse() const noexcept {
  return SSL_SESSION_get_protocol_version(native.get()) >= TLS1_3_VERSION;
}

Session Session::copy() const {
  SSL_SESSION_up_ref(native.get());
  return {
      .native = crypto::SslSessionPtr(native.get()), .policy = policy, .validUntil = validUntil};
}

}  // namespace securepair::engine
