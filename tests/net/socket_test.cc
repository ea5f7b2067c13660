#include "net/socket.h"

#include <string>
#include <sys/socket.h>
#include <vector>

#include "net/connection.h"
#include "net/loop.h"
#include "support/overwritten.h"

namespace securepair {
namespace {

using namespace std::chrono_literals;

class Sockets : public test::ConnectionTest {
 protected:
  // Sends a text there and back.
  void echo(const std::string& host) {
    connectBoth(host);
    there->pipe(*there);
    std::string received;
    std::vector<std::string> events;
    here->onData([&](std::string_view text) { received += text; });
    here->onEnd([&] { events.emplace_back("end"); });
    here->onClose([&](bool failed) { events.emplace_back(failed ? "failed" : "close"); });
    here->write("hello ");
    here->end("world");
    EXPECT_EQ(runLoop(), 0);
    EXPECT_EQ(received, "hello world");
    EXPECT_EQ(events, (std::vector<std::string>{"end", "close"}));
    EXPECT_TRUE(there->destroyed());
  }
};

TEST_F(Sockets, EchoOverIpv4) { echo("127.0.0.1"); }
TEST_F(Sockets, EchoOverIpv6) { echo("::1"); }
TEST_F(Sockets, EchoOverAUnixSocket) { echo(test::socketPath("echo")); }
TEST_F(Sockets, EchoOverAName) {
  server = net::createServer([](net::Socket& socket) { socket.pipe(socket); });
  std::string received;
  server->listen(0, "localhost", [&] {
    here = net::connect(server->address()->port);
    EXPECT_EQ(here->host(), "localhost");
    here->onData([&](std::string_view text) { received += text; });
    here->onClose([&] { server->close(); });
    here->end("by name");
  });
  runLoop();
  EXPECT_EQ(received, "by name");
}

TEST_F(Sockets, FinishComesWhenAllHasBeenHandedOn) {
  connectBoth();
  there->pause();
  bool isRead = false;
  int finishes = 0;
  here->onFinish([&] {
    ++finishes;
    EXPECT_TRUE(isRead);
  });
  here->end(std::string(std::size_t{16} * 1024 * 1024, 'x'));
  loop().setTimeout(50ms, [&] {
    isRead = true;
    there->resume();
  });
  runLoop();
  EXPECT_EQ(finishes, 1);
}

TEST_F(Sockets, KnowBothEnds) {
  connectBoth();
  const int port = server->address() ? server->address()->port : here->remotePort();
  EXPECT_EQ(here->remoteAddress(), "127.0.0.1");
  EXPECT_EQ(here->remotePort(), port);
  EXPECT_EQ(here->address(), there->remote());
  EXPECT_EQ(there->address(), here->remote());
  EXPECT_EQ(there->remote()->family, "IPv4");
  EXPECT_EQ(here->host(), "127.0.0.1");
  EXPECT_EQ(there->host(), "");
  here->destroy();
  EXPECT_FALSE(here->address());
  EXPECT_FALSE(here->remote());
  runLoop();
}

TEST_F(Sockets, KnowBothEndsOfAUnixSocket) {
  const std::string path = test::socketPath("ends");
  connectBoth(path);
  EXPECT_EQ(here->remote(), (net::Address{path, 0, "Unix"}));
  EXPECT_EQ(there->address(), (net::Address{path, 0, "Unix"}));
  EXPECT_EQ(there->remote(), (net::Address{"", 0, "Unix"}));
  here->destroy();
  runLoop();
}

TEST_F(Sockets, WritesBeforeTheConnectionAreKept) {
  server = net::createServer([](net::Socket& socket) { socket.pipe(socket); });
  server->listen(0, "127.0.0.1");
  here = net::connect(server->address()->port, "127.0.0.1");
  EXPECT_TRUE(here->write("first "));
  here->write("second ");
  EXPECT_EQ(here->bufferSize(), 13U);
  here->end("third");
  EXPECT_FALSE(here->write("too late"));
  std::string received;
  here->onData([&](std::string_view text) { received += text; });
  here->onClose([&] { server->close(); });
  runLoop();
  EXPECT_EQ(received, "first second third");
}

TEST_F(Sockets, AnEndBeforeTheConnectionIsSentAfterIt) {
  bool ended = false;
  server = net::createServer([&](net::Socket& socket) {
    socket.onEnd([&] { ended = true; });
    server->close();
  });
  server->listen(0, "127.0.0.1");
  net::connect(server->address()->port, "127.0.0.1")->end();
  runLoop();
  EXPECT_TRUE(ended);
}

TEST_F(Sockets, ConnectIsToldAfterItReturnsAndOnce) {
  int told = 0;
  server = net::createServer();
  server->listen(0, "127.0.0.1");
  here = net::connect(server->address()->port, "127.0.0.1", [&](net::Socket& socket) {
    EXPECT_EQ(&socket, here.get());
    ++told;
    socket.destroy();
    server->close();
  });
  EXPECT_EQ(told, 0);
  runLoop();
  EXPECT_EQ(told, 1);
}

TEST_F(Sockets, HalfOpenOnesGoOnSending) {
  connectBoth();
  there->setAllowHalfOpen(true);
  std::string received;
  there->onEnd([&] { loop().setTimeout(5ms, [&] { there->end("after the peer's end"); }); });
  here->onData([&](std::string_view text) { received += text; });
  here->end();
  EXPECT_FALSE(here->writable());
  EXPECT_TRUE(here->readable());
  runLoop();
  EXPECT_EQ(received, "after the peer's end");
}

TEST_F(Sockets, AnEndIsAnsweredUnlessHalfOpenIsAllowed) {
  for (const bool halfOpen : {false, true}) {
    connectBoth();
    there->setAllowHalfOpen(halfOpen);
    bool came = false;
    bool answered = false;
    there->onEnd([&] { came = true; });
    here->onEnd([&] { answered = true; });
    here->end();
    runUntil([&] { return came; });
    if (halfOpen) there->write("more");
    EXPECT_EQ(there->writable(), halfOpen);
    there->end();
    runLoop();
    EXPECT_TRUE(answered);
  }
}

TEST_F(Sockets, PauseHoldsDataAndEnd) {
  connectBoth();
  std::vector<std::string> events;
  here->onData([&](std::string_view text) { events.emplace_back(text); });
  here->onEnd([&] { events.emplace_back("end"); });
  here->pause();
  there->end("data");
  loop().setTimeout(30ms, [&] {
    EXPECT_TRUE(events.empty());
    here->resume();
  });
  runLoop();
  EXPECT_EQ(events, (std::vector<std::string>{"data", "end"}));
}

TEST_F(Sockets, WhatWasShownIsOverwrittenInDebugBuilds) {
  connectBoth();
  const std::byte* kept = nullptr;
  here->onData([&](const Data& data) { kept = data.bytes().data(); });
  there->end("x");
  runUntil([&] { return kept != nullptr; });
  EXPECT_EQ(*kept != std::byte{'x'}, test::viewsAreOverwritten);
  runLoop();
}

TEST_F(Sockets, PauseAndResumeInsideData) {
  connectBoth();
  std::string received;
  here->onData([&](std::string_view text) {
    received += text;
    here->pause();
    here->resume();
    here->pause();
    loop().setTimeout(5ms, [&] { here->resume(); });
  });
  there->write("one ");
  loop().setTimeout(10ms, [&] { there->end("two"); });
  runLoop();
  EXPECT_EQ(received, "one two");
}

TEST_F(Sockets, DestroySoonSendsWhatWasWritten) {
  connectBoth();
  const std::string much(1 << 22, 'x');
  std::size_t received = 0;
  there->onData([&](std::string_view text) { received += text.size(); });
  here->write(much);
  here->destroySoon();
  runLoop();
  EXPECT_EQ(received, much.size());
}

// Closing over what the peer sent meanwhile would reset the connection and lose the rest.
TEST_F(Sockets, DestroySoonLosesNothingWhileThePeerIsSending) {
  connectBoth();
  const std::string much(1 << 20, 'x');
  std::size_t received = 0;
  std::string code;
  here->onError([&](const Error& error) { code = error.code(); });
  here->onData([&](std::string_view text) {
    received += text.size();
    here->write("more");
  });
  there->onData([&] {
    if (!there->writable()) return;
    there->write(much);
    there->destroySoon();
  });
  here->write(much);
  runLoop();
  EXPECT_EQ(received, much.size());
  EXPECT_EQ(code, "");
}

TEST_F(Sockets, DestroySoonWaitsHalfASecondForThePeersEnd) {
  connectBoth();
  here->setAllowHalfOpen(true);
  bool closed = false;
  there->onClose([&] { closed = true; });
  there->destroySoon();
  const auto begin = std::chrono::steady_clock::now();
  runUntil([&] { return closed; });
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 1s);
  here->destroy();
  runLoop();
}

TEST_F(Sockets, ASlowReaderIsNotIdle) {
  connectBoth();
  int timeouts = 0;
  here->onTimeout([&] { timeouts += here->bufferSize() > 0 ? 1 : 0; });
  here->setTimeout(1s);
  std::size_t received = 0;
  there->onData([&](std::string_view text) {
    received += text.size();
    there->pause();
    loop().setTimeout(10ms, [this] { there->resume(); });
  });
  const std::string much(std::size_t{64} << 20, 'x');
  here->write(much);
  here->end();
  runLoop(30s);
  EXPECT_EQ(received, much.size());
  EXPECT_EQ(timeouts, 0);
}

TEST_F(Sockets, AResetIsAnErrorThatSaysSo) {
  connectBoth();
  std::string code;
  std::string message;
  bool failed = false;
  here->onError([&](const Error& error) {
    code = error.code();
    message = error.what();
    EXPECT_EQ(here->remoteAddress(), "127.0.0.1");
  });
  here->onClose([&](bool byError) { failed = byError; });
  const std::string peer = "127.0.0.1:" + std::to_string(here->remotePort());
  // What is not read when a socket is closed makes the kernel send a reset.
  there->pause();
  here->write("never read");
  loop().setTimeout(10ms, [&] { there->destroy(); });
  EXPECT_EQ(runLoop(), 0);
  EXPECT_EQ(code, "ECONNRESET");
  EXPECT_NE(message.find("read ECONNRESET"), std::string::npos) << message;
  EXPECT_NE(message.find(peer), std::string::npos) << message;
  EXPECT_TRUE(failed);
}

TEST_F(Sockets, DataBeforeAFailedWriteIsDelivered) {
  connectBoth();
  std::string received;
  std::string code;
  here->onData([&](std::string_view text) { received += text; });
  here->onError([&](const Error& error) { code = error.code(); });
  there->pause();
  here->write("never read");
  loop().setTimeout(10ms, [&] {
    there->write("the reason");
    there->destroy();
    // Fails before the loop can read what has come.
    while (here->write("x")) continue;
  });
  runLoop();
  EXPECT_EQ(received, "the reason");
  EXPECT_FALSE(code.empty());
}

TEST_F(Sockets, TextIsDecoded) {
  connectBoth();
  here->setEncoding("utf8");
  std::vector<std::string> pieces;
  here->onData([&](std::string_view text) { pieces.emplace_back(text); });
  there->write("gr\xc3");
  loop().setTimeout(10ms, [&] { there->end("\xbc\xc3\x9f"); });
  runLoop();
  std::string all;
  for (const auto& piece : pieces) all += piece;
  EXPECT_EQ(all, "gr\xc3\xbc\xc3\x9f");
  EXPECT_EQ(pieces.front(), "gr");
}

TEST_F(Sockets, TimeoutIsToldWhenNothingComesOrGoes) {
  connectBoth();
  int timeouts = 0;
  here->setTimeout(20ms, [&] {
    ++timeouts;
    here->destroy();
  });
  runLoop();
  EXPECT_EQ(timeouts, 1);
}

TEST_F(Sockets, NoTimeoutIsToldWhileSomethingComes) {
  connectBoth();
  int timeouts = 0;
  int comings = 0;
  here->setTimeout(300ms, [&] { ++timeouts; });
  const auto writing = loop().setInterval(50ms, [&] { there->write("x"); });
  here->onData([&] {
    if (++comings < 12) return;
    loop().clearTimer(writing);
    here->end();
  });
  runLoop();
  EXPECT_EQ(comings, 12);
  EXPECT_EQ(timeouts, 0);
}

TEST_F(Sockets, ADescriptorOfOnesOwnCanBeOpened) {
  int ends[2] = {};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  auto& core = net::LoopCore::current();
  here = net::SocketCore::open(core, net::Fd(ends[0]));
  there = net::SocketCore::open(core, net::Fd(ends[1]));
  std::string received;
  here->onData([&](std::string_view text) { received += text; });
  there->end("across");
  runLoop();
  EXPECT_EQ(received, "across");
}

TEST_F(Sockets, AClosedOneIsHarmless) {
  connectBoth();
  here->destroy();
  runLoop();
  EXPECT_FALSE(here->write("x"));
  here->end("y");
  here->destroy();
  here->destroySoon();
  here->pause();
  here->resume();
  here->setNoDelay();
  here->setTimeout(1ms);
  EXPECT_EQ(here->bufferSize(), 0U);
  here->onConnect([self = here] {});
  here->onData([self = here] {});
  runLoop();
}

TEST_F(Sockets, OneThatHoldsItselfInItsListenersMakesNoLeak) {
  connectBoth();
  const std::weak_ptr<net::Socket> watched = here;
  here->onData([self = here] {});
  here->onConnect([self = here] {});
  here->onClose([self = here] {});
  here->destroy();
  here.reset();
  runLoop();
  EXPECT_TRUE(watched.expired());
}

TEST_F(Sockets, AnUnhandledErrorOfAnOwnConnectionMakesRunReturnOne) {
  connectBoth();
  loop().onUnhandledError([](const Error&) {});
  there->pause();
  here->write("never read");
  loop().setTimeout(10ms, [&] { there->destroy(); });
  EXPECT_EQ(runLoop(), 1);
}

TEST_F(Sockets, AnUnhandledErrorOfAServersConnectionDoesNot) {
  connectBoth();
  std::string told;
  loop().onUnhandledError([&](const Error& error) { told = error.code(); });
  here->pause();
  there->write("never read");
  loop().setTimeout(10ms, [&] { here->destroy(); });
  EXPECT_EQ(runLoop(), 0);
  EXPECT_EQ(told, "ECONNRESET");
}

}  // namespace
}  // namespace securepair
