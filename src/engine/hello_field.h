#pragma once
#include <securepair/bytes.h>

#include <cstddef>

#include "crypto/openssl_ptr.h"

namespace securepair::engine {

/// Cuts a field off that begins with its length in so many bytes. False where there is none.
template <std::size_t lengthSize = 2>
bool cutField(BytesView& from, BytesView& field) noexcept {
  if (from.size() < lengthSize) return false;
  std::size_t size = 0;
  for (const std::byte byte : from.first(lengthSize)) {
    size = size << 8U | std::to_integer<std::size_t>(byte);
  }
  if (from.size() - lengthSize < size) return false;
  field = from.subspan(lengthSize, size);
  from = from.subspan(lengthSize + size);
  return true;
}

/// An extension of a client's hello; empty where it has none. Only within the callback for it.
inline BytesView extensionOf(SSL* ssl, unsigned int type) noexcept {
  const unsigned char* bytes = nullptr;
  std::size_t size = 0;
  if (SSL_client_hello_get0_ext(ssl, type, &bytes, &size) != 1) return {};
  return {reinterpret_cast<const std::byte*>(bytes), size};
}

}  // namespace securepair::engine
