#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>

#include "support/tls_world.h"

// Every shape of connect() and listen(). tools/check_headers.sh compiles this file with each
// compiler that is here: which overload a brace or a zero means is where they differ.
namespace securepair::test {
namespace {

using StreamPtr = std::shared_ptr<tls::CleartextStream>;

template <class T>
concept First = requires(T first) {
  tls::connect(first);
};

static_assert(First<int> && First<unsigned short> && First<long>, "a port");
static_assert(First<const char*> && First<std::string> && First<std::string_view>, "a path");
static_assert(First<tls::ConnectOptions>);
static_assert(!First<bool> && !First<char> && !First<double> && !First<std::nullptr_t>);
static_assert(!First<net::Descriptor> && !First<Buffer>);

class Calls : public testing::Test {
 protected:
  Calls() {
    server->listen(0, "localhost", [] { Loop::current().stop(); });
    runLoop();
    port = server->address()->port;
  }

  // Each comes to `secureConnect`; so many of them were given a listener.
  void expectSecure(const std::vector<StreamPtr>& streams, int listeners) {
    std::size_t open = streams.size();
    std::size_t secure = 0;
    for (const auto& stream : streams) {
      stream->onSecureConnect([&, raw = stream.get()] {
        ++secure;
        raw->end();
      });
      stream->onError([](const Error& error) { ADD_FAILURE() << error.what(); });
      stream->onClose([&] {
        if (--open == 0) server->close();
      });
    }
    runLoop();
    EXPECT_EQ(secure, streams.size());
    EXPECT_EQ(called, listeners);
  }

  std::shared_ptr<tls::Server> server = tls::createServer(serverOptions());
  int port = 0;
  int called = 0;
  const std::string& ca = World::get().authority.own.cert;
  const tls::ConnectOptions options = clientOptions();
  const std::function<void()> plain = [this] { ++called; };
  const std::function<void(tls::CleartextStream&)> withStream = [this](auto&) { ++called; };
};

TEST_F(Calls, ToAPort) {
  expectSecure({tls::connect(port), tls::connect(static_cast<unsigned short>(port), plain),
                tls::connect(port, [this](tls::CleartextStream&) { ++called; })},
               2);
}

TEST_F(Calls, ToAPortOfAHost) {
  const std::string host = "localhost";
  expectSecure({tls::connect(port, "localhost"), tls::connect(port, host),
                tls::connect(port, std::string_view(host)), tls::connect(port, "localhost", plain),
                tls::connect(port, host, [this] { ++called; })},
               2);
}

TEST_F(Calls, ToAPortWithOptions) {
  expectSecure({tls::connect(port, {}), tls::connect(port, {.ca = ca}), tls::connect(port, options),
                tls::connect(port, {.ca = {ca}, .servername = "localhost"}, plain),
                tls::connect(port, options, withStream)},
               2);
}

TEST_F(Calls, ToAPortOfAHostWithOptions) {
  expectSecure(
      {tls::connect(port, "localhost", {}), tls::connect(port, "localhost", {.ca = ca}),
       tls::connect(port, "localhost", options), tls::connect(port, "localhost", {.ca = ca}, plain),
       tls::connect(port, "localhost", options, [this](auto&) { ++called; })},
      2);
}

TEST_F(Calls, ToAPath) {
  std::filesystem::current_path(std::filesystem::temp_directory_path());
  const std::string path = "./securepair-calls-" + std::to_string(::getpid()) + ".sock";
  server->close();
  runLoop();
  server->listen(path);
  expectSecure({tls::connect(path), tls::connect(path.c_str(), plain), tls::connect(path, {}),
                tls::connect(path, {.ca = ca, .servername = "localhost"}),
                tls::connect(path, {.ca = ca}, plain), tls::connect(path, options, withStream)},
               3);
}

TEST_F(Calls, OnASocket) {
  const auto socket = [this] { return net::connect(port, "localhost"); };
  const auto referred = socket();
  auto onSocket = options;
  onSocket.socket = socket();
  expectSecure(
      {tls::connect({.socket = socket()}), tls::connect({.socket = *referred}),
       tls::connect({.ca = ca, .socket = socket()}, plain), tls::connect(onSocket, withStream)},
      2);
}

TEST_F(Calls, OfListen) {
  server->close();
  runLoop();
  int listening = 0;
  const std::string path = "/tmp/securepair-listen-" + std::to_string(::getpid()) + ".sock";
  const std::vector<std::function<void(tls::Server&)>> calls{
      [](auto& s) { s.listen(0); },
      [&](auto& s) { s.listen(0, [&] { ++listening; }); },
      [](auto& s) { s.listen(0, "localhost"); },
      [&](auto& s) { s.listen(0, std::string("localhost"), [&] { ++listening; }); },
      [&](auto& s) { s.listen(path); },
      [&](auto& s) { s.listen(path.c_str(), [&] { ++listening; }); },
      [](auto& s) { s.listen(net::Descriptor(::socket(AF_INET, SOCK_STREAM, 0))); },
      [&](auto& s) {
        s.listen(net::Descriptor{::socket(AF_INET, SOCK_STREAM, 0)}, [&] { ++listening; });
      },
  };
  for (const auto& call : calls) {
    const auto other = tls::createServer(serverOptions());
    other->onListening([raw = other.get()] { raw->close(); });
    call(*other);
    runLoop();
  }
  EXPECT_EQ(listening, 4);
}

}  // namespace
}  // namespace securepair::test
