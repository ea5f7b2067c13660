#include "fixture.h"

// What a server may answer to a client, in any pieces.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace securepair;
  fuzz::Input input(data, size);
  const std::uint8_t flags = input.byte();
  engine::Engine client(
      fuzz::context(),
      {.rejectUnauthorized = (flags & 1) != 0, .servername = "localhost", .identity = "localhost"});
  client.handshake();
  if (client.hasOutput()) client.takeOutput();
  fuzz::feed(client, input);
  client.peerCertificate();
  client.close();
  return 0;
}
