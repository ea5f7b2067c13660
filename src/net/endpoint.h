#pragma once
#include <securepair/address.h>

#include <cstdint>
#include <netinet/in.h>
#include <optional>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/un.h>

namespace securepair::net {

/// An IP address and a port, as the operating system takes them.
class Endpoint {
 public:
  /// None: its address() is empty.
  Endpoint() noexcept = default;
  /// Copies an AF_INET or AF_INET6 address; any other family gives none.
  explicit Endpoint(const sockaddr& from) noexcept;
  /// From an IP address in text, an IPv6 one also in brackets: none where it is a name.
  static Endpoint parse(const std::string& host, std::uint16_t port);

  explicit operator bool() const noexcept { return family() != AF_UNSPEC; }
  const sockaddr* get() const noexcept { return &storage_.any; }
  socklen_t size() const noexcept {
    return family() == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
  }
  int family() const noexcept { return storage_.any.sa_family; }
  void setPort(std::uint16_t port) noexcept;
  std::optional<Address> address() const;
  /// "127.0.0.1:80", "[::1]:80"
  std::string text() const;

 private:
  // A sockaddr_storage is four times as large.
  union Storage {
    sockaddr_in6 v6 = {};
    sockaddr_in v4;
    sockaddr any;
  };
  Storage storage_ = {};
};

/// "localhost:80", "[::1]:80"
std::string hostAndPort(std::string_view host, std::uint16_t port);

/// The name of a Unix socket; one that begins with NUL is in Linux's abstract namespace. None where
/// it is empty or too long.
class UnixName {
 public:
  static std::optional<UnixName> make(std::string_view path) noexcept;
  const sockaddr* get() const noexcept { return reinterpret_cast<const sockaddr*>(&name_); }
  socklen_t size() const noexcept { return size_; }

 private:
  UnixName() = default;
  sockaddr_un name_ = {};
  socklen_t size_ = 0;
};

/// What getsockname() or getpeername() says of a descriptor; empty where it fails.
std::optional<Address> localAddress(int fd);
std::optional<Address> peerAddress(int fd);

}  // namespace securepair::net
