#include "net/handed_socket.h"

#include <cerrno>
#include <string>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <uv.h>

#include "net/endpoint.h"
#include "net/failure.h"

namespace securepair::net {
namespace {

int optionOf(int fd, int option) noexcept {
  int value = 0;
  socklen_t size = sizeof(value);
  return ::getsockopt(fd, SOL_SOCKET, option, &value, &size) == 0 ? value : -1;
}

std::string kindOfFile(const struct stat& file, int fd) {
  if (S_ISREG(file.st_mode)) return "a regular file";
  if (S_ISDIR(file.st_mode)) return "a folder";
  if (S_ISFIFO(file.st_mode)) return "a pipe";
  if (S_ISCHR(file.st_mode)) return ::isatty(fd) == 1 ? "a terminal" : "a character device";
  if (S_ISBLK(file.st_mode)) return "a block device";
  return "no socket";
}

std::string kindOfSocket(int type) {
  switch (type) {
    case SOCK_DGRAM:
      return "a datagram socket";
    case SOCK_SEQPACKET:
      return "a socket of sequenced packets";
    case SOCK_RAW:
      return "a raw socket";
    default:
      return "a socket of type " + std::to_string(type);
  }
}

bool isBound(int fd) {
  const auto own = localAddress(fd);
  return own && !own->address.empty();
}

// What speaks against it; empty where nothing does.
std::string flawOfSocket(int fd) {
  const int type = optionOf(fd, SO_TYPE);
  if (type != SOCK_STREAM) return kindOfSocket(type);
  const int family = optionOf(fd, SO_DOMAIN);
  if (family != AF_INET && family != AF_INET6 && family != AF_UNIX) {
    return "a stream socket of address family " + std::to_string(family);
  }
  if (isListening(fd)) return {};
  if (const auto peer = peerAddress(fd)) {
    return "a socket that is connected" +
           (peer->port == 0 ? "" : " to " + hostAndPort(peer->address, peer->port));
  }
  // TCP takes a free port by itself.
  return family == AF_UNIX && !isBound(fd) ? "a Unix socket that is bound to no path" : "";
}

}  // namespace

std::optional<Error> whyUnfitToListen(int fd) {
  const std::string where = "descriptor " + std::to_string(fd);
  struct stat file = {};
  if (::fstat(fd, &file) != 0) return listenError(uv_translate_sys_error(errno), where);
  const std::string flaw = S_ISSOCK(file.st_mode) ? flawOfSocket(fd) : kindOfFile(file, fd);
  if (flaw.empty()) return std::nullopt;
  return Error(
      {.code = "ERR_INVALID_FD_TYPE",
       .message = "listen " + where + ": nobody can listen on it",
       .expected = "a stream socket of TCP or Unix that listens, or is bound",
       .got = flaw,
       .fix = "give the number of such a socket; the first one that systemd hands over is 3"});
}

bool isListening(int fd) noexcept { return optionOf(fd, SO_ACCEPTCONN) == 1; }

}  // namespace securepair::net
