// What an application writes, or leaves unread, is kept within bounds.
#include <algorithm>
#include <chrono>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "support/tls_world.h"

namespace securepair::test {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t piece = 65'536;

// A server that accepts and never says a word.
class SilentServer {
 public:
  SilentServer() { server_->listen(0, "127.0.0.1"); }
  int port() const { return server_->address()->port; }
  void close() {
    if (socket_ != nullptr) socket_->destroy();
    server_->close();
  }

 private:
  std::shared_ptr<Stream> socket_;
  std::shared_ptr<net::Server> server_ = net::createServer([this](net::Socket& socket) {
    socket_ = socket.shared();
    socket.pause();
  });
};

TEST(BeforeSecure, WriteAsksForAPauseFromTheFirstBytePastTheMark) {
  SilentServer silent;
  const auto client = tls::connect(silent.port(), clientOptions());
  std::size_t written = 0;
  const std::string bytes(piece, 'x');
  for (; written + piece < Stream::highWaterMark; written += piece) {
    ASSERT_TRUE(client->write(bytes)) << "after " << written;
  }
  EXPECT_TRUE(client->write(bytes.substr(0, Stream::highWaterMark - written - 1)));
  EXPECT_FALSE(client->write("x"));
  EXPECT_FALSE(client->write("x"));
  client->onClose([&] { silent.close(); });
  client->destroy();
  runLoop();
}

// Whoever listens to write() and `drain` writes a mebibyte and no more, however long it waits.
TEST(BeforeSecure, AHundredMegabytesWaitInTheApplication) {
  SilentServer silent;
  auto options = clientOptions();
  options.handshakeTimeout = 300ms;
  const auto client = tls::connect(silent.port(), options);
  std::size_t written = 0;
  int drains = 0;
  const std::string bytes(piece, 'x');
  const auto pump = [&] {
    while (written < 100'000'000) {
      written += piece;
      if (!client->write(bytes)) return;
    }
  };
  client->onDrain([&] {
    ++drains;
    pump();
  });
  client->onError([](const Error&) {});
  client->onClose([&] { silent.close(); });
  pump();
  runLoop();
  EXPECT_EQ(drains, 0);
  EXPECT_LE(written, Stream::highWaterMark + piece);
}

TEST(BeforeSecure, WhatWasHeldBackDrainsOnce) {
  const auto server = serve(serverOptions());
  std::size_t received = 0;
  server->onSecureConnection([&](tls::CleartextStream& stream) {
    stream.onData([&](const Data& data) { received += data.size(); });
  });
  const auto client = tls::connect(server->address()->port, clientOptions());
  std::size_t written = 0;
  int drains = 0;
  while (client->write(std::string(piece, 'x'))) written += piece;
  written += piece;
  for (int i = 0; i < 5; ++i, written += piece) client->write(std::string(piece, 'x'));
  client->onDrain([&] {
    ++drains;
    client->end();
  });
  client->onClose([&] { server->close(); });
  runLoop();
  EXPECT_EQ(drains, 1);
  EXPECT_EQ(received, written);
}

// Writes until the carrier takes no more, then waits.
struct Writer {
  explicit Writer(tls::CleartextStream& stream) : to(stream) {
    to.onDrain([this] { pump(); });
    pump();
  }
  void pump() {
    do {
      written += piece;
      most = std::max(most, to.bufferSize());
    } while (to.write(bytes));
    most = std::max(most, to.bufferSize());
  }

  tls::CleartextStream& to;
  const std::string bytes = std::string(piece, 'x');
  std::size_t written = 0;
  std::size_t most = 0;
};

TEST(AfterSecure, AServerThatNeverReadsHoldsAClientBack) {
  std::shared_ptr<Stream> accepted;
  const auto server = serve(serverOptions(), [&](tls::CleartextStream& stream) {
    accepted = stream.shared();
    stream.pause();
    stream.onError([](const Error&) {});
  });
  std::unique_ptr<Writer> writer;
  const auto client = tls::connect(server->address()->port, clientOptions());
  client->onSecureConnect([&] { writer = std::make_unique<Writer>(*client); });
  client->onError([](const Error&) {});
  Loop::current().setTimeout(400ms, [&] {
    client->destroy();
    accepted->destroy();
    server->close();
  });
  runLoop();
  ASSERT_NE(writer, nullptr);
  // The pair's and the socket's mark, and the writes that went over them.
  EXPECT_LE(writer->most, 2 * (Stream::highWaterMark + piece));
  // The kernel's buffers of both ends, and what a paused pair holds.
  EXPECT_LT(writer->written, std::size_t{24} << 20);
}

TEST(AfterSecure, AReaderThatPausesIsNotReadFor) {
  std::shared_ptr<net::Socket> raw;
  const auto server = serve(serverOptions());
  server->onConnection(
      [&](net::Socket& socket) { raw = std::static_pointer_cast<net::Socket>(socket.shared()); });
  std::shared_ptr<Stream> accepted;
  server->onSecureConnection([&](tls::CleartextStream& stream) {
    accepted = stream.shared();
    stream.pause();
    stream.onError([](const Error&) {});
  });
  const auto client = tls::connect(server->address()->port, clientOptions());
  std::unique_ptr<Writer> writer;
  client->onSecureConnect([&] { writer = std::make_unique<Writer>(*client); });
  client->onError([](const Error&) {});
  Loop::current().setTimeout(300ms, [&] {
    EXPECT_TRUE(raw->isPaused()) << "the socket is read on";
    client->destroy();
    accepted->destroy();
    server->close();
  });
  runLoop();
}

}  // namespace
}  // namespace securepair::test
