// The client's side of STARTTLS, in a toy of SMTP. starttls_client [PORT], in a folder with the
// files of tools/make_keys.sh.
#include <securepair/securepair.h>

#include <iostream>
#include <string>
#include <utility>
using namespace securepair;

namespace {

void speakTls(const std::shared_ptr<net::Socket>& socket, const std::string& head) {
  // The certificate must be for the host to which the socket was connected.
  const auto stream = tls::connect(
      {
          .ca = {fs::readFileSync("server-cert.pem")},
          .socket = socket,
          .rejectUnauthorized = true,
          // A server has nothing to say here before TLS: bytes that are there fail the handshake.
          .head = head,
      },
      [](tls::CleartextStream& secure) { secure.end("a secret\r\n"); });
  stream->setEncoding("utf8");
  stream->onData([](std::string_view text) { std::cout << text << std::flush; });
}

}  // namespace

int main(int argc, char** argv) {
  const auto socket = net::connect(argc > 1 ? std::stoi(argv[1]) : 8000, "localhost");
  std::string text;
  bool asked = false;
  socket->onData([&](std::string_view more) {
    text += more;
    for (auto end = text.find("\r\n"); end != std::string::npos; end = text.find("\r\n")) {
      const std::string line = text.substr(0, end);
      text.erase(0, end + 2);
      std::cout << line << std::endl;
      if (!line.starts_with("220")) return socket->end("QUIT\r\n");  // never on in plain text
      if (std::exchange(asked, true)) return speakTls(socket, std::exchange(text, ""));
      socket->write("STARTTLS\r\n");
    }
  });
  return run();
}
