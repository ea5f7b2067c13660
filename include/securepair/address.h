#pragma once
#include <cstdint>
#include <string>

namespace securepair::net {

/// One end of a connection. For a Unix socket `address` is its path, `port` 0 and `family` "Unix".
struct Address {
  std::string address = {};  ///< "192.168.57.1", "2001:4860:a005::68"
  std::uint16_t port = 0;
  std::string family = {};  ///< "IPv4", "IPv6" or "Unix"

  friend bool operator==(const Address&, const Address&) = default;
};

}  // namespace securepair::net
