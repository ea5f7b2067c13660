// Bytes and ends go through the proxy as they came, and what was cut off does not look like an end.
#include <csignal>
#include <fstream>

#include "cli/proxied.h"

namespace securepair::test {

using namespace std::chrono_literals;

class ProxyRelay : public UserWithProxy {
 protected:
  // The client, or the target, says its end first; the other goes on, and ends then.
  void halfCloses(ProxiedEnd& first, ProxiedEnd& second) {
    first.stream->end("last");
    runUntil([&] { return second.events.ends_with("end "); });
    EXPECT_TRUE(second.received.ends_with("last"));
    second.stream->write("more ");
    runUntil([&] { return first.received.ends_with("more "); });
    second.stream->end("done");
    runUntil([&] { return first.closed && second.closed; });
    EXPECT_EQ(first.events, "end ");
    EXPECT_TRUE(first.received.ends_with("more done"));
  }

  // Until all of it has come through a reader that begins late, the proxy has no more memory than
  // before.
  void waitsForAReader(const Served& proxy, ProxiedEnd& writer, ProxiedEnd& reader) {
    constexpr std::size_t all = std::size_t{32} << 20U;
    const long before = memoryOf(proxy);
    reader.stream->pause();
    const std::size_t start = reader.received.size();
    std::size_t written = 0;
    const std::string block(std::size_t{1} << 16U, 'x');
    const auto writeMore = [&] {
      while (written < all) {
        written += block.size();
        if (!writer.stream->write(block)) return;
      }
    };
    writer.stream->onDrain(writeMore);
    writeMore();
    runFor(300ms);
    EXPECT_LT(written, all);
    EXPECT_LT(memoryOf(proxy) - before, 12 * 1024);
    reader.stream->resume();
    runUntil([&] { return reader.received.size() - start == all; });
    EXPECT_EQ(written, all);
  }

  // In KiB.
  static long memoryOf(const Served& proxy) {
    std::ifstream status("/proc/" + std::to_string(proxy.pid()) + "/status");
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with("VmRSS:")) return std::stol(line.substr(6));
    }
    return 0;
  }
};

TEST_F(ProxyRelay, EachSideEndsByItself) {
  const std::string port = plainTarget();
  Served served = proxy("--to 127.0.0.1:" + port);
  {
    const auto client = throughTls(served);
    halfCloses(*client, target());
    EXPECT_EQ(client->received, "more done");
    EXPECT_EQ(target().received, "hellolast");
  }
  {
    const auto client = throughTls(served);
    halfCloses(target(), *client);
    EXPECT_EQ(client->received, "last");
    EXPECT_EQ(target().received, "hellomore done");
  }
  EXPECT_TRUE(served.waitFor(" to 127.0.0.1:" + port + ", for localhost, TLSv1.3 TLS_AES_"));
  EXPECT_TRUE(served.waitFor(", 9 bytes in, 9 out, 0.0")) << served.said();
  EXPECT_TRUE(served.waitFor(" s: the client ended\n")) << served.said();
  EXPECT_TRUE(served.waitFor(" s: the target ended\n")) << served.said();
}

TEST_F(ProxyRelay, EachSideEndsByItselfAheadOfTls) {
  Served served = proxy("--client --ca ca.pem --to localhost:" + tlsTarget());
  {
    const auto client = throughPlain(served);
    halfCloses(*client, target());
    EXPECT_EQ(client->received, "more done");
    EXPECT_EQ(target().received, "hellolast");
  }
  const auto client = throughPlain(served);
  EXPECT_TRUE(static_cast<tls::CleartextStream&>(*target().stream).isSessionReused());
  target().events.clear();
  halfCloses(target(), *client);
  EXPECT_EQ(client->received, "last");
}

TEST_F(ProxyRelay, WhatACutOffClientHasSentIsNoEndAtTheTarget) {
  Served served = proxy("--to 127.0.0.1:" + plainTarget());
  const auto truncated = throughTls(served);
  truncated->socket->end();
  runUntil([&] { return target().closed; });
  EXPECT_EQ(target().events, "ECONNRESET ");
  EXPECT_TRUE(
      served.waitFor("the client failed: the connection ended without the peer's "
                     "close_notify"));
  const auto gone = throughTls(served);
  gone->socket->resetAndDestroy();
  runUntil([&] { return target().closed; });
  EXPECT_EQ(target().events, "ECONNRESET ");
}

TEST_F(ProxyRelay, AResetOfTheTargetIsNoEndAtTheClient) {
  Served served = proxy("--to 127.0.0.1:" + plainTarget());
  for (const char* version : {"TLSv1.2", "TLSv1.3"}) {
    const auto client = throughTls(served, {.maxVersion = version});
    target().socket->resetAndDestroy();
    runUntil([&] { return client->closed; });
    EXPECT_EQ(client->events, "ECONNRESET ");
  }
  EXPECT_TRUE(served.waitFor("the target failed: "));
}

TEST_F(ProxyRelay, NeitherIsAheadOfTls) {
  Served served = proxy("--client --ca ca.pem --to localhost:" + tlsTarget());
  const auto client = throughPlain(served);
  target().socket->end();  // without close_notify
  runUntil([&] { return client->closed; });
  EXPECT_EQ(client->events, "ECONNRESET ");
  const auto gone = throughPlain(served);
  gone->socket->resetAndDestroy();
  runUntil([&] { return target().closed; });
  EXPECT_EQ(target().events, "secure ECONNRESET ");
}

TEST_F(ProxyRelay, AnAnswerArrivesThoughTheTargetTakesNoMore) {
  Served served = proxy("--to 127.0.0.1:" + plainTarget());
  const auto client = throughTls(served);
  const std::string answer(100'000, 'x');
  client->stream->pause();
  target().stream->end(answer);
  runFor(50ms);
  // It has closed: what still comes is answered with a reset.
  target().socket->destroy();
  client->stream->write("more");
  runFor(50ms);
  client->stream->write("and more");
  runFor(50ms);
  client->stream->resume();
  runUntil([&] { return !client->events.empty(); });
  EXPECT_EQ(client->received.size(), answer.size());
  EXPECT_EQ(client->events, "end ");
  EXPECT_TRUE(served.waitFor("the target takes no more: ")) << served.said();
}

// The target's greeting is unread, so that its kernel says a reset in place of an end.
TEST_F(ProxyRelay, WhatAClientHasSaidToItsEndArrivesThoughItIsGone) {
  writeFile(path("client.py"), R"(
import select, socket, ssl, subprocess, threading, time
target = socket.create_server(("127.0.0.1", 0))
heard = [0, "nothing"]
def listen():
    side, _ = target.accept()
    side.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
    side.sendall(b"welcome")
    time.sleep(0.3)
    try:
        while data := side.recv(65536): heard[0] += len(data)
        heard[1] = "end"
    except OSError as error:
        heard[1] = str(error)
reader = threading.Thread(target=listen)
reader.start()
to = "127.0.0.1:%d" % target.getsockname()[1]
proxy = subprocess.Popen(["securepair", "proxy", "--listen", "0", "--to", to], stdout=-1, text=True)
plain = socket.create_connection(("127.0.0.1", int(proxy.stdout.readline().rpartition(":")[2])))
context = ssl._create_unverified_context()
into, out = ssl.MemoryBIO(), ssl.MemoryBIO()
client = context.wrap_bio(into, out)
while True:
    try:
        client.do_handshake()
        break
    except ssl.SSLWantReadError:
        plain.sendall(out.read())
        into.write(plain.recv(65536))
client.write(b"x" * 1000000)
try: client.unwrap()
except ssl.SSLWantReadError: pass
plain.sendall(out.read())
select.select([plain], [], [], 10)
plain.close()
reader.join()
proxy.terminate()
print(*heard, proxy.wait())
)");
  EXPECT_EQ(must("python3 client.py"), "1000000 end 0\n");
}

TEST_F(ProxyRelay, ASlowReaderSlowsTheWriter) {
  Served served = proxy("--to 127.0.0.1:" + plainTarget());
  const auto client = throughTls(served);
  waitsForAReader(served, *client, target());
  waitsForAReader(served, target(), *client);
}

TEST_F(ProxyRelay, WaitsForATargetNoLongerThanToldTo) {
  const std::string port = plainTarget();
  Served served = proxy("--client --insecure --connect-timeout 100ms --to localhost:" + port);
  const auto client = plainClient(served);
  runUntil([&] { return client->closed; });
  EXPECT_EQ(client->events, "ECONNRESET ");
  EXPECT_TRUE(served.waitFor("target not reached within --connect-timeout"));
}

TEST_F(ProxyRelay, WaitsForBytesNoLongerThanToldTo) {
  Served served = proxy("--idle-timeout 150ms --to 127.0.0.1:" + plainTarget());
  const auto client = throughTls(served);
  for (int i = 0; i < 4; ++i) {
    runFor(70ms);
    target().stream->write("x");
  }
  runUntil([&] { return client->received == "xxxx"; });
  EXPECT_EQ(client->events, "");
  runUntil([&] { return client->closed && target().closed; });
  EXPECT_EQ(client->events, "ECONNRESET ");
  EXPECT_EQ(target().events, "ECONNRESET ");
  EXPECT_TRUE(served.waitFor(" s: idle\n"));
}

TEST_F(ProxyRelay, SaysThatTheTargetIsNotThere) {
  Served served = proxy("--to 127.0.0.1:1");
  const auto client = tlsClient(served);
  runUntil([&] { return client->closed; });
  EXPECT_EQ(client->events, "ECONNRESET ");
  EXPECT_TRUE(served.waitFor("the target failed: connect ECONNREFUSED 127.0.0.1:1"));
}

}  // namespace securepair::test
