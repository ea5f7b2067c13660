// make_certificates [NAME...]: a small certificate authority and a server's certificate for these
// DNS names and IP addresses, else for this machine. Writes ca-key.pem, ca-cert.pem,
// server-key.pem, server-cert.pem and server.pfx into the current folder.
#include <securepair/securepair.h>

#include <iostream>
#include <string>
#include <vector>
using namespace securepair;

int main(int count, char** arguments) {
  std::vector<std::string> names(arguments + 1, arguments + count);
  if (names.empty()) names = {"localhost", "127.0.0.1", "::1"};
  try {
    // Whoever has the authority's key can be anyone for those who trust its certificate.
    const auto ca = crypto::createCa({.subject = "Example CA"});
    crypto::writeKeyFile("ca-key.pem", ca.key);
    fs::writeFileSync("ca-cert.pem", ca.cert);

    const auto key = crypto::generateKey();
    crypto::writeKeyFile("server-key.pem", key);

    const auto csr = crypto::createCsr({.key = key, .altNames = names});
    const auto cert = crypto::signCsr({.csr = csr, .authority = ca, .altNames = names});
    fs::writeFileSync("server-cert.pem", cert);

    // Key, certificate and the CAs whose clients the server is to trust, in one file.
    crypto::writeKeyFile("server.pfx",
                         crypto::createPfx({.key = key, .cert = cert, .ca = ca.cert}));
  } catch (const Error& error) {
    std::cerr << error.what() << std::endl;
    return 1;
  }
  std::cout << "certificate made for";
  for (const auto& name : names) std::cout << ' ' << name;
  std::cout << std::endl;
}
