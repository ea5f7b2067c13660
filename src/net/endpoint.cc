#include "net/endpoint.h"

#include <array>
#include <cstddef>
#include <cstring>

#include <uv.h>

namespace securepair::net {
namespace {

using NameCall = int (*)(int, sockaddr*, socklen_t*);

std::optional<Address> addressOf(int fd, NameCall call) {
  sockaddr_storage storage = {};
  socklen_t size = sizeof(storage);
  if (call(fd, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return std::nullopt;
  if (storage.ss_family != AF_UNIX) {
    return Endpoint(reinterpret_cast<const sockaddr&>(storage)).address();
  }
  const auto& name = reinterpret_cast<const sockaddr_un&>(storage);
  constexpr std::size_t before = offsetof(sockaddr_un, sun_path);
  const std::size_t length = size > before ? size - before : 0;
  // A path may be closed by a NUL; an abstract name begins with one.
  const bool isPath = length > 0 && name.sun_path[0] != '\0';
  return Address{.address = {name.sun_path, isPath ? strnlen(name.sun_path, length) : length},
                 .family = "Unix"};
}

}  // namespace

Endpoint::Endpoint(const sockaddr& from) noexcept {
  if (from.sa_family == AF_INET) std::memcpy(&storage_.v4, &from, sizeof(sockaddr_in));
  if (from.sa_family == AF_INET6) std::memcpy(&storage_.v6, &from, sizeof(sockaddr_in6));
}

Endpoint Endpoint::parse(const std::string& host, std::uint16_t port) {
  Endpoint endpoint;
  if (host.find('\0') != std::string::npos) return endpoint;
  const bool hasBrackets = host.size() > 2 && host.front() == '[' && host.back() == ']';
  const std::string bare = hasBrackets ? host.substr(1, host.size() - 2) : host;
  sockaddr_in v4 = {};
  sockaddr_in6 v6 = {};
  if (uv_ip4_addr(host.c_str(), port, &v4) == 0) {
    endpoint.storage_.v4 = v4;
  } else if (uv_ip6_addr(bare.c_str(), port, &v6) == 0) {
    endpoint.storage_.v6 = v6;
  }
  return endpoint;
}

void Endpoint::setPort(std::uint16_t port) noexcept {
  if (family() == AF_INET) storage_.v4.sin_port = htons(port);
  if (family() == AF_INET6) storage_.v6.sin6_port = htons(port);
}

std::optional<Address> Endpoint::address() const {
  std::array<char, INET6_ADDRSTRLEN> text = {};
  if (family() == AF_INET) {
    const auto& v4 = storage_.v4;
    uv_ip4_name(&v4, text.data(), text.size());
    return Address{text.data(), ntohs(v4.sin_port), "IPv4"};
  }
  if (family() == AF_INET6) {
    const auto& v6 = storage_.v6;
    uv_ip6_name(&v6, text.data(), text.size());
    return Address{text.data(), ntohs(v6.sin6_port), "IPv6"};
  }
  return std::nullopt;
}

std::string Endpoint::text() const {
  const auto named = address();
  return named ? hostAndPort(named->address, named->port) : std::string();
}

std::string hostAndPort(std::string_view host, std::uint16_t port) {
  const bool isV6 = host.find(':') != std::string_view::npos;
  return (isV6 ? "[" : "") + std::string(host) + (isV6 ? "]:" : ":") + std::to_string(port);
}

std::optional<UnixName> UnixName::make(std::string_view path) noexcept {
  UnixName made;
  // A path in a file system ends before its first NUL, which a program may not have meant.
  const bool isPath = !path.empty() && path[0] != '\0';
  const std::size_t room = sizeof(made.name_.sun_path) - (isPath ? 1 : 0);
  if (path.empty() || path.size() > room) return std::nullopt;
  if (isPath && path.find('\0') != std::string_view::npos) return std::nullopt;
  made.name_.sun_family = AF_UNIX;
  std::memcpy(made.name_.sun_path, path.data(), path.size());
  made.size_ =
      static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + (isPath ? 1 : 0));
  return made;
}

std::optional<Address> localAddress(int fd) { return addressOf(fd, getsockname); }
std::optional<Address> peerAddress(int fd) { return addressOf(fd, getpeername); }

}  // namespace securepair::net
