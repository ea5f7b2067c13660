#pragma once
#include <securepair/bytes.h>
#include <securepair/name.h>

#include <concepts>
#include <initializer_list>
#include <iterator>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace securepair::tls {

/// Names of protocols, "ordered by their priority": a list of texts, one text, or bytes in the wire
/// format, "0x05hello0x05world, where first byte is next protocol name's length". `{}` means not
/// given. The names are checked where the list is used.
class ProtocolList {
 public:
  ProtocolList() noexcept = default;
  ProtocolList(std::initializer_list<Name> names) : given_(true) {
    for (const Name& name : names) names_.push_back(name.str());
  }
  template <class T>
  requires(!std::is_base_of_v<ProtocolList, T> && detail::Text<T>) ProtocolList(const T& one)
      : names_{std::string(std::string_view(one))}, given_(true) {}
  template <class T>
  requires(!std::is_base_of_v<ProtocolList, T> && !detail::Text<T> &&
           (std::is_same_v<T, Buffer> || detail::TextOrBytes<T>)) ProtocolList(const T& wire)
      : wire_(wire), given_(true), isWire_(true) {}
  template <class Range>
  requires(!std::is_base_of_v<ProtocolList, Range> && !std::is_same_v<Range, Buffer> &&
           !detail::TextOrBytes<Range> &&
           requires(const Range& range) {
             { *std::begin(range) } -> std::convertible_to<Name>;
             std::end(range);
           }) ProtocolList(const Range& range)
      : given_(true) {
    for (const auto& name : range) names_.push_back(Name(name).str());
  }

  bool given() const noexcept { return given_; }
  bool isWire() const noexcept { return isWire_; }
  const std::vector<std::string>& names() const noexcept { return names_; }
  const Buffer& wire() const noexcept { return wire_; }

 private:
  std::vector<std::string> names_;
  Buffer wire_;
  bool given_ = false;
  bool isWire_ = false;
};

}  // namespace securepair::tls
