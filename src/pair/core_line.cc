// A handshake costs a server a hundred times what a record does, and clients come in storms: a
// server's handshakes wait in line for their share of the loop's rounds, so that the connections
// that are open do not wait for all of them.
#include <limits>

#include "base/host.h"
#include "pair/core.h"

namespace securepair::detail {
namespace {

// A whole record with its header, and what small messages may lie before it.
constexpr std::size_t mostBeforeSecure = std::size_t{17} * 1024;

}  // namespace

void PairCore::shakeHandsInTurn() {
  base::Host* const loop = isServer() ? base::host() : nullptr;
  if (loop == nullptr) return shakeHands();
  if (inLine_) return;
  base::RoundShare& share = loop->handshakes();
  if (share.isOpen()) {
    loop->sendWritten();
    return share.spend([this] { shakeHands(); });
  }
  share.wait([weak = weak_from_this()] {
    const auto pair = weak.lock();
    if (pair == nullptr) return;
    pair->inLine_ = false;
    pair->cycle();
  });
  inLine_ = true;
}

// Nobody has shown yet who they are: what they send while they wait must not fill the memory.
std::size_t PairCore::mostAtOnce() const noexcept {
  return speaks() ? std::numeric_limits<std::size_t>::max() : mostBeforeSecure;
}

}  // namespace securepair::detail
