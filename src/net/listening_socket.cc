#include "net/listening_socket.h"

#include <cerrno>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <uv.h>

#include "net/handed_socket.h"

namespace securepair::net {
namespace {

constexpr int on = 1;
constexpr int off = 0;

Fd openSocket(int family) {
  return Fd(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

void set(const Fd& fd, int level, int option, const int& value) {
  ::setsockopt(fd.get(), level, option, &value, sizeof(value));
}

int lastStatus() { return uv_translate_sys_error(errno); }

}  // namespace

ListeningSocket ListeningSocket::open(const Endpoint& endpoint, const Options& options,
                                      int& status) {
  ListeningSocket made;
  Fd fd = openSocket(endpoint.family());
  if (fd) {
    set(fd, SOL_SOCKET, SO_REUSEADDR, on);
    if (options.reusePort) set(fd, SOL_SOCKET, SO_REUSEPORT, on);
    if (endpoint.family() == AF_INET6) set(fd, IPPROTO_IPV6, IPV6_V6ONLY, off);
    // The connections inherit it, which saves a call for each.
    set(fd, IPPROTO_TCP, TCP_NODELAY, on);
  }
  if (!fd || ::bind(fd.get(), endpoint.get(), endpoint.size()) != 0 ||
      ::listen(fd.get(), options.backlog) != 0) {
    status = lastStatus();
    return made;
  }
  status = 0;
  made.fd_ = std::move(fd);
  return made;
}

ListeningSocket ListeningSocket::open(const std::string& path, int backlog, int& status) {
  ListeningSocket made;
  const auto name = UnixName::make(path);
  if (!name) {
    status = UV_ENAMETOOLONG;
    return made;
  }
  Fd fd = openSocket(AF_UNIX);
  if (!fd || ::bind(fd.get(), name->get(), name->size()) != 0) {
    status = lastStatus();
    return made;
  }
  made.rememberFile(path);
  if (::listen(fd.get(), backlog) != 0) {
    status = lastStatus();
    return made;
  }
  status = 0;
  made.fd_ = std::move(fd);
  return made;
}

ListeningSocket ListeningSocket::adopt(int fd, int backlog, int& status) {
  ListeningSocket made;
  status = isListening(fd) || ::listen(fd, backlog) == 0 ? 0 : lastStatus();
  if (status != 0) return made;
  made.fd_ = Fd(fd);
  made.adopted_ = true;
  // Children must not inherit it, and accept() must not wait: whoever else has this socket open
  // shares the latter.
  ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
  set(made.fd_, IPPROTO_TCP, TCP_NODELAY, on);  // no effect on a Unix socket
  return made;
}

void ListeningSocket::rememberFile(const std::string& path) {
  struct stat file = {};
  if (path[0] == '\0' || ::lstat(path.c_str(), &file) != 0) return;
  path_ = path;
  device_ = file.st_dev;
  inode_ = file.st_ino;
}

ListeningSocket::~ListeningSocket() {
  // Another server may have taken the path over, which must not lose its file.
  struct stat file = {};
  if (!path_.empty() && ::lstat(path_.c_str(), &file) == 0 && file.st_dev == device_ &&
      file.st_ino == inode_) {
    ::unlink(path_.c_str());
  }
}

}  // namespace securepair::net
