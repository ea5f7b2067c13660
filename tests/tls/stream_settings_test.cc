// What a stream can be told of its records, renegotiations, handshakes and its socket; its ticket.
#include <cstddef>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "support/tls_world.h"

namespace securepair::test {
namespace {

using namespace std::chrono_literals;

// The sizes of records that pass, with their heads.
class RecordSizes {
 public:
  void add(std::string_view bytes) {
    rest_ += bytes;
    while (rest_.size() >= 5) {
      const auto at = [this](std::size_t i) { return static_cast<unsigned char>(rest_[i]); };
      const std::size_t size = 5 + at(3) * 256U + at(4);
      if (rest_.size() < size) return;
      all.push_back(size);
      rest_.erase(0, size);
    }
  }
  std::vector<std::size_t> all;

 private:
  std::string rest_;
};

TEST(StreamSettings, RecordsAreNoLargerThanTheyAreToldToBe) {
  const World& world = World::get();
  const auto server = tls::createSecurePair(
      crypto::createCredentials({.key = world.server.key, .cert = world.server.cert}), true);
  const auto client = tls::createSecurePair();
  RecordSizes sizes;
  std::string received;
  server->encrypted.onData([&](const Data& bytes) {
    sizes.add(bytes.text());
    client->encrypted.write(bytes);
  });
  client->cleartext.onData([&](std::string_view text) { received += text; });
  server->onSecure([&] {
    EXPECT_FALSE(server->cleartext.setMaxSendFragment(511));
    EXPECT_FALSE(server->cleartext.setMaxSendFragment(16385));
    EXPECT_TRUE(server->cleartext.setMaxSendFragment(1000));
    sizes.all.clear();
    server->cleartext.write(std::string(20'000, 'x'));
  });
  client->encrypted.onData([&](const Data& bytes) { server->encrypted.write(bytes); });
  EXPECT_EQ(received, std::string(20'000, 'x'));
  EXPECT_GE(sizes.all.size(), 20U);
  for (const std::size_t size : sizes.all) EXPECT_LE(size, 1100U);
}

TEST(StreamSettings, AServerMayRenegotiateNoMore) {
  const auto server = serve(serverOptions(), [](tls::CleartextStream& stream) {
    stream.disableRenegotiation();
    echo(stream);
  });
  auto options = clientOptions();
  options.maxVersion = "TLSv1.2";
  const auto client = tls::connect(server->address()->port, options);
  std::string error;
  client->onSecureConnect([&] { client->renegotiate([] { FAIL() << "the server has agreed"; }); });
  client->onError([&](const Error& told) { error = told.code(); });
  client->onClose([&] { server->close(); });
  runLoop();
  EXPECT_EQ(error, "ERR_SSL_NO_RENEGOTIATION");
}

TEST(StreamSettings, AClientKnowsItsTicket) {
  for (const char* const version : {"TLSv1.2", "TLSv1.3"}) {
    auto options = serverOptions();
    options.maxVersion = version;
    Buffer servers(std::string("not looked at"));
    const auto server = serve(options, [&](tls::CleartextStream& stream) {
      servers = stream.getTLSTicket();
      stream.end("x");
    });
    const auto client = tls::connect(server->address()->port, clientOptions());
    Buffer ticket;
    client->onSession([&](const Buffer&) { ticket = client->getTLSTicket(); });
    client->onSecureConnect([&] { EXPECT_TRUE(client->authorized()); });
    client->onData([](const Data&) {});
    client->onClose([&] { server->close(); });
    runLoop();
    EXPECT_GT(ticket.size(), 32U) << version;
    EXPECT_EQ(servers.size(), 0U) << version;
  }
}

std::string traceOf(const tls::ServerOptions& options, const tls::ConnectOptions& connect,
                    Listener<tls::CleartextStream&> then) {
  testing::internal::CaptureStderr();
  const auto server = serve(options, std::move(then));
  const auto client = tls::connect(server->address()->port, connect);
  client->onSecureConnect([&] { client->authorized(); });
  client->onData([](const Data&) {});
  client->onClose([&] { server->close(); });
  runLoop();
  return testing::internal::GetCapturedStderr();
}

TEST(StreamSettings, HandshakesAreTracedWhereOneAsksForIt) {
  const auto end = [](tls::CleartextStream& stream) { stream.end(); };
  const auto has = [](const std::string& trace) {
    return trace.find("ClientHello") != std::string::npos;
  };
  auto server = serverOptions();
  auto client = clientOptions();
  EXPECT_FALSE(has(traceOf(server, client, end)));
  client.enableTrace = true;
  EXPECT_TRUE(has(traceOf(server, client, end)));
  client.enableTrace = false;
  server.enableTrace = true;
  EXPECT_TRUE(has(traceOf(server, client, end)));
}

TEST(StreamSettings, AStreamIsTracedFromThenOn) {
  const std::string trace =
      traceOf(serverOptions(), clientOptions(), [](tls::CleartextStream& stream) {
        stream.enableTrace();
        stream.end("x");
      });
  EXPECT_EQ(trace.find("ClientHello"), std::string::npos);
  EXPECT_NE(trace.find("Sent Record"), std::string::npos) << trace;
}

TEST(StreamSettings, AClientHearsOfItsConnectionBeforeItsHandshake) {
  const auto server = serve(serverOptions(), [](tls::CleartextStream& stream) {
    stream.onConnect([] { ADD_FAILURE() << "a server's is connected already"; });
    stream.end();
  });
  std::vector<std::string> heard;
  const auto listen = [&heard](tls::CleartextStream& client, const std::string& name) {
    client.onConnect([&heard, &client, name] {
      heard.push_back(name + (client.remote() ? " connect" : " connect to nobody"));
    });
    client.onSecureConnect([&heard, &client, name] {
      heard.push_back(name + (client.authorized() ? " secure" : " insecure"));
    });
  };
  const auto port = server->address()->port;
  const auto first = tls::connect(port, "127.0.0.1", clientOptions());
  listen(*first, "first");
  first->onClose([&] {
    auto over = clientOptions();
    over.socket = net::connect(port, "127.0.0.1");
    const auto second = tls::connect(over);
    listen(*second, "second");
    second->onClose([&, keep = second] { server->close(); });
  });
  runLoop();
  EXPECT_EQ(heard, (std::vector<std::string>{"first connect", "first secure", "second connect",
                                             "second secure"}));
}

// Its time is over when the loop comes to look at the connection.
TEST(StreamSettings, AClientThatIsGoneDoesNotHearOfItsConnection) {
  const auto server = serve(serverOptions());
  server->onClientError([](const Error&) {});
  auto options = clientOptions();
  options.handshakeTimeout = 10ms;
  const auto client = tls::connect(server->address()->port, "127.0.0.1", options);
  std::string told;
  client->onConnect([&] { told += "connect "; });
  client->onError([&](const Error& error) { told += error.code(); });
  client->onClose([&] { server->close(); });
  std::this_thread::sleep_for(50ms);
  runLoop();
  EXPECT_EQ(told, "ERR_TLS_HANDSHAKE_TIMEOUT");
}

TEST(StreamSettings, AResetIsNoEndToThePeer) {
  std::string told;
  const auto server = serve(serverOptions(), [&told](tls::CleartextStream& stream) {
    stream.onEnd([&told] { told += "end "; });
    stream.onError([&told](const Error& error) { told += error.code(); });
    stream.write("welcome");
  });
  const auto client = tls::connect(server->address()->port, clientOptions());
  bool failed = true;
  client->onData([&](const Data&) {
    EXPECT_TRUE(client->authorized());
    client->resetAndDestroy();
    client->resetAndDestroy();
    EXPECT_TRUE(client->destroyed());
  });
  client->onClose([&](bool hadError) {
    failed = hadError;
    server->close();
  });
  runLoop();
  EXPECT_EQ(told, "ECONNRESET");
  EXPECT_FALSE(failed);
}

TEST(StreamSettings, AnUnreferencedConnectionLetsTheLoopEnd) {
  std::shared_ptr<Stream> accepted;
  std::string received;
  const auto server = serve(serverOptions(), [&](tls::CleartextStream& stream) {
    accepted = stream.shared();
    stream.unref();
    echo(stream);
  });
  const auto client = tls::connect(server->address()->port, clientOptions());
  client->unref();
  server->unref();
  client->onData([&](std::string_view text) { received += text; });
  client->onSecureConnect([&] {
    EXPECT_TRUE(client->authorized());
    client->write("x");
  });
  Loop::current().setTimeout(200ms, [] {});
  runLoop();
  EXPECT_EQ(received, "x");
  EXPECT_FALSE(client->destroyed());
  ASSERT_NE(accepted, nullptr);
  EXPECT_FALSE(accepted->destroyed());

  client->ref();
  client->end();
  client->onClose([&] { server->close(); });
  runLoop();
  EXPECT_TRUE(client->destroyed());
}

TEST(StreamSettings, APairsServerChoosesAProtocol) {
  const World& world = World::get();
  const auto credentials =
      crypto::createCredentials({.key = world.server.key, .cert = world.server.cert});
  const auto trusting = crypto::createCredentials({.ca = world.authority.own.cert});
  const auto server = tls::createSecurePair(
      credentials, true, false, false,
      {.ALPNCallback = [](const auto& offer) { return offer.protocols.back(); }});
  const auto client =
      tls::createSecurePair(trusting, false, false, false, {.ALPNProtocols = {"one", "two"}});
  server->encrypted.onData([&](const Data& bytes) { client->encrypted.write(bytes); });
  bool secure = false;
  client->onSecure([&] { secure = client->cleartext.authorized(); });
  client->encrypted.onData([&](const Data& bytes) { server->encrypted.write(bytes); });
  EXPECT_TRUE(secure);
  EXPECT_EQ(client->cleartext.alpnProtocol(), "two");
  EXPECT_EQ(server->cleartext.alpnProtocol(), "two");
}

TEST(StreamSettings, APairsClientResumesASession) {
  const auto server = serve(serverOptions(), [](tls::CleartextStream& stream) {
    stream.end(stream.isSessionReused() ? "again" : "new");
  });
  const auto port = server->address()->port;
  const auto trusting = crypto::createCredentials({.ca = World::get().authority.own.cert});
  std::string told;
  Buffer session;
  const auto visit = [&](Listener<> then) {
    const auto pair = tls::createSecurePair(trusting, false, false, false,
                                            {.servername = "localhost", .session = session});
    const auto socket = net::connect(port, "127.0.0.1");
    socket->pipe(pair->encrypted);
    pair->encrypted.pipe(*socket);
    pair->onSecure([pair] { EXPECT_TRUE(pair->cleartext.authorized()); });
    pair->cleartext.onSession([&](const Buffer& made) { session = made; });
    pair->cleartext.onData([&](std::string_view text) { told += text; });
    pair->cleartext.onClose([then = std::move(then), pair]() mutable { then(); });
  };
  visit([&] {
    EXPECT_GT(session.size(), 0U);
    visit([&] { server->close(); });
  });
  runLoop();
  EXPECT_EQ(told, "newagain");
}

}  // namespace
}  // namespace securepair::test
