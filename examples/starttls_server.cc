// The server's side of STARTTLS, in a toy of SMTP: a line in plain text, then TLS on the same
// connection. starttls_server [PORT], in a folder with the files of tools/make_keys.sh.
#include <securepair/securepair.h>

#include <chrono>
#include <iostream>
#include <string>
using namespace securepair;

int main(int argc, char** argv) {
  const auto secureServer = tls::createServer(
      {.key = fs::readFileSync("server-key.pem"), .cert = fs::readFileSync("server-cert.pem")},
      [](tls::CleartextStream& stream) {
        stream.write("250 in private now, what you say comes back\r\n");
        stream.pipe(stream);
      });
  secureServer->onClientError([](const Error& error) { std::cout << error.code() << std::endl; });

  const auto server = net::createServer([&](net::Socket& socket) {
    socket.setTimeout(std::chrono::seconds(10), [&socket] { socket.destroy(); });
    socket.write("220 hello, say STARTTLS\r\n");
    socket.onData([&secureServer, &socket, text = std::string()](std::string_view more) mutable {
      text += more;
      const auto end = text.find("\r\n");
      if (end == std::string::npos && text.size() < 512) return;
      if (text.substr(0, end) != "STARTTLS") {
        socket.write("500 STARTTLS, or nothing\r\n");
        return socket.destroySoon();
      }
      socket.write("220 go ahead\r\n");
      // What stands behind the line has come without TLS: it is a hasty client's handshake, which
      // TLS understands, or somebody's who wants it to count as said in private. TLS refuses that.
      secureServer->secure(socket, text.substr(end + 2));
    });
  });
  server->listen(argc > 1 ? std::stoi(argv[1]) : 8000, "127.0.0.1",
                 [&] { std::cout << "listening on " << server->address()->port << std::endl; });
  return run();
}
