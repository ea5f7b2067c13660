// One TLS server for several names, each with a certificate of its own: `addContext` for those that
// are known beforehand, an SNICallback for all others. sni PORT serves until it is interrupted.
#include <securepair/securepair.h>

#include <iostream>
#include <string>
using namespace securepair;

int main(int argc, char** argv) {
  const auto server = tls::createServer(
      {
          .key = fs::readFileSync("server-key.pem"),
          .cert = fs::readFileSync("server-cert.pem"),
          // It could as well keep `answer` and call it when a database has answered.
          .SNICallback =
              [](std::string_view servername, const tls::SniAnswer& answer) {
                std::cout << "asked for " << servername << std::endl;
                answer(nullptr);  // the contexts below, then the server's own
              },
      },
      [](tls::CleartextStream& stream) {
        const std::string name = stream.servername().empty() ? "nobody" : stream.servername();
        stream.end("you asked for " + name + "\n");
      });
  const crypto::CredentialsOptions other{.key = fs::readFileSync("client-key.pem"),
                                         .cert = fs::readFileSync("client-cert.pem")};
  server->addContext("*.example.org", other);
  server->listen(argc > 1 ? std::stoi(argv[1]) : 0, "127.0.0.1",
                 [&] { std::cout << "listening on " << server->address()->port << std::endl; });
  return run();
}
