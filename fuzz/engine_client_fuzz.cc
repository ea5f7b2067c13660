#include <optional>
#include <string_view>

#include "fixture.h"

// What a server may answer to a client, in any pieces.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace securepair;
  fuzz::Input input(data, size);
  const std::uint8_t flags = input.byte();
  const auto settings = std::make_shared<const engine::Settings>(
      engine::Settings{.rejectUnauthorized = (flags & 1) != 0,
                       .servername = "localhost",
                       .identity = "localhost",
                       .requestOCSP = (flags & 4) != 0,
                       .usesPsk = (flags & 8) != 0});
  tls::IdentityCheck check = nullptr;
  if ((flags & 2) != 0) {
    check = [](std::string_view, const tls::PeerCertificate& shown) {
      return shown.empty() ? std::optional(Error("NONE", "no certificate")) : std::nullopt;
    };
  }
  engine::Engine client(fuzz::context(), settings, check);
  if (settings->usesPsk) client.usePsk(fuzz::keyOf);
  client.handshake();
  if (client.hasOutput()) client.takeOutput();
  fuzz::feed(client, input);
  client.peerCertificate(true);
  client.stapledResponse();
  client.sharedSigalgs();
  client.ephemeralKey();
  client.lookAhead();
  client.dropInput();
  client.close();
  return 0;
}
