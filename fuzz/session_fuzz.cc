#include "engine/session.h"
#include "fixture.h"

// A client's session, from a file that somebody else may have written.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace securepair;
  fuzz::Input input(data, size);
  const auto session = engine::Session::fromBytes(input.rest());
  if (!session) return 0;
  session->toBytes();
  engine::Engine client(fuzz::context(),
                        {.session = std::make_shared<const engine::Session>(session->copy())});
  client.handshake();
  return 0;
}
