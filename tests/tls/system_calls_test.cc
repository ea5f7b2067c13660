#include <cerrno>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "support/tls_world.h"

// Stand in front of the C library's, for libuv too.
namespace {
int reads = 0;
int writes = 0;
int refused = 0;  // of the next writes: the kernel is full
int accepts = 0;
std::function<void()> onSend;
int lastFlags = 0;     // of send()
int endsApart = 0;     // shutdown() after a send() that had sent all
int endsWithData = 0;  // after one that let the kernel wait for it

bool isRefused() {
  ++writes;
  if (refused == 0) return false;
  --refused;
  errno = EAGAIN;
  return true;
}
}  // namespace

extern "C" {
ssize_t read(int fd, void* into, size_t size) {
  ++reads;
  return syscall(SYS_read, fd, into, size);
}
ssize_t write(int fd, const void* from, size_t size) {
  return isRefused() ? -1 : syscall(SYS_write, fd, from, size);
}
ssize_t send(int fd, const void* from, size_t size, int flags) {
  if (onSend) onSend();
  lastFlags = flags;
  return isRefused() ? -1 : syscall(SYS_sendto, fd, from, size, flags, nullptr, 0);
}
int shutdown(int fd, int how) {
  ++((lastFlags & MSG_MORE) != 0 ? endsWithData : endsApart);
  return static_cast<int>(syscall(SYS_shutdown, fd, how));
}
int accept4(int fd, sockaddr* address, socklen_t* size, int flags) {
  ++accepts;
  return static_cast<int>(syscall(SYS_accept4, fd, address, size, flags));
}
ssize_t writev(int fd, const struct iovec* parts, int count) {
  return isRefused() ? -1 : syscall(SYS_writev, fd, parts, count);
}
}

namespace securepair::test {
namespace {

TEST(SystemCalls, AWakeTakesOneReadAndOneWrite) {
  constexpr int echoes = 200;
  const auto server = serve(serverOptions(), echo);
  const auto client = tls::connect(server->address()->port, clientOptions());
  int done = 0;
  client->onSecureConnect([&] { client->write("ping"); });
  client->onData([&](const Data&) {
    if (done == 0) reads = writes = 0;
    if (++done == echoes) {
      EXPECT_EQ(writes, 2 * (echoes - 1)) << "the client's and the server's";
      EXPECT_LE(reads, 2 * (echoes - 1) + 1);
      return client->end();
    }
    client->write("ping");
  });
  client->onClose([&] { server->close(); });
  runLoop();
  EXPECT_EQ(done, echoes);
}

// One that finds nobody is as dear as one that finds somebody.
TEST(SystemCalls, NobodyIsAcceptedInVain) {
  constexpr int connections = 20;
  accepts = 0;
  int open = connections;
  const auto server = serve(serverOptions(), echo);
  for (int i = 0; i < connections; ++i) {
    const auto client = tls::connect(server->address()->port, clientOptions());
    client->onSecureConnect([own = client.get()] { own->end(); });
    client->onClose([&] {
      if (--open == 0) server->close();
    });
  }
  runLoop();
  EXPECT_EQ(open, 0);
  EXPECT_EQ(accepts, connections);
}

class LoggingStore final : public tls::SessionStore {
 public:
  void put(const Buffer&, const Buffer&, std::chrono::seconds) override { ++stored; }
  void find(const Buffer&, tls::SessionAnswer answer) override { answer(Buffer()); }
  void remove(const Buffer&) override {}
  int stored = 0;
};

// Who has a session may be back with it at once.
TEST(SystemCalls, ASessionIsStoredBeforeItLeaves) {
  for (const char* version : {"TLSv1.2", "TLSv1.3"}) {
    const auto store = std::make_shared<LoggingStore>();
    auto options = serverOptions();
    options.sessionStore = store;
    options.maxVersion = version;
    int storedAtFirst = -1;
    const auto server = serve(options, [&](tls::CleartextStream& stream) {
      onSend = [&] {
        if (storedAtFirst < 0) storedAtFirst = store->stored;
      };
      stream.end(std::string(300'000, 'x'));  // more than waits for the end of the round
    });
    const auto client = tls::connect(server->address()->port, clientOptions());
    client->onClose([&] { server->close(); });
    runLoop();
    onSend = nullptr;
    EXPECT_EQ(storedAtFirst, 1) << version;
  }
}

TEST(SystemCalls, TheLastDataAndTheEndAreOnePacket) {
  endsApart = endsWithData = 0;
  const auto server = serve(serverOptions(), [](tls::CleartextStream& stream) {
    stream.onData([&stream](const Data&) { stream.end("an answer, close_notify and FIN"); });
  });
  const auto client = tls::connect(server->address()->port, clientOptions());
  client->onSecureConnect([&] { client->write("a question"); });
  client->onClose([&] { server->close(); });
  runLoop();
  EXPECT_EQ(endsWithData, 2) << "the server's, and the client's close_notify";
  EXPECT_EQ(endsApart, 0);
}

TEST(SystemCalls, ManyRecordsOfAWakeLeaveTogether) {
  const auto server = serve(serverOptions(), [](tls::CleartextStream& stream) {
    writes = 0;
    for (int i = 0; i < 100; ++i) stream.write("one of a hundred records");
    Loop::current().setTimeout(std::chrono::milliseconds(1), [&stream] {
      EXPECT_EQ(writes, 1);
      stream.end();
    });
  });
  const auto client = tls::connect(server->address()->port, clientOptions());
  client->onClose([&] { server->close(); });
  runLoop();
}

// What a client that says something gets of a server whose listener is `answer`, to the end.
std::string answered(const std::function<void(net::Socket&)>& answer) {
  const auto server = net::createServer([&](net::Socket& socket) {
    socket.onData([&answer, &socket = socket] {
      writes = 0;
      answer(socket);
    });
  });
  server->listen(0, "127.0.0.1");
  const auto client = net::connect(server->address()->port, "127.0.0.1");
  std::string received;
  client->onData([&](const Data& data) { received += data; });
  client->onClose([&] { server->close(); });
  client->write("say on");
  runLoop();
  return received;
}

TEST(SystemCalls, SmallWritesOfAListenerLeaveTogether) {
  EXPECT_EQ(answered([](net::Socket& socket) {
              socket.write("one ");
              socket.write("two ");
              socket.end("three");
              EXPECT_EQ(writes, 1);
            }),
            "one two three");
}

TEST(SystemCalls, WhatTheKernelDoesNotTakeIsNotOvertaken) {
  const std::string large(100'000, 'L');
  EXPECT_EQ(answered([&](net::Socket& socket) {
              socket.write("small");
              refused = 2;  // the library's attempt, and libuv's
              socket.write(large);
              socket.end();
            }),
            "small" + large);
}

}  // namespace
}  // namespace securepair::test
