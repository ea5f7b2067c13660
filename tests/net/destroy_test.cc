#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "net/connection.h"

namespace securepair {
namespace {

using namespace std::chrono_literals;

/// destroy(), and dropping the last reference, in every listener.
class DestroyIn : public test::ConnectionTest, public ::testing::WithParamInterface<const char*> {
 protected:
  void destroyHere() {
    const auto socket = std::move(here);
    if (socket != nullptr) socket->destroy();
  }
};

TEST_P(DestroyIn, AListener) {
  const std::string event = GetParam();
  connectBoth();
  bool closed = false;
  here->onClose([&] { closed = true; });
  here->onError([](const Error&) {});
  there->onError([](const Error&) {});
  if (event == "data") {
    here->onData([&] { destroyHere(); });
    there->write("data");
  } else if (event == "end") {
    here->onEnd([&] { destroyHere(); });
    there->end();
  } else if (event == "drain") {
    there->pause();
    here->onDrain([&] { destroyHere(); });
    while (here->write(std::string(100'000, 'x'))) continue;
    there->resume();
  } else if (event == "error") {
    here->onError([&] { destroyHere(); });
    there->pause();
    here->write("x");
    loop().setTimeout(10ms, [&] { there->destroy(); });
  } else if (event == "timeout") {
    here->setTimeout(5ms, [&] { destroyHere(); });
  } else if (event == "close") {
    here->onClose([&] { destroyHere(); });
    loop().post([&] { here->destroy(); });
  } else if (event == "later write") {
    loop().post([&] {
      here->write(std::string(1 << 22, 'x'));
      here->end();
      destroyHere();
    });
  }
  runLoop();
  EXPECT_TRUE(closed);
  EXPECT_TRUE(there->destroyed());
}

INSTANTIATE_TEST_SUITE_P(EveryEvent, DestroyIn,
                         ::testing::Values("data", "end", "drain", "error", "timeout", "close",
                                           "later write"),
                         [](const auto& parameter) {
                           std::string name = parameter.param;
                           std::erase(name, ' ');
                           return name;
                         });

class Destroying : public test::ConnectionTest {
 protected:
  /// What `there` is told when `here` was written to, perhaps ended, and then reset.
  std::string whatAResetTells(const std::string& host, bool endFirst) {
    connectBoth(host);
    std::string told;
    there->setAllowHalfOpen(true);
    there->onEnd([&] { told += "end "; });
    there->onError([&](const Error& error) { told += error.code(); });
    bool closed = false;
    here->onClose([&](bool failed) { closed = !failed; });
    here->write("x");
    if (endFirst) here->end();
    loop().setTimeout(10ms, [&] { here->resetAndDestroy(); });
    loop().setTimeout(30ms, [&] { there->write("y"); });
    loop().setTimeout(50ms, [&] { there->destroy(); });
    runLoop();
    EXPECT_TRUE(closed);
    return told;
  }

  /// `here` sends "x" and resets. Answers what `there` is told, which does this with the data.
  std::shared_ptr<std::string> connectAndReset(const std::function<void()>& withData) {
    connectBoth();
    auto told = std::make_shared<std::string>();
    there->onData([told, withData](std::string_view text) {
      *told += text;
      withData();
    });
    there->onEnd([told] { *told += " end"; });
    there->onError([told](const Error& error) { *told += " " + error.code(); });
    here->write("x");
    here->resetAndDestroy();
    return told;
  }
};

TEST_F(Destroying, ByAResetIsNoEnd) {
  EXPECT_EQ(whatAResetTells("127.0.0.1", false), "ECONNRESET");
}

// Both come in one wake of the reader's loop.
TEST_F(Destroying, ByAResetRightAfterDataIsNoEnd) {
  const auto told = connectAndReset([] {});
  runLoop();
  EXPECT_EQ(*told, "x ECONNRESET");
}

// The answer finds the reset before the read does.
TEST_F(Destroying, ByAResetRightAfterDataThatIsAnsweredIsNoEnd) {
  const auto told = connectAndReset([&] { there->write("answer"); });
  runLoop();
  EXPECT_EQ(*told, "x ECONNRESET");
}

// A large answer is sent at once, and finds the reset too.
TEST_F(Destroying, ByAResetThatALargeAnswerHasFoundIsNoEnd) {
  const auto told = connectAndReset([&] {
    there->write(std::string(8000, 'a'));
    throw std::runtime_error("thrown");
  });
  EXPECT_THROW(runLoop(), std::runtime_error);
  runLoop();
  EXPECT_EQ(*told, "x ECONNRESET");
}

// Who has ended already is told by the first write, and not by the second.
TEST_F(Destroying, ByAResetAfterAnEndToo) {
  EXPECT_EQ(whatAResetTells("127.0.0.1", true), "end EPIPE");
}

TEST_F(Destroying, AUnixSocketByAReset) {
  EXPECT_EQ(whatAResetTells(test::socketPath("reset"), false), "end EPIPE");
}

TEST_F(Destroying, ByAResetWhatIsNotConnectedYet) {
  const auto socket = net::connect(1, "127.0.0.1");
  socket->onError([](const Error&) { ADD_FAILURE(); });
  bool closed = false;
  socket->onClose([&] { closed = true; });
  socket->resetAndDestroy();
  socket->resetAndDestroy();
  EXPECT_EQ(runLoop(), 0);
  EXPECT_TRUE(closed);
}

TEST_F(Destroying, InConnect) {
  server = net::createServer();
  server->listen(0, "127.0.0.1");
  bool closed = false;
  const auto socket = net::connect(server->address()->port, "127.0.0.1",
                                   [](net::Socket& connected) { connected.destroy(); });
  socket->onClose([&] {
    closed = true;
    server->close();
  });
  runLoop();
  EXPECT_TRUE(closed);
}

TEST_F(Destroying, InConnection) {
  bool closed = false;
  server = net::createServer([&](net::Socket& socket) {
    socket.onClose([&] { closed = true; });
    socket.write("dropped or not");
    socket.destroy();
    server->close();
  });
  server->listen(0, "127.0.0.1");
  net::connect(server->address()->port, "127.0.0.1")->onError([](const Error&) {});
  runLoop();
  EXPECT_TRUE(closed);
}

TEST_F(Destroying, CloseComesInALaterTurn) {
  connectBoth();
  bool closed = false;
  here->onClose([&] { closed = true; });
  here->destroy();
  EXPECT_TRUE(here->destroyed());
  EXPECT_FALSE(closed);
  runLoop();
  EXPECT_TRUE(closed);
}

TEST_F(Destroying, AnExceptionInAListenerLeavesTheConnectionUsable) {
  connectBoth();
  std::string received;
  here->onData([&](std::string_view text) {
    received += text;
    if (received == "one") throw 1;
  });
  there->write("one");
  EXPECT_THROW(runLoop(), int);
  there->end("two");
  runLoop();
  EXPECT_EQ(received, "onetwo");
}

TEST_F(Destroying, AnExceptionInErrorDoesNotKeepTheConnectionOpen) {
  connectBoth();
  bool closed = false;
  here->onError([](const Error&) { throw 1; });
  here->onClose([&] { closed = true; });
  there->pause();
  here->write("x");
  loop().setTimeout(10ms, [&] { there->destroy(); });
  EXPECT_THROW(runLoop(), int);
  runLoop();
  EXPECT_TRUE(closed);
}

TEST_F(Destroying, TheLoopsEndCallsNoListener) {
  connectBoth();
  int calls = 0;
  for (const auto& socket : {here, there}) {
    socket->onClose([&calls, socket] { ++calls; });
    socket->onError([&calls, socket] { ++calls; });
    socket->onDrain([&calls, socket] { ++calls; });
  }
  there->pause();
  while (here->write(std::string(100'000, 'x'))) continue;
  const std::weak_ptr<net::Socket> watched = there;
  there.reset();
  endLoop();
  EXPECT_EQ(calls, 0);
  EXPECT_TRUE(here->destroyed());
  EXPECT_FALSE(here->address());
  EXPECT_TRUE(watched.expired());
  here->write("harmless");
  here->destroy();
}

}  // namespace
}  // namespace securepair
