#pragma once
#include <securepair/net.h>

#include <filesystem>
#include <memory>
#include <string>
#include <unistd.h>

#include <gtest/gtest.h>

#include "support/loop_fixture.h"

namespace securepair::test {

/// Where no other test listens. Relative, because a socket's path may have 107 bytes and no more.
inline std::string socketPath(const std::string& name) {
  std::filesystem::current_path(std::filesystem::temp_directory_path());
  return "./securepair-" + name + "-" + std::to_string(::getpid()) + ".sock";
}

/// A server with one connection to it.
class ConnectionTest : public LoopTest {
 protected:
  /// Listens, connects and runs the loop until both ends are open. The server stops accepting then.
  void connectBoth(const std::string& host = "127.0.0.1") {
    server = net::createServer([this](net::Socket& socket) {
      there = std::static_pointer_cast<net::Socket>(socket.shared());
    });
    if (host.find('/') != std::string::npos) {
      server->listen(host);
      here = net::connect(host);
    } else {
      server->listen(0, host);
      here = net::connect(server->address()->port, host);
    }
    bool connected = false;
    here->onConnect([&] { connected = true; });
    runUntil([&] { return connected && there != nullptr; });
    server->close();
  }

  std::shared_ptr<net::Server> server;
  std::shared_ptr<net::Socket> here;   // the client's end
  std::shared_ptr<net::Socket> there;  // the server's end
};

}  // namespace securepair::test
