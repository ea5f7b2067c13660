// One TLS server for two protocols: each client says what it can speak, and the server's order
// decides.
#include <securepair/securepair.h>

#include <iostream>
#include <string>
using namespace securepair;

int main() {
  int open = 2;
  const auto server = tls::createServer(
      {.key = fs::readFileSync("server-key.pem"),
       .cert = fs::readFileSync("server-cert.pem"),
       .NPNProtocols = {"spdy/2", "http/1.1"}},
      [](tls::CleartextStream& stream) { stream.end("you speak " + stream.npnProtocol()); });
  const auto ask = [&](const tls::ProtocolList& protocols) {
    const auto client =
        tls::connect(server->address()->port, {.ca = fs::readFileSync("server-cert.pem"),
                                               .NPNProtocols = protocols,
                                               .rejectUnauthorized = true});
    client->onData([](std::string_view text) { std::cout << text << std::endl; });
    client->onClose([&] {
      if (--open == 0) server->close();
    });
  };
  server->listen(0, "127.0.0.1", [&] {
    ask({"http/1.1", "spdy/2"});
    ask({"http/1.1"});
  });
  return run();
}
