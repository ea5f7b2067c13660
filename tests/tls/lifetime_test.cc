#include <chrono>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "support/loop_fixture.h"
#include "support/tls_world.h"

namespace securepair::test {
namespace {

struct Thrown : std::runtime_error {
  Thrown() : std::runtime_error("thrown by a listener") {}
};

// A conversation in which every event has a listener; one of them acts.
class Stage {
 public:
  using Action = std::function<void(Stage&)>;

  Stage(std::string event, Action action) : event_(std::move(event)), action_(std::move(action)) {
    server = serve(serverOptions());
    server->onListening([this] { on("listening"); });
    server->onConnection([this](net::Socket&) { on("connection"); });
    server->onSecureConnection([this](tls::CleartextStream& stream) {
      accepted = &stream;
      stream.onError([this](const Error&) { on("server error"); });
      stream.onData([this](const Data&) { on("server data"); });
      stream.onEnd([this] { on("server end"); });
      stream.onClose([this] {
        ++closes;
        struct Forget {
          ~Forget() { stream = nullptr; }
          tls::CleartextStream*& stream;
        } const forget{accepted};
        on("server close");
      });
      stream.onDrain([this] { on("server drain"); });
      on("secureConnection");
      if (accepted != nullptr) accepted->write(std::string(greeting, 'x'));
    });
    server->onClientError([this](const Error&) { on("clientError"); });
    server->onClose([this] { on("listener close"); });

    client = tls::connect(server->address()->port, clientOptions());
    client->onSecureConnect([this] {
      on("secureConnect");
      if (client) client->write("hello");
    });
    client->onData([this](const Data& data) {
      on("data");
      received_ += data.size();
      if (received_ >= greeting && client) client->end();
    });
    client->onEnd([this] { on("end"); });
    client->onError([this](const Error&) { on("error"); });
    client->onClose([this] {
      ++closes;
      on("close");
      if (server) server->close();
    });
  }

  void play() {
    try {
      runLoop();
    } catch (const Thrown&) {
      runLoop();  // it came out of run(), which may be called again
    }
    endAll();
    runLoop();
  }

  std::shared_ptr<tls::Server> server;
  std::shared_ptr<tls::CleartextStream> client;
  tls::CleartextStream* accepted = nullptr;
  int closes = 0;
  bool acted = false;

 private:
  void on(const std::string& event) {
    if (event != event_ || acted) return;
    acted = true;
    // What the action has left open would be waited for.
    Loop::current().setTimeout(std::chrono::milliseconds(20), [this] { endAll(); });
    action_(*this);
  }

  void endAll() {
    if (client) client->destroy();
    if (accepted != nullptr) accepted->destroy();
    if (server) server->close();
  }

  // More than the kernel takes at once.
  static constexpr std::size_t greeting = 8'000'000;

  std::string event_;
  Action action_;
  std::size_t received_ = 0;
};

struct NamedAction {
  const char* name;
  Stage::Action act;
};

const std::vector<NamedAction>& actions() {
  static const std::vector<NamedAction> all{
      {"destroy the client",
       [](Stage& s) {
         if (s.client) s.client->destroy();
       }},
      {"forget the client", [](Stage& s) { s.client.reset(); }},
      {"destroy and forget the client",
       [](Stage& s) {
         if (s.client) s.client->destroy();
         s.client.reset();
       }},
      {"destroy the server's stream",
       [](Stage& s) {
         if (s.accepted) s.accepted->destroy();
       }},
      {"end the server's stream",
       [](Stage& s) {
         if (s.accepted) s.accepted->end();
       }},
      {"destroySoon on both",
       [](Stage& s) {
         if (s.accepted) s.accepted->destroySoon();
         if (s.client) s.client->destroySoon();
       }},
      {"destroy both",
       [](Stage& s) {
         if (s.accepted) s.accepted->destroy();
         if (s.client) s.client->destroy();
       }},
      {"close the server",
       [](Stage& s) {
         if (s.server) s.server->close();
       }},
      {"close and forget the server",
       [](Stage& s) {
         if (s.server) s.server->close();
         s.server.reset();
       }},
      {"pause and resume",
       [](Stage& s) {
         if (s.client) s.client->pause();
         if (s.client) s.client->resume();
       }},
      {"write from within",
       [](Stage& s) {
         if (s.accepted) s.accepted->write("more");
       }},
      {"throw", [](Stage&) { throw Thrown(); }},
  };
  return all;
}

const std::vector<const char*>& events() {
  static const std::vector<const char*> all{"listening",    "connection",    "secureConnection",
                                            "server data",  "server drain",  "server end",
                                            "server close", "secureConnect", "data",
                                            "end",          "close",         "listener close"};
  return all;
}

TEST(Lifetimes, EveryListenerMayDoAnything) {
  for (const char* event : events()) {
    for (const auto& [name, act] : actions()) {
      SCOPED_TRACE(std::string("in `") + event + "`: " + name);
      Stage stage(event, act);
      stage.play();
      EXPECT_TRUE(stage.acted);
      EXPECT_LE(stage.closes, 2);
    }
  }
}

TEST(Lifetimes, FailuresToo) {
  for (const auto& [name, act] : actions()) {
    for (const char* event : {"error", "clientError", "close"}) {
      SCOPED_TRACE(std::string("in `") + event + "`: " + name);
      Stage stage(event, act);
      stage.server->onConnection([](net::Socket& socket) { socket.write("not TLS at all"); });
      stage.play();
      EXPECT_TRUE(stage.acted);
    }
  }
}

TEST(Lifetimes, AListenerThatHoldsItsOwnStreamMakesNoLeak) {
  std::weak_ptr<tls::CleartextStream> clientLeft;
  std::weak_ptr<tls::Server> serverLeft;
  {
    const auto server = serve(serverOptions(), [](tls::CleartextStream& stream) { stream.end(); });
    server->onSecureConnection([server](tls::CleartextStream&) {});
    server->onClientError([server](const Error&) {});
    const auto client = tls::connect(server->address()->port, clientOptions());
    client->onData([client](const Data&) {});
    client->onSecureConnect([client] {});
    client->onClose([client, server] { server->close(); });
    clientLeft = client;
    serverLeft = server;
  }
  runLoop();
  EXPECT_TRUE(clientLeft.expired());
  EXPECT_TRUE(serverLeft.expired());
}

TEST(Lifetimes, NothingIsLeftOfWhatIsOpenWhenTheLoopEnds) {
  std::weak_ptr<tls::CleartextStream> clientLeft;
  std::weak_ptr<Stream> acceptedLeft;
  std::weak_ptr<tls::Server> serverLeft;
  bool closed = false;
  std::thread([&] {
    const auto server = serve(serverOptions(), [&](tls::CleartextStream& stream) {
      acceptedLeft = stream.shared();
      stream.onClose([&] { closed = true; });
      stream.pipe(stream);
    });
    server->onSecureConnection([server](tls::CleartextStream&) {});
    const auto client = tls::connect(server->address()->port, clientOptions());
    client->onSecureConnect([client] { client->write("ping"); });
    client->onData([client] { Loop::current().stop(); });
    client->onClose([&closed, client] { closed = true; });
    clientLeft = client;
    serverLeft = server;
    Loop::current().run();
    EXPECT_FALSE(acceptedLeft.expired());
  }).join();
  EXPECT_TRUE(clientLeft.expired());
  EXPECT_TRUE(acceptedLeft.expired());
  EXPECT_TRUE(serverLeft.expired());
  EXPECT_FALSE(closed) << "a listener was called after the loop's end";
}

TEST(Lifetimes, AnOpenConnectionKeepsItselfAlive) {
  std::string received;
  auto server = serve(serverOptions(), echo);
  const auto port = server->address()->port;
  tls::connect(port, clientOptions(), [&](tls::CleartextStream& stream) {
    stream.onData([&](const Data& data) { received += data; });
    stream.onClose([&] { server->close(); });
    stream.end("nobody holds me");
  });
  runLoop();
  EXPECT_EQ(received, "nobody holds me");
}

TEST(Lifetimes, EveryMethodIsHarmlessOnAClosedStream) {
  const auto server = serve(serverOptions(), echo);
  const auto client = tls::connect(server->address()->port, clientOptions(),
                                   [](tls::CleartextStream& stream) { stream.end(); });
  client->onClose([&] { server->close(); });
  runLoop();
  EXPECT_FALSE(client->write("x"));
  client->end();
  client->destroy();
  client->destroySoon();
  client->pause();
  client->resume();
  client->setTimeout(std::chrono::seconds(1));
  client->setNoDelay();
  client->onData([](const Data&) {});
  EXPECT_EQ(client->bufferSize(), 0U);
  EXPECT_EQ(client->remoteAddress(), "");
  EXPECT_EQ(client->remotePort(), 0);
  EXPECT_FALSE(client->address());
  EXPECT_EQ(client->getPeerCertificate().subject["CN"], "localhost");
  EXPECT_TRUE(client->authorized());
  server->close();
  EXPECT_FALSE(server->address());
  runLoop();
}

TEST(Lifetimes, ASocketThatIsGoneAlreadyIsAnErrorAndLeavesNothing) {
  const auto gone = net::connect("/nowhere/at/all.sock");
  gone->onError([] {});
  runLoop();
  std::string events;
  std::weak_ptr<Stream> left;
  for (const bool destroyAtOnce : {false, true}) {
    events.clear();
    {
      const auto client = tls::connect({.socket = gone});
      left = client;
      client->onError([&](const Error& error) { events += error.code() + ' '; });
      client->onClose([&, client] { events += "close"; });
      if (destroyAtOnce) client->destroy();
    }
    runLoop();
    EXPECT_EQ(events, destroyAtOnce ? "close" : "ERR_STREAM_DESTROYED close");
    EXPECT_TRUE(left.expired());
  }
  std::string clientError;
  const auto server = tls::createServer(serverOptions());
  server->onClientError([&](const Error& error) { clientError = error.code(); });
  server->secure(gone);
  runLoop();
  EXPECT_EQ(clientError, "ERR_STREAM_DESTROYED");
}

TEST(Lifetimes, NoListenerIsCalledOnceTheLoopIsGone) {
  // In a child: this process has its loop.
  const int status = inChild([] {
    bool closed = false;
    auto held = std::make_shared<int>(0);
    const std::weak_ptr<int> released = held;
    {
      Loop loop;
      const auto client = tls::connect(1, "127.0.0.1");
      client->onError([&] { loop.stop(); });
      client->onClose([&, held, client] { closed = true; });
      held.reset();
      loop.run();
    }
    Loop other;
    other.run();
    if (closed) return 1;
    return released.expired() ? 0 : 2;
  });
  EXPECT_EQ(status, 0);
}

TEST(Lifetimes, APausedReaderWhosePeerIsGoneEndsWithTheLoop) {
  const int status = inChild([] {
    std::weak_ptr<Stream> left;
    {
      Loop loop;
      const auto server =
          serve(serverOptions(), [](tls::CleartextStream& stream) { stream.destroySoon(); });
      const auto client = tls::connect(server->address()->port, clientOptions());
      left = client;
      client->pause();
      client->onData([client] {});
      loop.setTimeout(std::chrono::milliseconds(700), [&] { loop.stop(); });
      loop.run();
    }
    return left.expired() ? 0 : 1;
  });
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace securepair::test
