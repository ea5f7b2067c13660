#include <memory>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>

#include <gtest/gtest.h>

#include "support/error_of.h"
#include "support/tls_world.h"

// What TLS can run over: any stream, in any state.
namespace securepair::test {
namespace {

std::string echoed(const tls::ConnectOptions& options, const std::string& text) {
  std::string received;
  const auto client = tls::connect(options, [&](tls::CleartextStream& stream) {
    EXPECT_TRUE(stream.authorized()) << stream.authorizationError();
    stream.end(text);
  });
  client->onData([&](std::string_view more) { received += more; });
  client->onError([](const Error& error) { ADD_FAILURE() << error.what(); });
  client->onClose([] { Loop::current().stop(); });
  runLoop();
  return received;
}

// A stream as a program may write one: what goes in at one end comes out at the other.
class Tube final : public Stream {
 public:
  using Ends = std::pair<std::shared_ptr<Tube>, std::shared_ptr<Tube>>;
  static Ends make() {
    Ends ends{std::make_shared<Tube>(), std::make_shared<Tube>()};
    ends.first->other_ = ends.second;
    ends.second->other_ = ends.first;
    return ends;
  }

 private:
  bool doWrite(BytesView bytes) override {
    if (const auto other = other_.lock()) {
      other->inbox_ += Data(bytes).text();
      other->pumpLater();
    }
    return true;
  }
  void doEnd() override {
    if (const auto other = other_.lock()) {
      other->ended_ = true;
      other->pumpLater();
    }
    later([this] { finished(); });
  }
  void doDestroy() override {
    if (const auto other = other_.lock()) other->doEnd();
    later([this] { closed(); });
  }
  void pausedChanged() override { pumpLater(); }

  void pumpLater() {
    later([this] { pump(); });
  }
  void pump() {
    while (!inbox_.empty() && !isPaused() && !destroyed()) {
      const std::string some = inbox_.substr(0, 1000);
      inbox_.erase(0, some.size());
      deliver(Data(some).bytes());
    }
    if (inbox_.empty() && std::exchange(ended_, false)) deliverEnd();
  }
  template <class Task>
  void later(Task task) {
    Loop::current().post([keep = shared(), task] { task(); });
  }

  std::weak_ptr<Tube> other_;
  std::string inbox_;
  bool ended_ = false;
};

TEST(Carriers, AStreamOfTheProgramsOwn) {
  const auto server = tls::createServer(serverOptions(), echo);
  const auto [near, far] = Tube::make();
  server->secure(far);
  const std::string much(300'000, 'x');
  EXPECT_EQ(
      echoed({.ca = World::get().authority.own.cert, .servername = "localhost", .socket = near},
             much),
      much);
}

TEST(Carriers, ASocketThatIsStillConnecting) {
  const auto server = serve(serverOptions(), echo);
  auto options = clientOptions();
  options.socket = net::connect(server->address()->port, "localhost");
  EXPECT_EQ(echoed(options, "not yet there"), "not yet there");
  server->close();
  runLoop();
}

TEST(Carriers, ASocketWhoseConnectionFails) {
  auto options = clientOptions();
  const auto socket = net::connect("/nowhere/at/all.sock");
  options.socket = socket;
  std::string events;
  socket->onError([&] { events += "the socket's error, "; });
  const auto client = tls::connect(options, [&] { events += "secureConnect, "; });
  client->onError([&](const Error& error) { events += error.code() + ", "; });
  client->onClose([&] { events += "close"; });
  runLoop();
  EXPECT_EQ(events, "ENOENT, the socket's error, close");
}

TEST(Carriers, ASocketThatHasEndedAlready) {
  const auto plain = net::createServer([](net::Socket& socket) { socket.end(); });
  plain->listen(0, "127.0.0.1");
  const auto socket = net::connect(plain->address()->port, "127.0.0.1");
  socket->setAllowHalfOpen(true);
  std::string error;
  socket->onEnd([&] {
    auto options = clientOptions();
    options.socket = socket;
    Loop::current().setTimeout(std::chrono::milliseconds(10), [&, options] {
      tls::connect(options)->onError([&](const Error& e) {
        error = e.code();
        plain->close();
      });
    });
  });
  runLoop();
  EXPECT_EQ(error, "ECONNRESET");
}

TEST(Carriers, AUnixSocket) {
  const std::string path = "/tmp/securepair-carrier-" + std::to_string(::getpid()) + ".sock";
  const auto server = tls::createServer(serverOptions(), echo);
  server->listen(path);
  std::string received;
  const auto client = tls::connect(path, clientOptions(), [](tls::CleartextStream& stream) {
    EXPECT_TRUE(stream.authorized()) << "a path is no name, and `ca` is enough";
    EXPECT_EQ(stream.remote()->family, "Unix");
    stream.end("no network");
  });
  client->onData([&](std::string_view text) { received += text; });
  client->onClose([&] { server->close(); });
  runLoop();
  EXPECT_EQ(received, "no network");
}

// ---- TLS inside TLS ----

TEST(Carriers, AStreamOfTlsWhoseFirstLineIsForTheProxy) {
  const auto target = tls::createServer(serverOptions(), echo);
  const auto proxy = serve(serverOptions(), [&](tls::CleartextStream& stream) {
    stream.onData([&](std::string_view request) {
      EXPECT_EQ(request, "CONNECT localhost\n");
      stream.write("200\n");
      target->secure(stream);
    });
  });
  std::string received;
  const auto tunnel = tls::connect(proxy->address()->port, clientOptions());
  std::shared_ptr<tls::CleartextStream> client;
  tunnel->onSecureConnect([&] { tunnel->write("CONNECT localhost\n"); });
  tunnel->onData([&](std::string_view answer) {
    EXPECT_EQ(answer, "200\n");
    client = tls::connect(
        {.ca = World::get().authority.own.cert, .servername = "localhost", .socket = tunnel},
        [](tls::CleartextStream& stream) {
          EXPECT_TRUE(stream.authorized());
          stream.end("through the tunnel");
        });
    client->onData([&](std::string_view text) { received += text; });
    client->onClose([&] { proxy->close(); });
  });
  runLoop();
  EXPECT_EQ(received, "through the tunnel");
}

// The proxy's name says nothing about the server behind it.
TEST(Carriers, ATunnelsHostIsNotTheNameOfTheInnerServer) {
  const auto elsewhere = issue(World::get().authority, "elsewhere.test");
  const auto inner = tls::createServer({.key = elsewhere.key, .cert = elsewhere.cert}, echo);
  const auto outer =
      serve(serverOptions(), [&](tls::CleartextStream& stream) { inner->secure(stream); });
  const auto tunnel = tls::connect(outer->address()->port, clientOptions());
  auto options = clientOptions();
  options.socket = tunnel;
  EXPECT_EQ(echoed(options, "by its authority alone"), "by its authority alone");
  outer->close();
  runLoop();
}

// ---- Not twice ----

TEST(Carriers, AreSecuredOnce) {
  const auto server = serve(serverOptions(), echo);
  auto options = clientOptions();
  options.socket = net::connect(server->address()->port, "localhost");
  std::string received;
  const auto client =
      tls::connect(options, [](tls::CleartextStream& stream) { stream.end("unharmed"); });
  client->onData([&](std::string_view text) { received += text; });
  client->onClose([&] { server->close(); });
  const Error error = errorOf([&] { tls::connect(options); });
  EXPECT_EQ(error.code(), "ERR_STREAM_TAKEN");
  EXPECT_NE(error.fix(), "");
  EXPECT_EQ(errorOf([&] { server->secure(options.socket); }).code(), "ERR_STREAM_TAKEN");
  runLoop();
  EXPECT_EQ(received, "unharmed");
}

}  // namespace
}  // namespace securepair::test
