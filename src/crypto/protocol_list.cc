#include "crypto/protocol_list.h"

#include <securepair/error.h>

namespace securepair::crypto {
namespace {

constexpr std::size_t longestName = 255;
// What an extension of TLS can carry.
constexpr std::size_t longestList = 65533;

Error unusable(const std::string& option, const std::string& why, const std::string& got) {
  return Error({.code = "ERR_INVALID_PROTOCOLS",
                .message = "`" + option + "` " + why,
                .expected = "names of 1 to 255 bytes; as a Buffer each after a byte that holds its "
                            "length, such as \"\\x05hello\\x05world\"",
                .got = got,
                .fix = "give a list of names: {\"h2\", \"http/1.1\"}"});
}

std::string fromNames(const tls::ProtocolList& list, const std::string& option) {
  std::string wire;
  for (const std::string& name : list.names()) {
    if (name.empty()) throw unusable(option, "holds an empty name", "\"\"");
    if (name.size() > longestName) {
      throw unusable(option, "holds a name that is too long",
                     std::to_string(name.size()) + " bytes");
    }
    wire += static_cast<char>(name.size());
    wire += name;
  }
  return wire;
}

std::string fromWire(const tls::ProtocolList& list, const std::string& option) {
  std::string_view rest = list.wire().text();
  while (nextProtocol(rest)) continue;
  if (!rest.empty()) {
    throw unusable(option, "is a Buffer, but not in the wire format",
                   "at byte " + std::to_string(list.wire().size() - rest.size()) + " a length of " +
                       std::to_string(static_cast<unsigned char>(rest.front())) + " before " +
                       std::to_string(rest.size() - 1) + " bytes");
  }
  return list.wire().toString();
}

}  // namespace

std::string wireOf(const tls::ProtocolList& list, const std::string& option) {
  if (!list.given()) return {};
  std::string wire = list.isWire() ? fromWire(list, option) : fromNames(list, option);
  if (wire.empty()) throw unusable(option, "is given and names no protocol", "nothing");
  if (wire.size() > longestList) {
    throw unusable(option, "is too long for TLS", std::to_string(wire.size()) + " bytes");
  }
  return wire;
}

std::optional<std::string_view> nextProtocol(std::string_view& wire) noexcept {
  if (wire.empty()) return std::nullopt;
  const std::size_t size = static_cast<unsigned char>(wire.front());
  if (size == 0 || size >= wire.size()) return std::nullopt;
  const std::string_view name = wire.substr(1, size);
  wire.remove_prefix(1 + size);
  return name;
}

std::string_view firstProtocol(std::string_view wire) noexcept {
  return nextProtocol(wire).value_or(std::string_view());
}

bool hasProtocol(std::string_view wire, std::string_view name) noexcept {
  while (const auto next = nextProtocol(wire)) {
    if (*next == name) return true;
  }
  return false;
}

std::string_view sharedProtocol(std::string_view preferred, std::string_view other) noexcept {
  while (const auto name = nextProtocol(preferred)) {
    if (hasProtocol(other, *name)) return *name;
  }
  return {};
}

}  // namespace securepair::crypto
