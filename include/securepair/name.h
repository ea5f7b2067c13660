#pragma once
#include <securepair/bytes.h>
#include <securepair/export.h>

#include <concepts>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>

namespace securepair {

/// A host name, an address or a path: text. It has no default constructor, so that {} is never a
/// name, and is deduced, so that 0 is never one.
class Name {
 public:
  template <class T>
  requires(!std::is_same_v<T, Name> && detail::Text<T>) Name(const T& text)
      : text_(std::string_view(text)) {}
  const std::string& str() const noexcept { return text_; }

 private:
  std::string text_;
};

/// A port: any integer. Throws Error ERR_SOCKET_BAD_PORT where it is not in 0..65535.
class SECUREPAIR_API Port {
 public:
  template <std::integral T>
  requires(!std::is_same_v<T, bool> && !std::is_same_v<T, char>) Port(T port)
      : value_(static_cast<std::uint16_t>(port)) {
    if (!std::in_range<std::uint16_t>(port)) refuse(std::to_string(port));
  }
  std::uint16_t value() const noexcept { return value_; }

 private:
  [[noreturn]] static void refuse(const std::string& port);
  std::uint16_t value_;
};

}  // namespace securepair
