#include <csignal>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "net/connection.h"

namespace securepair {
namespace {

using namespace std::chrono_literals;

sighandler_t actionOfSigpipe() {
  struct sigaction action = {};
  sigaction(SIGPIPE, nullptr, &action);
  return action.sa_handler;
}

void handler(int) {}

// In children: what happens to a signal belongs to the whole process.
int child(const std::function<void()>& prepare, const std::function<bool()>& holds) {
  return test::inChild([&] {
    prepare();
    Loop::current();
    return holds() ? 0 : 1;
  });
}

TEST(Sigpipe, IsIgnoredWhereItWouldEndTheProcess) {
  EXPECT_EQ(
      child([] { std::signal(SIGPIPE, SIG_DFL); }, [] { return actionOfSigpipe() == SIG_IGN; }), 0);
}

TEST(Sigpipe, StaysWhatTheProgramHasMadeOfIt) {
  EXPECT_EQ(
      child([] { std::signal(SIGPIPE, handler); }, [] { return actionOfSigpipe() == handler; }), 0);
}

TEST(Sigpipe, IsLeftAloneOnRequest) {
  EXPECT_EQ(child(
                [] {
                  std::signal(SIGPIPE, SIG_DFL);
                  Loop::setIgnoreSigpipe(false);
                },
                [] { return actionOfSigpipe() == SIG_DFL; }),
            0);
}

// 0 where a client over a Unix socket, whose peer goes away, is told so by an error and lives on.
int writeToAPeerThatGoes(const std::string& path,
                         const std::function<void(const std::shared_ptr<net::Socket>&)>& write) {
  return test::inChild([&] {
    std::signal(SIGPIPE, SIG_DFL);
    std::string code;
    const auto server = net::createServer([](net::Socket& socket) {
      socket.pause();
      Loop::current().setTimeout(10ms, [keep = socket.shared()] { keep->destroy(); });
    });
    server->listen(path);
    const auto client = net::connect(path);
    client->pause();
    client->onError([&](const Error& error) { code = error.code(); });
    client->onClose([&] { server->close(); });
    write(client);
    run();
    return code == "EPIPE" || code == "ECONNRESET" ? 0 : 1;
  });
}

// libuv sends what the kernel does not take at once, and does not ask it to spare the signal.
TEST(Sigpipe, WhatWaitsForAPeerThatGoesIsAnErrorAndNotTheEnd) {
  const auto write = [](const std::shared_ptr<net::Socket>& client) {
    client->onConnect([client] {
      while (client->write(std::string(100'000, 'x'))) {
      }
    });
  };
  EXPECT_EQ(writeToAPeerThatGoes(test::socketPath("sigpipe_waiting"), write), 0);
}

// A Unix socket: TCP tells the reset first, and only the next write would raise the signal.
TEST(Sigpipe, AWriteToAPeerThatIsGoneIsAnErrorAndNotTheEnd) {
  const auto write = [](const std::shared_ptr<net::Socket>& client) {
    client->write("never read");
    const auto timer = Loop::current().setInterval(5ms, [client] { client->write("x"); });
    client->onClose([timer] { Loop::current().clearTimer(timer); });
  };
  EXPECT_EQ(writeToAPeerThatGoes(test::socketPath("sigpipe"), write), 0);
}

}  // namespace
}  // namespace securepair
