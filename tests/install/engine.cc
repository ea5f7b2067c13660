// What links the engine library alone: a client pair that says its ClientHello without any loop.
#include <securepair/tls/secure_pair.h>
#include <securepair/version.h>

#include <iostream>
#include <string>
#include <string_view>

int main(int count, char** arguments) {
  if (count != 2 || std::string_view(arguments[1]) != SECUREPAIR_VERSION) {
    std::cerr << "the headers are of version " << SECUREPAIR_VERSION << '\n';
    return 1;
  }
  std::string wire;
  auto pair = securepair::tls::createSecurePair();
  pair->encrypted.onData([&](std::string_view bytes) { wire += bytes; });
  pair->start();
  std::cout << "the pair said " << wire.size() << " bytes\n";
  constexpr char handshakeRecord = 0x16;
  return !wire.empty() && wire.front() == handshakeRecord ? 0 : 1;
}
