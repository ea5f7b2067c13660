#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/connection.h"

namespace securepair {
namespace {

using namespace std::chrono_literals;

class ServersConnections : public test::LoopTest {};

TEST_F(ServersConnections, BeyondTheMostAreClosedAtOnce) {
  int served = 0;
  const auto server = net::createServer([&](net::Socket& socket) {
    ++served;
    socket.write("served");
  });
  server->setMaxConnections(3);
  EXPECT_EQ(server->maxConnections(), 3);
  server->listen(0, "127.0.0.1");
  const int port = server->address()->port;
  std::vector<std::shared_ptr<net::Socket>> clients;
  int dropped = 0;
  server->onDrop([&](const net::Drop& drop) {
    ++dropped;
    EXPECT_EQ(drop.local->port, port);
    EXPECT_EQ(drop.remote->address, "127.0.0.1");
    EXPECT_NE(drop.remote->port, port);
  });
  int rejected = 0;
  int greeted = 0;
  for (int i = 0; i < 10; ++i) {
    const auto client = net::connect(port, "127.0.0.1");
    client->onError([](const Error&) {});
    client->onData([&] { ++greeted; });
    client->onClose([&] { ++rejected; });
    clients.push_back(client);
  }
  runUntil([&] { return rejected + greeted == 10; });
  EXPECT_EQ(rejected, 7);
  EXPECT_EQ(dropped, 7);
  EXPECT_EQ(served, 3);
  EXPECT_EQ(server->connections(), 3);
  for (const auto& client : clients) client->destroy();
  runUntil([&] { return server->connections() == 0; });
  server->close();
  runLoop();
}

TEST_F(ServersConnections, AreCountedExactlyUnderResets) {
  const auto server = net::createServer([](net::Socket& socket) {
    socket.onError([](const Error&) {});
    socket.write(std::string(10'000, 'x'));
  });
  server->setMaxConnections(20);
  server->listen(0, "127.0.0.1");
  const int port = server->address()->port;
  int open = 0;
  int done = 0;
  constexpr int total = 400;
  std::function<void()> next = [&] {
    while (open < 40 && open + done < total) {
      ++open;
      const auto client = net::connect(port, "127.0.0.1");
      client->onError([](const Error&) {});
      client->onClose([&] {
        --open;
        ++done;
        EXPECT_GE(server->connections(), 0);
        EXPECT_LE(server->connections(), 20);
        loop().post([&] { next(); });
      });
      // Some are reset, since they are closed with data unread, others end in peace.
      if ((open + done) % 3 == 0) {
        client->onConnect([client] {
          client->pause();
          Loop::current().setTimeout(2ms, [client] { client->destroy(); });
        });
      } else if ((open + done) % 3 == 1) {
        client->onConnect([client] { client->destroy(); });
      } else {
        client->onData([client] { client->end(); });
      }
    }
  };
  next();
  runUntil([&] { return done == total && server->connections() == 0; }, 20s);
  EXPECT_EQ(server->connections(), 0);
  server->close();
  runLoop();
}

TEST_F(ServersConnections, ComeInABoundedNumberEachTurn) {
  int accepted = 0;
  int mostInATurn = 0;
  int inTurn = 0;
  const auto server = net::createServer([&](net::Socket& socket) {
    ++accepted;
    mostInATurn = std::max(mostInATurn, ++inTurn);
    socket.destroy();
  });
  server->listen(0, "127.0.0.1");
  const int port = server->address()->port;
  std::vector<std::shared_ptr<net::Socket>> clients;
  for (int i = 0; i < 300; ++i) {
    clients.push_back(net::connect(port, "127.0.0.1"));
    clients.back()->onError([](const Error&) {});
  }
  runUntil([&] {
    inTurn = 0;
    return accepted == 300;
  });
  EXPECT_EQ(accepted, 300);
  EXPECT_LE(mostInATurn, 64);
  server->close();
  runLoop();
}

TEST_F(ServersConnections, AreNotLostWhereAListenerThrows) {
  int accepted = 0;
  const auto server = net::createServer([&](net::Socket& socket) {
    socket.destroy();
    if (++accepted == 1) throw 1;
  });
  server->listen(0, "127.0.0.1");
  const int port = server->address()->port;
  for (int i = 0; i < 3; ++i) net::connect(port, "127.0.0.1")->onError([](const Error&) {});
  EXPECT_THROW(runLoop(), int);
  runUntil([&] { return accepted == 3; });
  server->close();
  runLoop();
}

}  // namespace
}  // namespace securepair
