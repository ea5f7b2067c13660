#include <securepair/securepair.h>

#include <iostream>
using namespace securepair;

int main() {
  auto server = tls::createServer(
      {
          .key = fs::readFileSync("server-key.pem"),
          .cert = fs::readFileSync("server-cert.pem"),
          .ca = {fs::readFileSync("client-cert.pem")},
          .requestCert = true,
      },
      [](tls::CleartextStream& cleartextStream) {
        std::cout << "server connected "
                  << (cleartextStream.authorized() ? "authorized" : "unauthorized") << std::endl;
        cleartextStream.write("welcome!\n");
        cleartextStream.setEncoding("utf8");
        cleartextStream.pipe(cleartextStream);
      });
  server->listen(8000, [] { std::cout << "server bound" << std::endl; });
  return run();
}
