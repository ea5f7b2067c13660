#include "fixture.h"

// What a client may send to a server, in any pieces.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace securepair;
  fuzz::Input input(data, size);
  const std::uint8_t flags = input.byte();
  engine::Engine server(
      fuzz::context(),
      {.isServer = true, .requestCert = (flags & 1) != 0, .rejectUnauthorized = (flags & 2) != 0});
  fuzz::feed(server, input);
  server.peerCertificate();
  server.close();
  return 0;
}
