// Serves those alone who show a certificate that is trusted here, and knows them by name.
// mutual_authentication_server [PORT], in a folder with the files of tools/make_keys.sh.
#include <securepair/securepair.h>

#include <iostream>
#include <string>
using namespace securepair;

int main(int argc, char** argv) {
  const auto server = tls::createServer(
      {
          .key = fs::readFileSync("server-key.pem"),
          .cert = fs::readFileSync("server-cert.pem"),
          // Whom to trust: the authority of the clients' certificates, here the one client itself.
          .ca = {fs::readFileSync("client-cert.pem")},
          .clientCertificate = tls::ClientCertificate::required,
      },
      [](tls::CleartextStream& stream) {
        const std::string name = stream.getPeerCertificate().subject["CN"];
        std::cout << "served " << name << std::endl;
        stream.end("hello, " + name + "\n");
      });
  // Those who were refused: without a certificate, or with one that leads to nobody in `ca`.
  server->onClientError([](const Error& error, const net::Address& peer) {
    std::cout << "refused " << peer.address << ": " << error.code() << std::endl;
  });
  server->listen(argc > 1 ? std::stoi(argv[1]) : 8000, "127.0.0.1",
                 [&] { std::cout << "listening on " << server->address()->port << std::endl; });
  return run();
}
