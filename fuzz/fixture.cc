#include "fixture.h"

#include <algorithm>
#include <array>

namespace securepair::fuzz {

const char* const key =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgVfoiv6IL553nwFhj\n"
    "TeEFKUHoY6fmjXPmRWnKVNL3V2+hRANCAAT2TyqYgQlkgbioHsatLupKZBcKknYB\n"
    "rfdqADykSAKX8K8AKT+ig0hnGRjO4qdu4dow0VzcG1kQYjHIouT/U9kx\n"
    "-----END PRIVATE KEY-----\n";

const char* const cert =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBljCCATugAwIBAgIUI08NZiyui3qka14OGLIRCrptNe8wCgYIKoZIzj0EAwIw\n"
    "FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNDAxMjE0MFoYDzIxMjYxMDMx\n"
    "MDEyMTQwWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO\n"
    "PQMBBwNCAAT2TyqYgQlkgbioHsatLupKZBcKknYBrfdqADykSAKX8K8AKT+ig0hn\n"
    "GRjO4qdu4dow0VzcG1kQYjHIouT/U9kxo2kwZzAdBgNVHQ4EFgQUm6I++s0NWvdp\n"
    "V1b8i0++bWgEvfYwHwYDVR0jBBgwFoAUm6I++s0NWvdpV1b8i0++bWgEvfYwDwYD\n"
    "VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZIzj0EAwID\n"
    "SQAwRgIhAN3rQz48ZohIWi9iK3aOhwt5MVs5mLE2+0CXpJidz/NIAiEA06olsC7Q\n"
    "DuS3x4mr9Al+Uqsw+/DXGRkXECUWSfNBiIM=\n"
    "-----END CERTIFICATE-----\n";

std::shared_ptr<const crypto::Context> context() {
  static const auto all =
      crypto::buildContext({.key = key, .cert = cert, .ca = cert}, crypto::Use::any);
  return all;
}

std::uint8_t Input::byte() {
  if (rest_.empty()) return 0;
  const std::uint8_t first = rest_.front();
  rest_ = rest_.subspan(1);
  return first;
}

BytesView Input::bytes(std::size_t atMost) {
  const auto some = rest_.first(std::min(atMost, rest_.size()));
  rest_ = rest_.subspan(some.size());
  return std::as_bytes(some);
}

void feed(engine::Engine& engine, Input& input) {
  using Want = engine::Engine::Want;
  const std::size_t piece = std::size_t{1} + input.byte() * std::size_t{8};
  const bool keep = (input.byte() & 1) != 0;
  std::array<std::byte, 4096> into;
  for (;;) {
    if (input.empty()) {
      engine.feedEnd();
    } else {
      engine.feed(input.bytes(piece));
    }
    Want want = Want::nothing;
    do {
      want = engine.secure() ? engine.read(into).want : engine.handshake();
      if (engine.hasOutput()) engine.takeOutput();
      if (keep) engine.keepInput();
      if (want == Want::suspended) {
        engine.resume({});
        const auto offered = engine.offeredProtocols();
        engine.answerProtocol(offered.empty() ? "" : offered.front());
        engine.ocspRequest();
        engine.answerStatus(Buffer("a response"));
        engine.answerSession({});
      }
    } while (want == Want::nothing || want == Want::output || want == Want::suspended);
    if (want == Want::failed || want == Want::closed) return;
    engine.keepInput();
  }
}

std::optional<tls::PskIdentity> keyOf(const std::string& name) {
  return tls::PskIdentity{.identity = "me", .psk = Buffer(name + "0123456789abcdef")};
}

}  // namespace securepair::fuzz
