#include "cli/handed_socket.h"

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <fcntl.h>
#include <optional>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "cli/exit.h"
#include "cli/files.h"

namespace securepair::cli {
namespace {

constexpr int firstHanded = 3;

Failure handedFailure(std::string message, std::string fix) {
  return {Exit::unreachable,
          ErrorParts{
              .code = "ERR_INVALID_FD_TYPE", .message = std::move(message), .fix = std::move(fix)}};
}

// -1 where there is none, or it is no number.
int numberIn(const char* variable) {
  const char* text = std::getenv(variable);
  if (text == nullptr) return -1;
  const std::string_view all = text;
  int number = -1;
  const auto [end, error] = std::from_chars(all.begin(), all.end(), number);
  return error == std::errc() && end == all.end() ? number : -1;
}

// One that is not bound the library would bind, to a port of its own on all interfaces.
bool isListening(int descriptor) {
  const auto option = [descriptor](int name) {
    int value = 0;
    socklen_t size = sizeof value;
    return ::getsockopt(descriptor, SOL_SOCKET, name, &value, &size) == 0 ? value : -1;
  };
  return option(SO_TYPE) == SOCK_STREAM && option(SO_ACCEPTCONN) == 1;
}

std::optional<int> handedSocket() {
  if (numberIn("LISTEN_PID") != ::getpid()) return std::nullopt;
  const int count = numberIn("LISTEN_FDS");
  if (count != 1) {
    throw handedFailure("LISTEN_FDS must be 1, for one socket is listened on",
                        "leave one ListenStream= in the .socket unit");
  }
  if (!isListening(firstHanded)) {
    throw handedFailure(
        "descriptor 3, which LISTEN_FDS hands over, is no stream socket that listens",
        "the .socket unit has ListenStream= and Accept=no");
  }
  return firstHanded;
}

// For a server, which closes it.
net::Descriptor anotherOf(int descriptor) {
  const int copy = ::fcntl(descriptor, F_DUPFD_CLOEXEC, firstHanded);
  if (copy >= 0) return net::Descriptor(copy);
  throw handedFailure(
      "descriptor " + std::to_string(descriptor) +
          ", which LISTEN_FDS hands over: " + std::generic_category().message(errno),
      "LISTEN_FDS is for whoever opens descriptor 3");
}

// The system says of whatever stands there that the address is in use.
void refuseWhatIsNoSocket(const std::string& path) {
  const There there = lookAt(path);
  if (there == There::nothing || there == There::socket) return;
  throw Failure(
      Exit::unreachable,
      {.code = "EADDRINUSE",
       .message = "cannot listen on '" + path + "', which is " + nameOf(there) + ", and no socket",
       .fix = "name a path where nothing is, or take away what stands there"});
}

}  // namespace

ListenAddress withHandedSocket(const ListenAddress& asked) {
  const std::optional<int> handed = handedSocket();
  if (!handed) {
    if (!asked.path.empty()) refuseWhatIsNoSocket(asked.path);
    return asked;
  }
  if (asked.given()) {
    throw usageFailure("--listen names an address, and LISTEN_FDS hands over a socket",
                       "leave --listen out, or stop the .socket unit");
  }
  ListenAddress address;
  address.handed = handed;
  return address;
}

void listenAt(net::Server& server, const ListenAddress& address, Listener<> listener) {
  if (address.handed) {
    server.listen(anotherOf(*address.handed), std::move(listener));
  } else if (address.path.empty()) {
    server.listen(address.port, address.host, std::move(listener));
  } else {
    server.listen(address.path, std::move(listener));
  }
}

}  // namespace securepair::cli
