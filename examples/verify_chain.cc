// Judges certificates without a connection, as a handshake would:
// verify_chain CA.PEM NAME CHAIN.PEM... says of each chain whether it is NAME's.
#include <securepair/securepair.h>

#include <iostream>
using namespace securepair;

int main(int argc, char** argv) {
  if (argc < 4) {
    std::cerr << "usage: verify_chain CA.PEM NAME CHAIN.PEM..." << std::endl;
    return 2;
  }
  // The authorities are read once, for however many chains.
  const auto trusted = crypto::createCredentials({.ca = fs::readFileSync(argv[1])}).context;
  bool all = true;
  for (int i = 3; i < argc; ++i) {
    const tls::Verdict verdict = tls::verifyPeer(fs::readFileSync(argv[i]),
                                                 {.servername = argv[2], .secureContext = trusted});
    all = all && verdict.authorized;
    std::cout << argv[i] << ": ";
    if (verdict.authorized) {
      std::cout << "authorized, until " << verdict.certificate.valid_to << std::endl;
    } else {
      std::cout << verdict.failure->what() << std::endl;
    }
  }
  return all ? 0 : 1;
}
