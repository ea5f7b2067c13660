#include <chrono>

#include "fixture.h"

// What a client may send to a server, in any pieces.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace securepair;
  fuzz::Input input(data, size);
  const std::uint8_t flags = input.byte();
  static const auto protocols = std::make_shared<const engine::Protocols>(
      engine::Protocols{.alpn = "\2h2\x08http/1.1", .npn = "\6spdy/2"});
  engine::Settings settings{.isServer = true,
                            .requestCert = (flags & 1) != 0,
                            .rejectUnauthorized = (flags & 2) != 0,
                            .protocols = protocols,
                            .asksForContext = (flags & 4) != 0};
  if ((flags & 8) != 0) settings.sessionsStoredFor = std::chrono::hours(1);
  settings.asksForProtocol = settings.asksForStatus = (flags & 16) != 0;
  settings.usesPsk = (flags & 32) != 0;
  engine::Engine server(fuzz::context(), std::make_shared<const engine::Settings>(settings));
  if (settings.usesPsk) server.usePsk(fuzz::keyOf);
  fuzz::feed(server, input);
  server.peerCertificate();
  server.close();
  return 0;
}
