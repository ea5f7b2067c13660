// Whom a client trusts. custom_ca PORT: the authority in server-cert.pem and no one else.
// custom_ca PORT append: it, and the well-known authorities of this system too.
#include <securepair/securepair.h>

#include <iostream>
#include <string>
using namespace securepair;

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: custom_ca PORT [append]" << std::endl;
    return 2;
  }
  const Buffer own = fs::readFileSync("server-cert.pem");
  tls::ConnectOptions options{.rejectUnauthorized = true};
  if (argc > 2) {
    options.caAppend = own;
  } else {
    options.ca = own;
  }
  const auto stream =
      tls::connect(std::stoi(argv[1]), "localhost", options, [](tls::CleartextStream& secure) {
        std::cout << "trusted: " << secure.getPeerCertificate().issuer["CN"] << std::endl;
        secure.end();
      });
  stream->onError([](const Error& error) {
    std::cout << "not trusted: " << error.code() << "; " << error.fix() << std::endl;
  });
  return run();
}
