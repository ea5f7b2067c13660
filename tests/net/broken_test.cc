// What becomes of a connection that breaks, whatever its listeners do.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <vector>

#include <uv.h>

#include "net/connection.h"

namespace securepair {
namespace {

using namespace std::chrono_literals;

class BrokenConnection : public test::ConnectionTest {
 protected:
  // Of our own end of a connection from this port.
  int descriptorOf(int port) {
    struct Search {
      int port;
      int found;
    } search{port, -1};
    uv_walk(
        loop().native(),
        [](uv_handle_t* handle, void* data) {
          auto& wanted = *static_cast<Search*>(data);
          uv_os_fd_t fd = -1;
          if (handle->type != UV_TCP || uv_fileno(handle, &fd) != 0) return;
          sockaddr_in own{};
          socklen_t size = sizeof own;
          ::getsockname(fd, reinterpret_cast<sockaddr*>(&own), &size);
          if (ntohs(own.sin_port) == wanted.port) wanted.found = fd;
        },
        &search);
    return search.found;
  }
};

// What the peer has sent before it went away is read when a write has failed.
TEST_F(BrokenConnection, IsClosedThoughAListenerThrowsWhileTheRestIsRead) {
  connectBoth();
  std::string seen;
  there->onData([&] {
    seen += "data ";
    throw std::runtime_error("no good");
  });
  there->onError([&](const Error&) { seen += "error "; });
  there->onClose([&] { seen += "close"; });
  const int fd = descriptorOf(here->address()->port);
  ASSERT_GE(fd, 0);
  here->write("last words");
  const linger reset{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  here->destroy();
  // The reset is here before the loop looks at the socket.
  loop().setTimeout(0ms, [this] { there->write("x"); });
  for (int i = 0; i < 3 && seen.find("close") == std::string::npos; ++i) {
    try {
      runLoop();
    } catch (const std::runtime_error&) {
      seen += "thrown ";
    }
  }
  EXPECT_NE(seen.find("close"), std::string::npos) << seen;
}

TEST_F(BrokenConnection, NoDelayIsWhatItWasSetToBeforeTheConnectionWasMade) {
  server = net::createServer([this](net::Socket& socket) {
    there = std::static_pointer_cast<net::Socket>(socket.shared());
  });
  server->listen(0, "127.0.0.1");
  here = net::connect(server->address()->port, "127.0.0.1");
  here->setNoDelay(false);
  int noDelay = -1;
  here->onConnect([&] {
    const int fd = descriptorOf(here->address()->port);
    socklen_t size = sizeof noDelay;
    ::getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &noDelay, &size);
    server->close();
    here->destroy();
  });
  runLoop();
  EXPECT_EQ(noDelay, 0);
}

TEST_F(BrokenConnection, KeepAliveIsWhatItWasSetToBeforeTheConnectionWasMadeOrSince) {
  server = net::createServer([this](net::Socket& socket) {
    there = std::static_pointer_cast<net::Socket>(socket.shared());
  });
  server->listen(0, "127.0.0.1");
  here = net::connect(server->address()->port, "127.0.0.1");
  here->setKeepAlive(true, 40s);
  std::vector<int> seen;
  here->onConnect([&] {
    const int fd = descriptorOf(here->address()->port);
    const auto look = [&](int level, int option) {
      int value = -1;
      socklen_t size = sizeof value;
      ::getsockopt(fd, level, option, &value, &size);
      seen.push_back(value);
    };
    look(SOL_SOCKET, SO_KEEPALIVE);
    look(IPPROTO_TCP, TCP_KEEPIDLE);
    here->setKeepAlive(true, 50s);
    look(IPPROTO_TCP, TCP_KEEPIDLE);
    here->setKeepAlive(true, 100'000s);
    look(IPPROTO_TCP, TCP_KEEPIDLE);
    here->setKeepAlive(false);
    look(SOL_SOCKET, SO_KEEPALIVE);
    server->close();
    here->destroy();
  });
  runLoop();
  EXPECT_EQ(seen, (std::vector<int>{1, 40, 50, 32767, 0}));
}

}  // namespace
}  // namespace securepair
