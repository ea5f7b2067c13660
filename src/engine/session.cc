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

}  // namespace

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
  unsigned char* der = nullptr;
  const int size = i2d_SSL_SESSION(native.get(), &der);
  if (size <= 0) return {};
  const crypto::OpensslMemory<unsigned char> owner(der);
  std::string bytes(magic);
  bytes += policy + timeBytes(validUntil);
  bytes.append(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  Buffer made(bytes);
  OPENSSL_cleanse(der, static_cast<std::size_t>(size));
  OPENSSL_cleanse(bytes.data(), bytes.size());
  return made;
}

std::optional<Session> Session::fromBytes(BytesView bytes) {
  const crypto::CleanErrors clean;
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text.size() <= headSize || !text.starts_with(magic)) return std::nullopt;
  const std::string_view head = text.substr(magic.size(), headSize - magic.size());
  const auto* der = reinterpret_cast<const unsigned char*>(text.data() + headSize);
  const unsigned char* const end = der + (text.size() - headSize);
  Session session{.native = crypto::SslSessionPtr(d2i_SSL_SESSION(nullptr, &der, end - der)),
                  .policy = std::string(head.substr(0, crypto::Sha256::size)),
                  .validUntil = *timeOf(head.substr(crypto::Sha256::size))};
  if (session.native == nullptr || der != end) return std::nullopt;
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
