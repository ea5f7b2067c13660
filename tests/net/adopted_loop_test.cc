#include <securepair/loop.h>
#include <securepair/net.h>

#include <memory>
#include <stdexcept>
#include <string>

#include <uv.h>

#include "base/host.h"
#include "support/loop_fixture.h"

namespace securepair {
namespace {

using namespace std::chrono_literals;

/// Somebody's uv_loop_t, which must be empty at the end.
struct Somebodys {
  Somebodys() { uv_loop_init(&loop); }
  Somebodys(const Somebodys&) = delete;
  Somebodys& operator=(const Somebodys&) = delete;
  ~Somebodys() {
    uv_run(&loop, UV_RUN_DEFAULT);
    EXPECT_EQ(uv_loop_close(&loop), 0);
  }
  uv_loop_t loop;
};

TEST(AdoptedLoop, IsRunByItsOwner) {
  Somebodys somebodys;
  Loop loop(&somebodys.loop);
  EXPECT_EQ(&Loop::current(), &loop);
  EXPECT_EQ(loop.native(), &somebodys.loop);
  int calls = 0;
  loop.setTimeout(1ms, [&] { ++calls; });
  loop.post([&] { ++calls; });
  uv_run(&somebodys.loop, UV_RUN_DEFAULT);
  EXPECT_EQ(calls, 2);
}

TEST(AdoptedLoop, ServesConnections) {
  Somebodys somebodys;
  Loop loop(&somebodys.loop);
  std::string echoed;
  const auto server = net::createServer([](net::Socket& socket) { socket.pipe(socket); });
  server->listen(0, "127.0.0.1");
  const auto client = net::connect(server->address()->port, "127.0.0.1");
  client->onData([&](std::string_view text) { echoed += text; });
  client->onClose([server] { server->close(); });
  client->end("hello");
  uv_run(&somebodys.loop, UV_RUN_DEFAULT);
  EXPECT_EQ(echoed, "hello");
}

// The task that ends the loop is left over from the poll, and runs right after it.
TEST(AdoptedLoop, EndsAtTheEndOfItsRound) {
  Somebodys somebodys;
  auto loop = std::make_unique<Loop>(&somebodys.loop);
  const auto server = net::createServer();
  server->listen(0, "127.0.0.1");
  loop->post([&] { server->close([&] { loop.reset(); }); });
  uv_run(&somebodys.loop, UV_RUN_DEFAULT);
  EXPECT_EQ(loop, nullptr);
}

TEST(AdoptedLoop, AListenersExceptionGoesToOnUnhandledError) {
  Somebodys somebodys;
  Loop loop(&somebodys.loop);
  std::string told;
  loop.onUnhandledError([&](const Error& error) { told += error.code() + " " + error.message(); });
  loop.setTimeout(1ms, [] { throw std::runtime_error("oops"); });
  uv_run(&somebodys.loop, UV_RUN_DEFAULT);
  EXPECT_EQ(told, "ERR_LISTENER_THREW oops");

  told.clear();
  loop.post([] { throw Error("ERR_MINE", "my own"); });
  loop.setTimeout(1ms, [] {});
  uv_run(&somebodys.loop, UV_RUN_DEFAULT);
  EXPECT_EQ(told, "ERR_MINE my own");
}

TEST(AdoptedLoop, AFailedListenGoesThereToo) {
  Somebodys somebodys;
  Loop loop(&somebodys.loop);
  std::string told;
  loop.onUnhandledError([&](const Error& error) { told = error.code(); });
  net::createServer()->listen(0, "192.0.2.1");
  uv_run(&somebodys.loop, UV_RUN_DEFAULT);
  EXPECT_EQ(told, "EADDRNOTAVAIL");
}

TEST(AdoptedLoop, ItsEndClosesWhatItOpened) {
  Somebodys somebodys;
  auto loop = std::make_unique<Loop>(&somebodys.loop);
  const auto server = net::createServer([](net::Socket&) {});
  server->listen(0, "127.0.0.1");
  auto client = net::connect(server->address()->port, "127.0.0.1");
  int calls = 0;
  client->onClose([&calls, client] { ++calls; });
  server->onClose([&calls, server] { ++calls; });
  client->onConnect([&] { uv_stop(&somebodys.loop); });
  uv_run(&somebodys.loop, UV_RUN_DEFAULT);
  EXPECT_EQ(server->connections(), 1);

  loop.reset();
  EXPECT_EQ(base::host(), nullptr);
  uv_run(&somebodys.loop, UV_RUN_DEFAULT);
  EXPECT_EQ(calls, 0);
  EXPECT_TRUE(client->destroyed());
  EXPECT_FALSE(client->write("harmless"));
  client->destroy();
  server->close();
  EXPECT_FALSE(server->address());
}

TEST(AdoptedLoop, MayEndInsideAListener) {
  Somebodys somebodys;
  auto loop = std::make_unique<Loop>(&somebodys.loop);
  const auto server = net::createServer([&](net::Socket& socket) {
    loop.reset();
    socket.write("harmless");
  });
  server->listen(0, "127.0.0.1");
  net::connect(server->address()->port, "127.0.0.1");
  uv_run(&somebodys.loop, UV_RUN_DEFAULT);
  EXPECT_EQ(loop, nullptr);
  EXPECT_EQ(server->connections(), 0);

  Loop next(&somebodys.loop);
  bool listening = false;
  server->listen(0, "127.0.0.1", [&] { listening = true; });
  server->close([&] { EXPECT_FALSE(listening); });
  uv_run(&somebodys.loop, UV_RUN_DEFAULT);
}

TEST(AdoptedLoop, MayEndInsideATimerAndInsideData) {
  Somebodys somebodys;
  auto loop = std::make_unique<Loop>(&somebodys.loop);
  loop->setInterval(1ms, [&] { loop.reset(); });
  uv_run(&somebodys.loop, UV_RUN_DEFAULT);

  loop = std::make_unique<Loop>(&somebodys.loop);
  std::string received;
  const auto server = net::createServer([](net::Socket& socket) { socket.write("data"); });
  server->listen(0, "127.0.0.1");
  const auto client = net::connect(server->address()->port, "127.0.0.1");
  client->onData([&](const Data& data) {
    loop.reset();
    received = data;
  });
  uv_run(&somebodys.loop, UV_RUN_DEFAULT);
  EXPECT_EQ(received, "data");
}

TEST(AdoptedLoop, CanBeRunByTheLoopToo) {
  Somebodys somebodys;
  Loop loop(&somebodys.loop);
  loop.setTimeout(1ms, [] { throw 5; });
  EXPECT_THROW(loop.run(), int);
}

}  // namespace
}  // namespace securepair
