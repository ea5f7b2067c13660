#include <string>
#include <string_view>

#include "crypto/protocol_list.h"
#include "engine/offered_session.h"
#include "engine/server_name.h"
#include "engine/sni_contexts.h"
#include "fixture.h"

namespace {

// A walk over a list ends, and stays within it.
void walk(std::string_view wire) {
  std::string_view rest = wire;
  std::size_t read = 0;
  while (const auto name = securepair::crypto::nextProtocol(rest)) read += 1 + name->size();
  if (read + rest.size() != wire.size()) __builtin_trap();
}

}  // namespace

// What a client's hello says of names: the server's by SNI, protocols by ALPN and NPN, a session's
// id.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace securepair;
  static const engine::SniContexts contexts = [] {
    engine::SniContexts made;
    made.add("www.example.org", {.context = fuzz::context()});
    made.add("*.example.org", {.context = fuzz::context()});
    return made;
  }();
  fuzz::Input input(data, size);
  const auto ours = input.bytes(input.byte());
  const std::string own(reinterpret_cast<const char*>(ours.data()), ours.size());
  const BytesView theirs = input.rest();
  const std::string_view offered(reinterpret_cast<const char*>(theirs.data()), theirs.size());
  walk(offered);
  const std::string_view shared = crypto::sharedProtocol(own, offered);
  if (!shared.empty() && !crypto::hasProtocol(offered, shared)) __builtin_trap();
  contexts.find(engine::serverNameIn(theirs));
  contexts.find(offered);
  if (engine::firstIdentityIn(theirs).size() > theirs.size()) __builtin_trap();
  engine::hasTls13(theirs);
  try {
    const std::string wire = crypto::wireOf(Buffer(theirs), "ALPNProtocols");
    if (wire != offered) __builtin_trap();
  } catch (const Error&) {
    // Not in the wire format.
  }
  return 0;
}
