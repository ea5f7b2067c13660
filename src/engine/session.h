#pragma once
#include <securepair/bytes.h>

#include <ctime>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/openssl_ptr.h"

namespace securepair::engine {

/// What a client keeps of a connection to begin the next one with, and for which policy: OpenSSL's
/// session holds only the leaf of the server's chain, so that it cannot be verified again.
struct Session {
  crypto::SslSessionPtr native = {};
  std::string policy = {};     ///< the digest of what authorized the server
  std::time_t validUntil = 0;  ///< the first certificate of its chain expires

  Buffer toBytes() const;
  /// Empty where the bytes are no session. They hold secrets, and are to be kept like a key.
  static std::optional<Session> fromBytes(BytesView bytes);
  /// Of TLS 1.3: used twice, it would show that two connections are one client's.
  bool isForOneUse() const noexcept;
  /// Another owner of the same session.
  Session copy() const;
};

/// What a server's store keeps of a session.
Buffer storedBytes(SSL_SESSION* session);
/// Null where the bytes are not the session of that id.
crypto::SslSessionPtr storedSession(BytesView bytes, std::string_view id);

/// Eight bytes, the highest first.
std::string timeBytes(std::time_t time);
/// Empty where they are not eight.
std::optional<std::time_t> timeOf(std::string_view bytes) noexcept;

}  // namespace securepair::engine
