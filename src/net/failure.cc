#include "net/failure.h"

#include <uv.h>

namespace securepair::net {
namespace {

std::string fixOfListen(int status) {
  switch (status) {
    case UV_EADDRINUSE:
      return "end the program that listens there (`ss -ltnp` and `ss -lxp` show it), or choose "
             "another port or path; a socket file that a dead server has left must be removed";
    case UV_EACCES:
    case UV_EPERM:
      return "choose a port from 1024 up, give the program the capability CAP_NET_BIND_SERVICE, or "
             "choose a path that it may write to";
    case UV_EADDRNOTAVAIL:
      return "choose an address that this machine has (`ip address` shows them), or leave it out";
    case UV_ENAMETOOLONG:
      return "choose a path of at most 107 bytes without NUL";
    case UV_EBADF:
      return "give the number of a descriptor that is open; systemd tells in LISTEN_FDS how many "
             "it hands over, the first one being 3";
    default:
      return {};
  }
}

std::string_view meaningOfListen(int status) {
  switch (status) {
    case UV_EADDRINUSE:
      return "somebody listens there already";
    case UV_EACCES:
    case UV_EPERM:
      return "this program may not listen there";
    case UV_EADDRNOTAVAIL:
      return "this machine has no such address";
    case UV_EBADF:
      return "it is not open";
    default:
      return {};
  }
}

}  // namespace

std::string codeOf(int status) {
  if (status == UV_EAI_NONAME || status == UV_EAI_NODATA) return "ENOTFOUND";
  return uv_err_name(status);
}

std::string meaningOf(int status) {
  switch (status) {
    case UV_ECONNRESET:
      return "the peer has dropped the connection";
    case UV_EPIPE:
      return "the peer takes no more data";
    case UV_ETIMEDOUT:
      return "the peer does not answer";
    case UV_ECONNREFUSED:
      return "nothing accepts connections there";
    case UV_ENOENT:
      return "there is no such socket";
    case UV_ENAMETOOLONG:
      return "the path is empty, too long or contains a NUL";
    case UV_EAI_NONAME:
    case UV_EAI_NODATA:
      return "the name has no address";
    case UV_EAI_AGAIN:
      return "no name server answers";
    default:
      return uv_strerror(status);
  }
}

Error systemError(int status, std::string_view doing) {
  return {codeOf(status), std::string(doing) + ": " + codeOf(status) + ": " + meaningOf(status)};
}

Error connectionError(int status, std::string_view verb, std::string_view peer) {
  std::string message = std::string(verb) + " " + codeOf(status) + ": " + meaningOf(status);
  if (!peer.empty()) message.append(" (").append(peer).append(")");
  return {codeOf(status), std::move(message)};
}

Error listenError(int status, std::string_view where) {
  std::string_view meaning = meaningOfListen(status);
  const std::string general = meaning.empty() ? meaningOf(status) : std::string(meaning);
  return Error({.code = codeOf(status),
                .message = "listen " + codeOf(status) + " " + std::string(where) + ": " + general,
                .fix = fixOfListen(status)});
}

}  // namespace securepair::net
