#pragma once
#include <securepair/address.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace securepair::cli {

/// An IP address as its bytes, 4 or 16 of them.
struct IpBytes {
  std::string bytes = {};

  bool isV4() const noexcept { return bytes.size() == 4; }
  /// As IPv6 has an address of IPv4: ::ffff:192.0.2.1.
  IpBytes mapped() const;
  /// The address of IPv4 that a mapped one stands for; others as they are.
  IpBytes unmapped() const;
  net::Address address(int port) const;

  friend bool operator==(const IpBytes&, const IpBytes&) = default;
};

/// Empty where the text is no address, a name for one.
std::optional<IpBytes> parseIp(const std::string& text);
/// Of a Unix socket none, whatever its path looks like.
std::optional<IpBytes> ipOf(const net::Address& address);

}  // namespace securepair::cli
