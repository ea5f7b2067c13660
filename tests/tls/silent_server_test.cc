// A server that has nothing to say. What it sent all the same, a ticket for one, would lie unread
// at a client that only writes; and a kernel answers the close of a connection with unread data by
// a reset, and throws away what the client has written.
#include <atomic>
#include <chrono>
#include <string>
#include <sys/socket.h>
#include <thread>

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "crypto/openssl_ptr.h"
#include "support/ports.h"
#include "support/tls_world.h"

namespace securepair::test {
namespace {

using namespace std::chrono_literals;

// More than the receiver's kernel takes of who does not read, less than the sender's keeps.
constexpr std::size_t amount = 256 * 1024;

// Shakes hands, writes, says goodbye, and never reads.
void writeAndLeave(std::uint16_t port, int version) {
  const net::Fd socket = connectToLoopback(port);
  const int room = 4 * static_cast<int>(amount);
  ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
  const crypto::SslCtxPtr ctx(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_max_proto_version(ctx.get(), version);
  const crypto::SslPtr ssl(SSL_new(ctx.get()));
  SSL_set_fd(ssl.get(), socket.get());
  if (SSL_connect(ssl.get()) != 1) return;
  const std::string text(amount, 'x');
  SSL_write(ssl.get(), text.data(), static_cast<int>(text.size()));
  SSL_shutdown(ssl.get());
}

class SilentServer : public testing::TestWithParam<int> {};

TEST_P(SilentServer, GetsAllThatAClientHasWrittenThatNeverReads) {
  std::size_t received = 0;
  bool ended = false;
  std::string error;
  std::atomic<bool> left = false;
  const auto server = serve(serverOptions());
  Loop::TimerId watch{};
  server->onSecureConnection([&](tls::CleartextStream& stream) {
    stream.pause();
    stream.onData([&](const Data& data) { received += data.size(); });
    stream.onEnd([&] { ended = true; });
    stream.onError([&](const Error& e) { error = e.what(); });
    stream.onClose([&] {
      Loop::current().clearTimer(watch);
      server->close();
    });
    watch = Loop::current().setInterval(5ms, [&] {
      if (!left) return;
      stream.resume();
      Loop::current().clearTimer(watch);
    });
  });
  std::thread client([&, port = server->address()->port] {
    writeAndLeave(port, GetParam());
    left = true;
  });
  runLoop();
  client.join();
  EXPECT_EQ(received, amount);
  EXPECT_TRUE(ended);
  EXPECT_EQ(error, "");
}

INSTANTIATE_TEST_SUITE_P(Versions, SilentServer, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                         [](const auto& version) {
                           return version.param == TLS1_2_VERSION ? "Tls12" : "Tls13";
                         });

}  // namespace
}  // namespace securepair::test
