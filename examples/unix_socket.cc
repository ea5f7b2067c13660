// TLS over a Unix socket, both sides in one program. unix_socket PATH, in a folder with the files
// of tools/make_keys.sh.
#include <securepair/securepair.h>

#include <iostream>
using namespace securepair;

int main(int, char** argv) {
  const std::string path = argv[1] != nullptr ? argv[1] : "./securepair.sock";
  const auto server = tls::createServer(
      {.key = fs::readFileSync("server-key.pem"), .cert = fs::readFileSync("server-cert.pem")},
      [](tls::CleartextStream& stream) { stream.pipe(stream); });
  server->listen(path, [&] {
    // A path is no name: what is in `ca` decides alone, unless `servername` is given.
    const auto client = tls::connect(
        path,
        {
            .ca = {fs::readFileSync("server-cert.pem")},
            .servername = "localhost",
            .rejectUnauthorized = true,
        },
        [](tls::CleartextStream& stream) { stream.end("over " + stream.remoteAddress()); });
    client->onData([](std::string_view text) { std::cout << text << std::endl; });
    client->onClose([&] { server->close(); });
  });
  return run();
}
