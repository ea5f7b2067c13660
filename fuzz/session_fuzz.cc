#include "engine/session.h"
#include "fixture.h"

// A session, from a file or a store that somebody else may have written to.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace securepair;
  fuzz::Input input(data, size);
  const BytesView stored(reinterpret_cast<const std::byte*>(data), size);
  if (const auto own = engine::storedSession(stored, "")) engine::storedBytes(own.get());
  const auto session = engine::Session::fromBytes(input.rest());
  if (!session) return 0;
  session->toBytes();
  const auto settings = std::make_shared<const engine::Settings>(
      engine::Settings{.session = std::make_shared<const engine::Session>(session->copy())});
  engine::Engine client(fuzz::context(), settings);
  client.handshake();
  return 0;
}
