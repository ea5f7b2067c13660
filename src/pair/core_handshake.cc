// A pair from its first byte to the moment when both sides are known.
#include <limits>

#include "base/host.h"
#include "base/while.h"
#include "pair/core.h"

namespace securepair::detail {
namespace {

using engine::Engine;

// A whole record with its header, and what small messages may lie before it.
constexpr std::size_t mostBeforeSecure = std::size_t{17} * 1024;

}  // namespace

void PairCore::carrierConnected() {
  if (!cleartext.destroyed()) cleartext.events_.emit(On::connect);
}

void PairCore::begin() {
  if (state_ != State::idle) return;
  state_ = State::handshaking;
  cycle();
}

// A handshake costs a server a hundred times what a record does, and clients come in storms: a
// server's handshakes wait in line for their share of the loop's rounds, so that the connections
// that are open do not wait for all of them.
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

void PairCore::shakeHands() {
  Engine::Want want = engine_.handshake();
  while (want == Engine::Want::output || want == Engine::Want::suspended) {
    if (want == Engine::Want::suspended) {
      if (engine_.inputEnded()) return fail(engine_.hungUp());
      if (!answerHello()) return;
    } else {
      flush();
      if (engine_.hasOutput() || state_ != State::handshaking) return;
    }
    want = engine_.handshake();
  }
  tellKeys();
  if (want == Engine::Want::input || state_ != State::handshaking) return;
  if (want == Engine::Want::failed) return fail(*engine_.failure());
  if (want == Engine::Want::closed) return fail(engine_.hungUp());

  state_ = State::open;
  deadline_.reset();
  if (endAsked_) awaitPeer();
  dropUsedSession();
  engine_.forgetBeginning();
  if (!speaks()) return;
  announce();
  tellIfAccepted();
}

// What a client has written, or writes now, leaves when all have heard of it: one of them may find
// that the server is not the one that was meant.
void PairCore::announce() {
  acceptanceOpen_ = looksAhead_ = !isServer();
  trustUnread_ = !isServer() && !engine_.authorized();
  const base::While holdingBack(holdsBack_);
  if (owner_ != nullptr) {
    owner_->secured(*this);
  } else if (face_ != nullptr) {
    face_->pair.secure_.emit();
  }
}

void PairCore::announceToClient() { cleartext.events_.emit(On::secureConnect); }

}  // namespace securepair::detail
