#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "net/connection.h"

namespace securepair {
namespace {

using namespace std::chrono_literals;

class Servers : public test::LoopTest {};

TEST_F(Servers, TellTheirAddressAtOnceAndListeningLater) {
  const auto server = net::createServer();
  bool listening = false;
  server->onListening([&] { listening = true; });
  EXPECT_FALSE(server->address());
  server->listen(0, [&] { server->close(); });
  EXPECT_FALSE(listening);
  EXPECT_EQ(server->address()->address, "0.0.0.0");
  EXPECT_EQ(server->address()->family, "IPv4");
  EXPECT_GT(server->address()->port, 0);
  runLoop();
  EXPECT_TRUE(listening);
  EXPECT_FALSE(server->address());
}

TEST_F(Servers, OnAllAddressesOfBothFamilies) {
  std::vector<std::string> peers;
  const auto server = net::createServer([&](net::Socket& socket) {
    peers.push_back(socket.remoteAddress());
    socket.destroy();
  });
  server->listen(0, "::");
  EXPECT_EQ(server->address()->family, "IPv6");
  const int port = server->address()->port;
  for (const char* host : {"127.0.0.1", "::1"}) {
    const auto socket = net::connect(port, host);
    socket->onError([](const Error&) {});
    runUntil([&] { return socket->destroyed(); });
  }
  server->close();
  runLoop();
  EXPECT_EQ(peers, (std::vector<std::string>{"::ffff:127.0.0.1", "::1"}));
}

TEST_F(Servers, InUseSaysWhereAndWhatToDo) {
  const auto first = net::createServer();
  first->listen(0, "127.0.0.1");
  const int port = first->address()->port;
  const auto second = net::createServer();
  std::string what;
  second->onError([&](const Error& error) {
    EXPECT_EQ(error.code(), "EADDRINUSE");
    EXPECT_FALSE(error.fix().empty());
    what = error.what();
    first->close();
  });
  second->listen(port, "127.0.0.1", [] { ADD_FAILURE() << "listening"; });
  EXPECT_TRUE(what.empty());
  runLoop();
  EXPECT_NE(what.find("127.0.0.1:" + std::to_string(port)), std::string::npos) << what;
}

TEST_F(Servers, WithoutAListenerOfErrorItComesOutOfRun) {
  net::createServer()->listen(0, "192.0.2.1");  // an address of no machine
  try {
    runLoop();
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "EADDRNOTAVAIL");
  }
  EXPECT_EQ(runLoop(), 0);
}

TEST_F(Servers, OnANameThatDoesNotExist) {
  const auto server = net::createServer();
  std::string code;
  server->onError([&](const Error& error) { code = error.code(); });
  server->listen(0, "no-such-name.invalid");
  runLoop(30s);
  EXPECT_TRUE(code == "ENOTFOUND" || code == "EAI_AGAIN") << code;
}

TEST_F(Servers, AfterAnErrorMayListenAgain) {
  const auto server = net::createServer();
  bool listening = false;
  server->onError([&](const Error&) {
    server->listen(0, "127.0.0.1", [&] {
      listening = true;
      server->close();
    });
  });
  server->listen(0, "192.0.2.1");
  runLoop();
  EXPECT_TRUE(listening);
}

TEST_F(Servers, ListeningTwiceIsThrown) {
  const auto server = net::createServer();
  server->listen(0, "127.0.0.1");
  try {
    server->listen(0, "127.0.0.1");
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "ERR_SERVER_ALREADY_LISTEN");
  }
  server->close();
  runLoop();
}

// ---- Unix sockets ----

TEST_F(Servers, APathIsGoneWhenTheServerIs) {
  const std::string path = test::socketPath("gone");
  const auto server = net::createServer();
  server->listen(path);
  EXPECT_EQ(server->address(), (net::Address{path, 0, "Unix"}));
  EXPECT_TRUE(std::filesystem::exists(path));
  server->close();
  runLoop();
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(Servers, APathInUseIsNotTakenAway) {
  const std::string path = test::socketPath("used");
  std::ofstream(path) << "somebody's file";
  const auto server = net::createServer();
  std::string code;
  server->onError([&](const Error& error) { code = error.code(); });
  server->listen(path);
  runLoop();
  EXPECT_EQ(code, "EADDRINUSE");
  EXPECT_TRUE(std::filesystem::exists(path));
  std::filesystem::remove(path);
}

TEST_F(Servers, APathThatAnotherHasTakenOverIsLeftToIt) {
  const std::string path = test::socketPath("takeover");
  const auto old = net::createServer();
  old->listen(path);
  std::filesystem::remove(path);
  const auto next = net::createServer([](net::Socket& socket) { socket.destroy(); });
  next->listen(path);
  old->close();
  runUntil([&] { return !old->address(); });
  EXPECT_TRUE(std::filesystem::exists(path));
  const auto client = net::connect(path);
  client->onClose([&] { next->close(); });
  runLoop();
}

TEST_F(Servers, AnAbstractName) {
  const std::string name = std::string(1, '\0') + test::socketPath("abstract");
  std::string received;
  const auto server = net::createServer();
  server->onConnection([&](net::Socket& socket) {
    socket.onData([&](std::string_view text) { received += text; });
    server->close();
  });
  server->listen(name);
  net::connect(name)->end("abstract");
  runLoop();
  EXPECT_EQ(received, "abstract");
}

// ---- close ----

TEST_F(Servers, CloseWaitsForTheLastConnection) {
  std::shared_ptr<net::Socket> last;
  const auto server = net::createServer(
      [&](net::Socket& socket) { last = std::static_pointer_cast<net::Socket>(socket.shared()); });
  server->listen(0, "127.0.0.1");
  const int port = server->address()->port;
  const auto client = net::connect(port, "127.0.0.1");
  runUntil([&] { return last != nullptr; });

  int closes = 0;
  std::string code;
  server->onClose([&] { ++closes; });
  server->close([&] { ++closes; });
  server->close([&] { ++closes; });
  net::connect(port, "127.0.0.1")->onError([&](const Error& error) { code = error.code(); });
  loop().setTimeout(30ms, [&] {
    EXPECT_EQ(closes, 0);
    EXPECT_EQ(server->connections(), 1);
    last->end("still open");
  });
  runLoop();
  EXPECT_EQ(closes, 3);
  EXPECT_EQ(code, "ECONNREFUSED");
  EXPECT_EQ(server->connections(), 0);
}

TEST_F(Servers, CloseOfOneThatNeverListenedCallsItsListener) {
  const auto server = net::createServer();
  bool emitted = false;
  bool called = false;
  server->onClose([&] { emitted = true; });
  server->close();
  server->close([&] { called = true; });
  EXPECT_FALSE(called);
  runLoop();
  EXPECT_TRUE(called);
  EXPECT_FALSE(emitted);
}

TEST_F(Servers, CloseBeforeListeningIsToldIsStillACLose) {
  const auto server = net::createServer();
  bool closed = false;
  server->listen(0, [] { ADD_FAILURE() << "listening"; });
  server->close([&] { closed = true; });
  runLoop();
  EXPECT_TRUE(closed);
}

TEST_F(Servers, CloseDuringTheLookUp) {
  const auto server = net::createServer();
  bool closed = false;
  server->listen(0, "localhost", [] { ADD_FAILURE() << "listening"; });
  server->close([&] { closed = true; });
  runLoop();
  EXPECT_TRUE(closed);
}

TEST_F(Servers, MayListenAgainAtCloseAndThenKeepTheirListeners) {
  const auto server = net::createServer();
  int connections = 0;
  int rounds = 0;
  server->onConnection([&](net::Socket& socket) {
    ++connections;
    socket.destroy();
    server->close();
  });
  const auto listen = [&] {
    server->listen(0, "127.0.0.1", [&] {
      ++rounds;
      net::connect(server->address()->port, "127.0.0.1")->onError([](const Error&) {});
    });
  };
  server->onClose([&] {
    if (rounds < 3) listen();
  });
  listen();
  runLoop();
  EXPECT_EQ(rounds, 3);
  EXPECT_EQ(connections, 3);
}

TEST_F(Servers, AListeningOneKeepsItselfAlive) {
  bool connected = false;
  int port = 0;
  {
    const auto server = net::createServer();
    server->onConnection([&, weak = std::weak_ptr(server)](net::Socket& socket) {
      connected = true;
      socket.destroy();
      weak.lock()->close();
    });
    server->listen(0, "127.0.0.1");
    port = server->address()->port;
  }
  net::connect(port, "127.0.0.1")->onError([](const Error&) {});
  runLoop();
  EXPECT_TRUE(connected);
}

TEST_F(Servers, ThatHoldThemselvesInTheirListenersMakeNoLeak) {
  const auto closing = net::createServer();
  closing->onClose([closing] {});
  closing->onConnection([closing] {});
  closing->listen(0, "127.0.0.1", [closing] { closing->close(); });
  runLoop();

  const auto listening = net::createServer();
  listening->onError([listening] {});
  listening->listen(0, "127.0.0.1");

  const auto failed = net::createServer();
  failed->onError([failed] {});
  failed->listen(0, "192.0.2.1");
  runUntil([&] { return !failed->address(); });
  endLoop();
}

TEST_F(Servers, OneOnTheStackMayEndWhileItListens) {
  bool accepted = false;
  int port = 0;
  {
    net::Server server;
    server.onConnection([&] { accepted = true; });
    server.listen(0, "127.0.0.1");
    port = server.address()->port;
  }
  std::string code;
  net::connect(port, "127.0.0.1")->onError([&](const Error& error) { code = error.code(); });
  runLoop();
  EXPECT_EQ(code, "ECONNREFUSED");
  EXPECT_FALSE(accepted);
}

// ---- Derived servers ----

class Careful final : public net::Server {
 public:
  std::vector<std::string> events;
  bool ready = false;

 private:
  void checkReady() const override {
    if (!ready) throw Error("ERR_NOT_READY", "this server is not ready");
  }
  void accepted(const std::shared_ptr<net::Socket>& socket) override {
    events.emplace_back("accepted");
    Server::accepted(socket);
    events.emplace_back("after the listeners");
    socket->destroy();
    close();
  }
};

TEST_F(Servers, ADerivedOneIsAskedBeforeItListensAndForEachConnection) {
  const auto server = std::make_shared<Careful>();
  EXPECT_THROW(server->listen(0), Error);
  EXPECT_THROW(server->listen(test::socketPath("never")), Error);
  EXPECT_THROW(server->listen(net::Descriptor(0)), Error);
  server->ready = true;
  server->onConnection([&] { server->events.emplace_back("connection"); });
  server->listen(0, "127.0.0.1");
  net::connect(server->address()->port, "127.0.0.1")->onError([](const Error&) {});
  runLoop();
  EXPECT_EQ(server->events,
            (std::vector<std::string>{"accepted", "connection", "after the listeners"}));
}

}  // namespace
}  // namespace securepair
