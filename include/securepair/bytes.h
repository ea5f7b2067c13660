#pragma once
#include <securepair/export.h>

#include <cstddef>
#include <iosfwd>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace securepair {

/// Bytes that belong to someone else.
using BytesView = std::span<const std::byte>;

namespace detail {

template <class T>
inline constexpr bool byteLike =
    std::is_same_v<T, std::byte> || std::is_same_v<T, unsigned char> || std::is_same_v<T, char> ||
    std::is_same_v<T, signed char> || std::is_same_v<T, char8_t>;

// The parameter is deduced, so that a literal 0 stays an int and is never a null pointer.
template <class T>
concept Text = !std::is_null_pointer_v<T> && std::is_convertible_v<const T&, std::string_view>;

template <class T>
inline constexpr bool charArray =
    std::is_array_v<T>&& std::is_same_v<std::remove_cv_t<std::remove_extent_t<T>>, char>;

// An array of char is text: its closing NUL is no content.
template <class T>
concept Bytes = !charArray<T> && requires(const T& t) {
  { std::size(t) } -> std::convertible_to<std::size_t>;
  requires std::is_pointer_v<decltype(std::data(t))>;
  requires byteLike<std::remove_cv_t<std::remove_pointer_t<decltype(std::data(t))>>>;
};

template <class T>
concept TextOrBytes = Text<T> || Bytes<T>;

template <class T>
BytesView viewOf(const T& from) noexcept {
  if constexpr (Bytes<T>) {
    return {reinterpret_cast<const std::byte*>(std::data(from)), std::size(from)};
  } else {
    const std::string_view text = from;
    return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
  }
}

}  // namespace detail

/// Bytes or text on loan. What a listener is given is valid until the listener returns: copy what
/// you keep. Converts to bytes and to text.
class SECUREPAIR_API Data {
 public:
  constexpr Data() noexcept = default;
  template <class T>
  requires(!std::is_same_v<T, Data> && detail::TextOrBytes<T>) Data(const T& from)
  noexcept : view_(detail::viewOf(from)) {}

  const std::byte* data() const noexcept { return view_.data(); }
  std::size_t size() const noexcept { return view_.size(); }
  bool empty() const noexcept { return view_.empty(); }
  const std::byte* begin() const noexcept { return data(); }
  const std::byte* end() const noexcept { return data() + size(); }

  BytesView bytes() const noexcept { return view_; }
  std::string_view text() const noexcept { return {reinterpret_cast<const char*>(data()), size()}; }

  operator std::string_view() const noexcept { return text(); }
  operator std::string() const { return std::string(text()); }
  operator std::span<const unsigned char>() const noexcept {
    return {reinterpret_cast<const unsigned char*>(data()), size()};
  }

  friend bool operator==(const Data& a, const Data& b) noexcept { return a.text() == b.text(); }
  template <class T>
  requires(!std::is_same_v<T, Data> && detail::TextOrBytes<T>) friend bool operator==(
      const Data& a, const T& b) noexcept {
    return a.text() == Data(b).text();
  }
  SECUREPAIR_API friend std::ostream& operator<<(std::ostream& out, const Data& data);

 private:
  BytesView view_;
};

/// Bytes of its own: the page's "string or Buffer". Made from any text or contiguous range of
/// bytes. It does not convert to text by itself, so that `{buffer}` in a list of protocol names
/// stays the wire format.
class SECUREPAIR_API Buffer {
 public:
  Buffer() noexcept = default;
  template <class T>
  requires(!std::is_base_of_v<Buffer, T> && detail::TextOrBytes<T>) Buffer(const T& from)
      : Buffer(detail::viewOf(from).data(), detail::viewOf(from).size()) {}
  Buffer(const void* from, std::size_t size)
      : bytes_(static_cast<const std::byte*>(from), static_cast<const std::byte*>(from) + size),
        given_(true) {}

  const std::byte* data() const noexcept { return bytes_.data(); }
  std::size_t size() const noexcept { return bytes_.size(); }
  bool empty() const noexcept { return bytes_.empty(); }
  const std::byte* begin() const noexcept { return data(); }
  const std::byte* end() const noexcept { return data() + size(); }

  /// Valid as long as this Buffer is neither changed nor destroyed.
  std::string_view text() const noexcept { return {reinterpret_cast<const char*>(data()), size()}; }
  std::string toString() const { return std::string(text()); }

  /// Made from something, if only from nothing: an option that holds an empty file is a mistake,
  /// not an option left out.
  bool given() const noexcept { return given_; }

  friend bool operator==(const Buffer& a, const Buffer& b) noexcept { return a.bytes_ == b.bytes_; }
  SECUREPAIR_API friend std::ostream& operator<<(std::ostream& out, const Buffer& buffer);

 private:
  std::vector<std::byte> bytes_;
  bool given_ = false;
};

}  // namespace securepair
