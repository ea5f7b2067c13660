// What holds a server, how often it tells of its end, and that it can be opened and closed again.
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "net/connection.h"

namespace securepair {
namespace {

using namespace std::chrono_literals;

class ServerLife : public test::LoopTest {};

// Nothing else does after a failed listen().
TEST(ServerHeldByItsListeners, EndsWithTheLoop) {
  std::weak_ptr<net::Server> held;
  std::thread([&held] {
    Loop loop;
    const auto taken = net::createServer();
    taken->listen(0, "127.0.0.1");
    {
      auto server = net::createServer();
      server->onConnection([server] {});
      server->onError([server] {});
      server->onClose([server] {});
      server->listen(taken->address()->port, "127.0.0.1");
      held = server;
    }
    loop.setTimeout(5ms, [&] { taken->close(); });
    loop.run();
    EXPECT_FALSE(held.expired());
  }).join();
  EXPECT_TRUE(held.expired());
}

TEST_F(ServerLife, AServerThatWasRestartedIsClosedForGood) {
  const auto server = net::createServer();
  std::string told;
  server->onListening([&] { told += "listening "; });
  server->listen(0, "127.0.0.1", [&] {
    server->close([&] {
      told += "closed ";
      server->listen(0, "127.0.0.1", [&] { server->close([&] { told += "over"; }); });
    });
  });
  runLoop();
  EXPECT_EQ(told, "listening closed listening over");
}

}  // namespace
}  // namespace securepair
