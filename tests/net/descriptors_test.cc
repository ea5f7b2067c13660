#include <chrono>
#include <fcntl.h>
#include <string>
#include <sys/resource.h>
#include <unistd.h>
#include <vector>

#include "net/connection.h"
#include "net/fd.h"

namespace securepair {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

std::chrono::microseconds cpuTime() {
  rusage usage = {};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto of = [](const timeval& time) {
    return std::chrono::seconds{time.tv_sec} + std::chrono::microseconds{time.tv_usec};
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

/// A limit of descriptors for this process until the end of the test.
class Starvation {
 public:
  Starvation() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    // All that are free below the limit are taken.
    rlimit now = before_;
    now.rlim_cur = 128;
    ::setrlimit(RLIMIT_NOFILE, &now);
    for (;;) {
      net::Fd fd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
      if (!fd) return;
      taken_.push_back(std::move(fd));
    }
  }
  Starvation(const Starvation&) = delete;
  Starvation& operator=(const Starvation&) = delete;
  ~Starvation() {
    end();
    ::setrlimit(RLIMIT_NOFILE, &before_);
  }
  void leave(std::size_t count) { taken_.resize(taken_.size() - count); }
  void end() { taken_.clear(); }

 private:
  rlimit before_ = {};
  std::vector<net::Fd> taken_;
};

// UBSan looks at the type of an object by way of a pipe, and finds every object bad without one.
extern "C" __attribute__((weak)) void __ubsan_handle_dynamic_type_cache_miss();
bool typesNeedDescriptors() { return __ubsan_handle_dynamic_type_cache_miss != nullptr; }

class WithoutDescriptors : public test::LoopTest {
 protected:
  void SetUp() override {
    if (typesNeedDescriptors()) GTEST_SKIP() << "the sanitizer needs descriptors";
  }
};

TEST_F(WithoutDescriptors, AServerRestsAndServesAgainWithin100Milliseconds) {
  int served = 0;
  const auto server = net::createServer([&](net::Socket& socket) {
    ++served;
    socket.end("served");
  });
  server->listen(0, "127.0.0.1");
  const int port = server->address()->port;
  // libuv takes a descriptor of its own with the first socket.
  net::connect(port, "127.0.0.1");
  runUntil([&] { return served == 1 && server->connections() == 0; });

  Starvation starvation;
  starvation.leave(1);
  const auto client = net::connect(port, "127.0.0.1");
  bool clientClosed = false;
  std::string code;
  std::string received;
  client->onError([&](const Error& error) { code = error.code(); });
  client->onData([&](std::string_view text) { received += text; });
  client->onClose([&] { clientClosed = true; });
  runUntil([&] { return clientClosed; });
  EXPECT_EQ(code, "") << "it was connected, and then the server hung up";
  EXPECT_EQ(served, 1);
  EXPECT_EQ(received, "");

  // Clients that knock again and again meanwhile cost little.
  const auto before = cpuTime();
  const auto since = Clock::now();
  int knocks = 0;
  const auto knocking = loop().setInterval(5ms, [&] {
    ++knocks;
    net::connect(port, "127.0.0.1")->onError([](const Error&) {});
  });
  runUntil([&] { return Clock::now() - since > 500ms; });
  loop().clearTimer(knocking);
  EXPECT_GT(knocks, 10);
#ifndef __SANITIZE_ADDRESS__
  EXPECT_LT(cpuTime() - before, 25ms);
#endif
  EXPECT_EQ(served, 1);

  starvation.end();
  const auto freed = Clock::now();
  const auto next = net::connect(port, "127.0.0.1");
  next->onError([](const Error&) {});
  next->onData([&](std::string_view text) { received += text; });
  runUntil([&] { return received == "served"; });
  EXPECT_LT(Clock::now() - freed, 150ms);
  server->close();
  runLoop();
}

TEST_F(WithoutDescriptors, ConnectFailsWithAnError) {
  const Starvation starvation;
  std::string code;
  net::connect(80, "127.0.0.1")->onError([&](const Error& error) { code = error.code(); });
  runLoop();
  EXPECT_EQ(code, "EMFILE");
  code.clear();
  net::connect("/some/path.sock")->onError([&](const Error& error) { code = error.code(); });
  runLoop();
  EXPECT_EQ(code, "EMFILE");
}

TEST_F(WithoutDescriptors, ListenFailsWithAnError) {
  const Starvation starvation;
  const auto server = net::createServer();
  std::string code;
  server->onError([&](const Error& error) { code = error.code(); });
  server->listen(0);
  runLoop();
  EXPECT_EQ(code, "EMFILE");
}

TEST(WithoutALoop, MakingOneFailsWithAnError) {
  if (typesNeedDescriptors()) GTEST_SKIP() << "the sanitizer needs descriptors";
  EXPECT_EQ(test::inChild([] {
              const Starvation starvation;
              try {
                Loop::current();
                return 1;
              } catch (const Error& error) {
                return error.code() == "EMFILE" ? 0 : 2;
              }
            }),
            0);
}

// A connection must not become what somebody prints to.
TEST(ClosedStandardDescriptors, AreOpenedBeforeAConnectionTakesTheirPlace) {
  EXPECT_EQ(test::inChild([] {
              ::close(STDIN_FILENO);
              ::close(STDOUT_FILENO);
              const auto server = net::createServer();
              server->listen(0, "127.0.0.1");
              const auto open = test::openDescriptors();
              return open.at(0) == "/dev/null" && open.at(1) == "/dev/null" ? 0 : 1;
            }),
            0);
}

TEST(ClosedStandardDescriptors, ClosedLaterTheyAreStillClosedAfterAConnection) {
  EXPECT_EQ(test::inChild([] {
              const auto server = net::createServer();
              bool ended = false;
              server->onConnection([&](net::Socket& socket) { socket.destroy(); });
              server->listen(0, "127.0.0.1");
              const auto client = net::connect(server->address()->port, "127.0.0.1");
              ::close(STDIN_FILENO);
              ::close(STDOUT_FILENO);
              client->onEnd([&] { ended = true; });
              client->onClose([&] { server->close(); });
              client->setTimeout(std::chrono::seconds{2}, [&] { std::_Exit(3); });
              run();
              const auto open = test::openDescriptors();
              return ended && open.count(0) == 0 && open.count(1) == 0 ? 0 : 1;
            }),
            0);
}

}  // namespace
}  // namespace securepair
