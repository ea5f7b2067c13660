#pragma once
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace bench {

inline void must(bool good, const char* what) {
  if (good) return;
  std::cerr << what << ": " << std::strerror(errno) << '\n';
  std::exit(1);
}

inline int listenOn(int port, bool reusePort = false) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  must(fd >= 0, "socket");
  const int one = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (reusePort) ::setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof one);
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  must(::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0, "bind");
  must(::listen(fd, 1024) == 0, "listen");
  return fd;
}

/// What a socket has not taken yet.
class Unsent {
 public:
  bool empty() const { return sent_ == bytes_.size(); }
  void append(const char* bytes, std::size_t size) { bytes_.append(bytes, size); }
  /// Sends what the socket takes. False: the connection is over.
  bool sendSome(int fd) {
    const ssize_t sent = ::send(fd, bytes_.data() + sent_, bytes_.size() - sent_, MSG_NOSIGNAL);
    if (sent < 0) return errno == EAGAIN;
    sent_ += static_cast<std::size_t>(sent);
    if (!empty()) return true;
    bytes_.clear();
    sent_ = 0;
    return true;
  }

 private:
  std::string bytes_;
  std::size_t sent_ = 0;
};

/// Level-triggered epoll over connections of one kind, which has
///   Connection(int fd), bool onEvent(std::uint32_t events), std::uint32_t wanted() const, int fd.
/// onEvent() answers false where the connection is over.
template <class Connection, class Make>
[[noreturn]] void serveForEver(int listening, Make make) {
  const int poll = ::epoll_create1(EPOLL_CLOEXEC);
  epoll_event own{};
  own.events = EPOLLIN;
  own.data.ptr = nullptr;
  ::epoll_ctl(poll, EPOLL_CTL_ADD, listening, &own);
  std::array<epoll_event, 1024> events;
  for (;;) {
    const int count = ::epoll_wait(poll, events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < count; ++i) {
      auto* const connection = static_cast<Connection*>(events[static_cast<unsigned>(i)].data.ptr);
      if (connection == nullptr) {
        const int fd = ::accept4(listening, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) continue;
        Connection* const made = make(fd);
        epoll_event event{};
        event.events = made->wanted();
        event.data.ptr = made;
        ::epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event);
        continue;
      }
      const auto before = connection->wanted();
      if (!connection->onEvent(events[static_cast<unsigned>(i)].events)) {
        ::close(connection->fd);
        delete connection;
      } else if (connection->wanted() != before) {
        epoll_event event{};
        event.events = connection->wanted();
        event.data.ptr = connection;
        ::epoll_ctl(poll, EPOLL_CTL_MOD, connection->fd, &event);
      }
    }
  }
}

}  // namespace bench
