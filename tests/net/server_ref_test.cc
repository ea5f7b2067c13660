#include <chrono>
#include <memory>

#include <uv.h>

#include "net/connection.h"

namespace securepair {
namespace {

using namespace std::chrono_literals;

class UnreferencedServers : public test::LoopTest {
 protected:
  bool keepRunning() { return uv_loop_alive(loop().native()) != 0; }

  std::shared_ptr<net::Server> server = net::createServer();
};

TEST_F(UnreferencedServers, ListenAndLetTheLoopEnd) {
  int listened = 0;
  server->listen(0, "127.0.0.1", [&] { ++listened; });
  server->unref();
  runLoop();
  EXPECT_EQ(listened, 1);
  EXPECT_TRUE(server->address());
  server->close();
  runLoop();
  EXPECT_FALSE(server->address());
}

TEST_F(UnreferencedServers, ServeAsLongAsSomethingElseRuns) {
  std::shared_ptr<net::Socket> accepted;
  server->onConnection([&](net::Socket& socket) {
    accepted = std::static_pointer_cast<net::Socket>(socket.shared());
    socket.end("served");
  });
  server->listen(0, "127.0.0.1");
  server->unref();
  const auto client = net::connect(server->address()->port, "127.0.0.1");
  std::string received;
  client->onData([&](const Data& data) { received += data.text(); });
  client->onEnd([&] { client->end(); });
  runLoop();
  EXPECT_EQ(received, "served");
  EXPECT_TRUE(accepted->destroyed());
  server->close();
  runLoop();
}

TEST_F(UnreferencedServers, MayBeSaidBeforeAndIsTakenBackByRef) {
  server->unref();
  server->listen(0, "127.0.0.1");
  runLoop();
  EXPECT_FALSE(keepRunning());
  server->ref();
  EXPECT_TRUE(keepRunning());
  server->unref();
  server->unref();
  EXPECT_FALSE(keepRunning());
  server->ref();
  loop().setTimeout(10ms, [&] { server->close(); });
  runLoop();
}

TEST_F(UnreferencedServers, LetTheLoopEndWhileTheyPauseToo) {
  server->listen(0, "127.0.0.1");
  server->pause(1h);
  server->unref();
  runLoop();
  EXPECT_FALSE(keepRunning());
  server->ref();
  EXPECT_TRUE(keepRunning());
  server->unref();
  server->pause(1h);
  EXPECT_FALSE(keepRunning());
  server->close();
  runLoop();
}

TEST_F(UnreferencedServers, CloseWithTheLoop) {
  int closed = 0;
  server->onClose([&] { ++closed; });
  server->listen(0, "127.0.0.1");
  server->unref();
  runLoop();
  endLoop();
  EXPECT_EQ(closed, 0);
  EXPECT_FALSE(server->address());
}

}  // namespace
}  // namespace securepair
