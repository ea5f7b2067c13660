#include <string>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "support/tls_world.h"

// Stand in front of the C library's, for libuv too.
namespace {
int reads = 0;
int writes = 0;
}  // namespace

extern "C" {
ssize_t read(int fd, void* into, size_t size) {
  ++reads;
  return syscall(SYS_read, fd, into, size);
}
ssize_t write(int fd, const void* from, size_t size) {
  ++writes;
  return syscall(SYS_write, fd, from, size);
}
ssize_t send(int fd, const void* from, size_t size, int flags) {
  ++writes;
  return syscall(SYS_sendto, fd, from, size, flags, nullptr, 0);
}
ssize_t writev(int fd, const struct iovec* parts, int count) {
  ++writes;
  return syscall(SYS_writev, fd, parts, count);
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

}  // namespace
}  // namespace securepair::test
