// The floor without TLS: plain TCP over epoll, one read and one write a wake.
#include <cstdint>
#include <string>
#include <vector>

#include "arguments.h"
#include "poller.h"

namespace {

using Mode = bench::Arguments::Mode;

Mode mode = Mode::echo;
std::vector<char> slab(std::size_t{512} * 1024);
const std::string block(std::size_t{128} * 1024, 'x');

struct Connection {
  explicit Connection(int handle) : fd(handle) {}

  std::uint32_t wanted() const {
    if (mode == Mode::source) return EPOLLIN | EPOLLOUT;
    return unsent.empty() ? EPOLLIN : EPOLLOUT;
  }
  bool onEvent(std::uint32_t events) {
    if (mode == Mode::source && (events & EPOLLOUT) != 0) {
      return ::send(fd, block.data(), block.size(), MSG_NOSIGNAL) >= 0 || errno == EAGAIN;
    }
    if (!unsent.empty()) return unsent.sendSome(fd);
    const ssize_t count = ::recv(fd, slab.data(), slab.size(), 0);
    if (count <= 0) return count < 0 && errno == EAGAIN;
    if (mode != Mode::echo) return true;
    const ssize_t sent = ::send(fd, slab.data(), static_cast<std::size_t>(count), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) return false;
    const auto done = static_cast<std::size_t>(sent < 0 ? 0 : sent);
    unsent.append(slab.data() + done, static_cast<std::size_t>(count) - done);
    return true;
  }

  int fd;
  bench::Unsent unsent;
};

}  // namespace

int main(int count, char** arguments) {
  const auto asked = bench::parse(count, arguments, false);
  mode = asked.mode;
  bench::serveForEver<Connection>(bench::listenOn(asked.port),
                                  [](int fd) { return new Connection(fd); });
}
