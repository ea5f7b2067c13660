// How a connection comes to its end where one side is slow, or knows no better.
#include <chrono>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "support/stream_log.h"
#include "support/tls_world.h"

namespace securepair::test {
namespace {

using namespace std::chrono_literals;

// The peer cannot be heard meanwhile, and has done nothing wrong.
TEST(Closing, AReaderThatRestsForLongerThanTheCloseTimeoutGetsTheWholeAnswer) {
  constexpr std::size_t size = std::size_t{8} * 1024 * 1024;
  const auto server = serve(serverOptions(), [](tls::CleartextStream& stream) {
    stream.setAllowHalfOpen(true);
    stream.onEnd([&stream] { stream.end(std::string(size, 'x')); });
  });
  auto options = clientOptions();
  options.closeTimeout = 300ms;
  const auto client = tls::connect(server->address()->port, options);
  std::size_t received = 0;
  bool rested = false;
  std::string error;
  client->onData([&](const Data& data) {
    received += data.size();
    if (rested) return;
    rested = true;
    client->pause();
    Loop::current().setTimeout(700ms, [&] { client->resume(); });
  });
  client->onError([&](const Error& failure) { error = failure.code(); });
  client->onClose([&] { server->close(); });
  client->end("please");
  runLoop();
  EXPECT_EQ(error, "");
  EXPECT_EQ(received, size);
}

class Truncated : public testing::Test {
 protected:
  // The server's side ends without close_notify.
  std::string seenBy(tls::ConnectOptions options) {
    const auto server = tls::createServer(serverOptions());
    std::shared_ptr<net::Socket> socket;
    server->onConnection(
        [&](net::Socket& made) { socket = std::static_pointer_cast<net::Socket>(made.shared()); });
    server->onSecureConnection([&](tls::CleartextStream& stream) {
      stream.write("data");
      stream.onError([](const Error&) {});
      Loop::current().setTimeout(20ms, [&] { socket->end(); });
    });
    server->listen(0, "127.0.0.1");
    const auto client = tls::connect(server->address()->port, options);
    StreamLog log(*client);
    client->onClose([&] { server->close(); });
    runLoop();
    return log.text();
  }
};

TEST_F(Truncated, IsAnErrorAfterAllData) {
  EXPECT_EQ(seenBy(clientOptions()), "data(data) error(ERR_TLS_TRUNCATED) close(failed) ");
}

TEST_F(Truncated, IsAnEndWhereThatIsAllowed) {
  auto options = clientOptions();
  options.allowTruncation = true;
  EXPECT_EQ(seenBy(options), "data(data) end close ");
}

TEST(Closing, AServersCloseComesAfterThatOfItsLastConnection) {
  std::string order;
  const auto server = serve(serverOptions(), [&](tls::CleartextStream& stream) {
    stream.onClose([&] { order += "stream "; });
    stream.end("x");
  });
  server->onClose([&] { order += "server"; });
  const auto client = tls::connect(server->address()->port, clientOptions());
  client->onSecureConnect([&] { server->close(); });
  runLoop();
  EXPECT_EQ(order, "stream server");
}

}  // namespace
}  // namespace securepair::test
