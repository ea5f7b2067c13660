#include <cstring>
#include <string>

#include "engine/opening.h"
#include "engine/stranger.h"
#include "fixture.h"

namespace {

void require(bool holds) {
  if (!holds) __builtin_trap();
}

bool isPrintable(const std::string& text) {
  for (const char c : text) {
    if (c < 0x20 || c >= 0x7F) return false;
  }
  return true;
}

}  // namespace

// A peer's first bytes, in pieces: they are kept within bounds, how they are cut makes no
// difference, and what is said of them is short and can be printed.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace securepair;
  fuzz::Input input(data, size);
  const bool isClient = (input.byte() & 1U) != 0;
  const std::size_t step = 1U + input.byte();
  const BytesView all = input.rest();
  engine::Opening whole;
  whole.received(all);
  engine::Opening pieces;
  for (BytesView rest = all; !rest.empty(); rest = rest.subspan(std::min(step, rest.size()))) {
    pieces.received(rest.first(std::min(step, rest.size())));
  }
  const BytesView first = whole.notTls();
  require(first.size() <= 128 && whole.bytesReceived() == all.size());
  require(first.size() == pieces.notTls().size() &&
          (first.empty() || std::memcmp(first.data(), pieces.notTls().data(), first.size()) == 0));
  require(whole.helloVersion() == pieces.helloVersion());
  if (first.empty()) return 0;
  const engine::Stranger stranger = engine::strangerOf(first, isClient);
  require(!stranger.name.empty() && !stranger.said.empty() && !stranger.fix.empty());
  require(stranger.said.size() < 300 && isPrintable(stranger.said));
  return 0;
}
