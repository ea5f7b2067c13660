// TLS without an event loop, over a transport of the program's own: here two threads and a pair of
// blocking sockets between them. Reads server-key.pem and server-cert.pem of tools/make_keys.sh.
// The library is securepair::engine, which knows no libuv.
#include <securepair/crypto.h>
#include <securepair/fs.h>
#include <securepair/tls/secure_pair.h>

#include <array>
#include <iostream>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
using namespace securepair;

namespace {

// Carries between the pair and the transport until that has ended.
void carry(tls::SecurePair& pair, int transport) {
  pair.encrypted.onEnd([=] { ::shutdown(transport, SHUT_WR); });
  // Last of all: with it a client begins its handshake.
  pair.encrypted.onData([=](BytesView bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(transport, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;  // the peer is gone, which reading tells
      bytes = bytes.subspan(static_cast<std::size_t>(sent));
    }
  });
  std::array<std::byte, 16384> buffer{};
  for (;;) {
    const ssize_t got = ::read(transport, buffer.data(), buffer.size());
    if (got <= 0) break;
    pair.encrypted.write(BytesView(buffer.data(), static_cast<std::size_t>(got)));
  }
  pair.encrypted.end();
  ::close(transport);
}

}  // namespace

int main() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return 1;

  const auto credentials = crypto::createCredentials(
      {.key = fs::readFileSync("server-key.pem"), .cert = fs::readFileSync("server-cert.pem")});
  std::thread echo([&credentials, transport = ends[1]] {
    const auto server = tls::createSecurePair(credentials, /*isServer=*/true);
    server->cleartext.pipe(server->cleartext);
    carry(*server, transport);
  });

  const auto client =
      tls::createSecurePair(crypto::createCredentials({.ca = fs::readFileSync("server-cert.pem")}));
  client->onSecure([&] {
    std::cout << (client->cleartext.authorized() ? "authorized" : "unauthorized") << std::endl;
    client->cleartext.end("through two threads and back");
  });
  client->cleartext.onData([](std::string_view text) { std::cout << text << std::endl; });
  carry(*client, ends[0]);
  echo.join();
  return 0;
}
