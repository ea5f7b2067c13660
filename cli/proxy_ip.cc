#include "cli/proxy_ip.h"

#include <arpa/inet.h>
#include <array>

namespace securepair::cli {
namespace {

constexpr std::string_view mappedPrefix{"\0\0\0\0\0\0\0\0\0\0\xFF\xFF", 12};

}  // namespace

IpBytes IpBytes::mapped() const {
  return isV4() ? IpBytes{std::string(mappedPrefix) + bytes} : *this;
}

IpBytes IpBytes::unmapped() const {
  const bool isMapped = !isV4() && bytes.starts_with(mappedPrefix);
  return isMapped ? IpBytes{bytes.substr(mappedPrefix.size())} : *this;
}

net::Address IpBytes::address(int port) const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(isV4() ? AF_INET : AF_INET6, bytes.data(), text.data(), text.size());
  return {.address = text.data(),
          .port = static_cast<std::uint16_t>(port),
          .family = isV4() ? "IPv4" : "IPv6"};
}

std::optional<IpBytes> parseIp(const std::string& text) {
  if (text.find('\0') != std::string::npos) return std::nullopt;
  std::array<char, 16> bytes{};
  if (::inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) {
    return IpBytes{{bytes.data(), 4}};
  }
  if (::inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) {
    return IpBytes{{bytes.data(), 16}};
  }
  return std::nullopt;
}

std::optional<IpBytes> ipOf(const net::Address& address) {
  return address.family == "Unix" ? std::nullopt : parseIp(address.address);
}

}  // namespace securepair::cli
