#include "support/ports.h"

#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <sys/time.h>

#include "net/endpoint.h"

namespace securepair::test {
namespace {

void demand(bool holds, const std::string& what) {
  if (!holds) throw std::runtime_error(what + ": " + std::strerror(errno));
}

net::Fd streamSocket() {
  net::Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  demand(static_cast<bool>(fd), "socket");
  return fd;
}

}  // namespace

net::Fd listenOnLoopback(int backlog) {
  net::Fd fd = streamSocket();
  const auto any = net::Endpoint::parse("127.0.0.1", 0);
  demand(::bind(fd.get(), any.get(), any.size()) == 0, "bind");
  demand(::listen(fd.get(), backlog) == 0, "listen");
  return fd;
}

std::uint16_t portOf(int fd) { return net::localAddress(fd)->port; }

net::Fd connectToLoopback(std::uint16_t port) {
  net::Fd fd = streamSocket();
  const int on = 1;
  const timeval limit = {.tv_sec = 10, .tv_usec = 0};
  ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  const auto server = net::Endpoint::parse("127.0.0.1", port);
  demand(::connect(fd.get(), server.get(), server.size()) == 0, "connect");
  return fd;
}

}  // namespace securepair::test
