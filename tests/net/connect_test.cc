#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "net/connection.h"
#include "support/resolver.h"
#include "support/silence.h"

namespace securepair {
namespace {

using namespace std::chrono_literals;

class Connecting : public test::LoopTest {
 protected:
  // Records what becomes of a connection that fails.
  void watch(const std::shared_ptr<net::Socket>& socket) {
    socket->onError([this](const Error& error) {
      code = error.code();
      message = error.what();
      fix = error.fix();
    });
    socket->onClose([this](bool failed) { closed += failed ? "failed" : "closed"; });
    socket->onConnect([this] { connected = true; });
  }
  // A port where nothing listens.
  int freePort() {
    const auto server = net::createServer();
    server->listen(0, "127.0.0.1");
    const int port = server->address()->port;
    server->close();
    runLoop();
    return port;
  }
  bool told(const std::string& text) const { return message.find(text) != std::string::npos; }

  std::string code;
  std::string message;
  std::string fix;
  std::string closed;
  bool connected = false;
};

TEST_F(Connecting, RefusedSaysWhatWasTriedAndWhatToDo) {
  const int port = freePort();
  watch(net::connect(port));
  EXPECT_TRUE(code.empty());
  EXPECT_EQ(runLoop(), 0);
  EXPECT_EQ(code, "ECONNREFUSED");
  EXPECT_TRUE(told("localhost:" + std::to_string(port))) << message;
  EXPECT_TRUE(told("127.0.0.1:" + std::to_string(port) + " ECONNREFUSED")) << message;
  EXPECT_FALSE(fix.empty());
  EXPECT_EQ(closed, "failed");
  EXPECT_FALSE(connected);
}

TEST_F(Connecting, RefusedByAnAddress) {
  const int port = freePort();
  watch(net::connect(port, "127.0.0.1"));
  runLoop();
  EXPECT_TRUE(told("connect ECONNREFUSED 127.0.0.1:" + std::to_string(port))) << message;
  EXPECT_FALSE(told("tried")) << message;
}

TEST_F(Connecting, RefusedByAnIpv6Address) {
  const int port = freePort();
  watch(net::connect(port, "::1"));
  runLoop();
  EXPECT_EQ(code, "ECONNREFUSED");
  EXPECT_TRUE(told("[::1]:" + std::to_string(port))) << message;
}

TEST_F(Connecting, RefusedWithoutAListenerMakesRunReturnOne) {
  loop().onUnhandledError([](const Error&) {});
  net::connect(freePort(), "127.0.0.1");
  EXPECT_EQ(runLoop(), 1);
  EXPECT_EQ(runLoop(), 0);
}

TEST_F(Connecting, AnAddressThatCannotBeUsedFailsLaterToo) {
  watch(net::connect(80, "ff02::1"));  // a group has no connections
  EXPECT_TRUE(code.empty());
  runLoop();
  EXPECT_FALSE(code.empty());
  EXPECT_EQ(closed, "failed");
}

TEST_F(Connecting, ANameThatDoesNotExist) {
  watch(net::connect(80, "no-such-name.invalid"));
  runLoop(30s);
  EXPECT_TRUE(code == "ENOTFOUND" || code == "EAI_AGAIN") << code;
  EXPECT_TRUE(told("no-such-name.invalid:80")) << message;
  EXPECT_EQ(closed, "failed");
}

TEST_F(Connecting, ANameThatIsNone) {
  for (const std::string& host : {std::string("a\0b", 3), std::string(300, 'x'), std::string()}) {
    code.clear();
    watch(net::connect(80, host));
    EXPECT_TRUE(code.empty());
    runLoop(30s);
    EXPECT_FALSE(code.empty());
  }
}

TEST_F(Connecting, EveryAddressOfANameIsTried) {
  test::resolveTo("three.test", {"127.0.0.3", "::1", "127.0.0.1"});
  const auto server = net::createServer([](net::Socket& socket) { socket.destroySoon(); });
  server->listen(0, "127.0.0.1");
  const auto socket = net::connect(server->address()->port, "three.test");
  watch(socket);
  socket->onClose([&] { server->close(); });
  runLoop();
  EXPECT_TRUE(connected);
  EXPECT_EQ(code, "");
}

TEST_F(Connecting, WhereNoAddressAnswersAllAreTold) {
  test::resolveTo("two.test", {"127.0.0.3", "127.0.0.4"});
  const int port = freePort();
  watch(net::connect(port, "two.test"));
  runLoop();
  EXPECT_EQ(code, "ECONNREFUSED");
  for (const std::string address : {"127.0.0.3:", "127.0.0.4:"}) {
    EXPECT_TRUE(told(address + std::to_string(port) + " ECONNREFUSED")) << message;
  }
}

TEST_F(Connecting, ASilentAddressGivesWayToTheNext) {
  test::resolveTo("silent.test", {"127.0.0.3", "127.0.0.1"});
  const auto server = net::createServer([](net::Socket& socket) { socket.destroySoon(); });
  server->listen(0, "127.0.0.1");
  const test::Silence silence("127.0.0.3", server->address()->port);
  const auto socket = net::connect(server->address()->port, "silent.test");
  watch(socket);
  socket->onClose([&] { server->close(); });
  runLoop(10s);
  EXPECT_TRUE(connected);
  EXPECT_EQ(code, "");
}

TEST_F(Connecting, DestroyWhileAnAddressIsSilent) {
  test::resolveTo("silent.test", {"127.0.0.3", "127.0.0.4"});
  const int port = freePort();
  const test::Silence silence("127.0.0.3", port);
  const auto socket = net::connect(port, "silent.test");
  watch(socket);
  loop().setTimeout(50ms, [&] { socket->destroy(); });
  loop().setTimeout(4s, [] {});  // past the time that an address has
  runLoop(10s);
  EXPECT_EQ(closed, "closed");
}

TEST_F(Connecting, SetTimeoutLimitsHowLongItTakes) {
  test::resolveSlowly("slow.test", 500ms);
  const test::Silence silence("127.0.0.1");
  for (const char* host : {"slow.test", "127.0.0.1"}) {
    closed.clear();
    const auto socket = net::connect(silence.port(), host);
    watch(socket);
    socket->setTimeout(50ms, [&] { socket->destroy(); });
    runLoop();
    EXPECT_EQ(closed, "closed");
    EXPECT_FALSE(connected);
  }
}

TEST_F(Connecting, AnIpv6AddressMayStandInBrackets) {
  const auto server = net::createServer([](net::Socket& socket) { socket.destroySoon(); });
  server->listen(0, "::1");
  const auto socket = net::connect(server->address()->port, "[::1]");
  watch(socket);
  socket->onClose([&] { server->close(); });
  runLoop();
  EXPECT_TRUE(connected) << message;
}

TEST_F(Connecting, AListenerOfConnectThatThrowsDoesNotStopTheReading) {
  const auto server = net::createServer([](net::Socket& socket) { socket.end("hello"); });
  server->listen(0, "127.0.0.1");
  const auto socket = net::connect(server->address()->port, "127.0.0.1");
  std::string received;
  socket->onData([&](std::string_view text) { received += text; });
  socket->onConnect([] { throw std::runtime_error("on purpose"); });
  socket->onClose([&] { server->close(); });
  EXPECT_THROW(runLoop(), std::runtime_error);
  runLoop();
  EXPECT_EQ(received, "hello");
}

TEST_F(Connecting, DestroyDuringTheLookUp) {
  const auto socket = net::connect(80, "localhost");
  watch(socket);
  socket->destroy();
  EXPECT_EQ(closed, "");
  runLoop();
  EXPECT_EQ(closed, "closed");
  EXPECT_FALSE(connected);
}

TEST_F(Connecting, DestroyDuringTheConnection) {
  const auto server = net::createServer();
  server->listen(0, "127.0.0.1");
  const auto socket = net::connect(server->address()->port, "127.0.0.1");
  watch(socket);
  socket->write("never sent");
  socket->destroy();
  runUntil([&] { return !closed.empty(); });
  server->close();
  runLoop();
  EXPECT_EQ(closed, "closed");
  EXPECT_FALSE(connected);
}

TEST_F(Connecting, DestroyBetweenTwoAddresses) {
  // Whatever the turn in which it hits: look-up, connection, or the closing of a failed one.
  const int port = freePort();
  for (int turns = 0; turns < 6; ++turns) {
    closed.clear();
    const auto socket = net::connect(port, "localhost");
    watch(socket);
    int left = turns;
    std::function<void()> tick = [&] {
      if (left-- == 0) return socket->destroy();
      loop().setTimeout(1ms, [&] { tick(); });
    };
    tick();
    runLoop();
    EXPECT_TRUE(closed == "closed" || closed == "failed") << closed;
  }
}

TEST_F(Connecting, ThroughAnErrorListenerThatConnectsAgain) {
  const int port = freePort();
  int tries = 0;
  std::function<void()> again = [&] {
    const auto socket = net::connect(port, "127.0.0.1");
    socket->onError([&](const Error&) {
      if (++tries < 3) again();
    });
  };
  again();
  runLoop();
  EXPECT_EQ(tries, 3);
}

TEST_F(Connecting, ToAPathWhereNothingIs) {
  watch(net::connect("/nowhere/to/be/found.sock"));
  EXPECT_TRUE(code.empty());
  runLoop();
  EXPECT_EQ(code, "ENOENT");
  EXPECT_TRUE(told("/nowhere/to/be/found.sock")) << message;
  EXPECT_EQ(closed, "failed");
}

TEST_F(Connecting, ToAPathThatIsNone) {
  for (const std::string& path : {std::string(108, 'x'), std::string(), std::string("a\0b", 3)}) {
    code.clear();
    watch(net::connect(path));
    runLoop();
    EXPECT_EQ(code, "ENAMETOOLONG");
  }
}

TEST_F(Connecting, DestroyBeforeAPathsConnectionIsTold) {
  const std::string path = test::socketPath("destroy");
  const auto server = net::createServer([](net::Socket&) {});
  server->listen(path);
  const auto socket = net::connect(path);
  watch(socket);
  socket->destroy();
  runUntil([&] { return !closed.empty(); });
  server->close();
  runLoop();
  EXPECT_EQ(closed, "closed");
  EXPECT_FALSE(connected);
}

TEST_F(Connecting, TheLoopsEndCancelsALookUp) {
  const auto socket = net::connect(80, "localhost");
  watch(socket);
  endLoop();
  EXPECT_TRUE(socket->destroyed());
  EXPECT_EQ(closed, "");
}

TEST_F(Connecting, APortOutOfRangeIsThrown) {
  EXPECT_THROW(net::connect(65536), Error);
  EXPECT_THROW(net::connect(-1), Error);
}

}  // namespace
}  // namespace securepair
