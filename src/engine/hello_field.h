#pragma once
#include <securepair/bytes.h>

#include <cstddef>

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

}  // namespace securepair::engine
