// How a pair ends: by a failure, by destroy(), by the end of its carrier or of its loop, or because
// the peer takes too long.
#include <utility>

#include "base/host.h"
#include "base/later.h"
#include "pair/core.h"

namespace securepair::detail {
namespace {

using std::chrono::milliseconds;

// How long a peer has to take our alert before its unread data turns the close into a reset.
constexpr milliseconds lingerTime{500};

}  // namespace

// Whatever listeners throw, all of these happen: the alert leaves, the error is told, all is
// closed.
void PairCore::fail(const Error& error) {
  if (state_ == State::over || state_ == State::closed) return;
  const auto keep = shared_from_this();
  const bool wasSecure = speaks();
  state_ = State::over;
  pending_.clear();
  silence_.reset();
  cleartext.markFailed();
  if (face_ != nullptr) face_->encrypted.markFailed();
  base::andThen(
      [this] {
        flush();
        if (isLoose()) face_->encrypted.deliverEnd();
      },
      [keep, error, wasSecure] {
        keep->linger();
        base::andThen([&] { keep->tellFailure(error, wasSecure); },
                      [keep] { keep->destroyStreams(); });
      });
}

void PairCore::tellFailure(const Error& error, bool wasSecure) {
  if (wasSecure) {
    cleartext.fail(error);
  } else if (owner_ != nullptr) {
    owner_->failedBeforeSecure(*this, error);
  } else if (face_ != nullptr && !face_->pair.error_.empty()) {
    face_->pair.error_.emit(error);
  } else {
    base::reportUnhandledError(error, base::Origin::other);
  }
}

// The alert is on its way. What the peer still sends is read and dropped until it has ended too:
// closing over unread data would reset the connection, and the peer might lose the alert.
void PairCore::linger() {
  if (carrier_ == nullptr) {
    return base::afterThisTurn([self = shared_from_this()] { self->closeStreams(); });
  }
  carrier_->end();
  if (carrier_ == nullptr) return;  // one of the user's own that ends at once
  carrier_->resume();
  startDeadline(lingerTime, &PairCore::lingeredEnough);
}

void PairCore::destroyAll() {
  if (state_ == State::over || state_ == State::closed) return;
  state_ = State::over;
  deadline_.reset();
  silence_.reset();
  pending_.clear();
  destroyStreams();
  if (carrier_ != nullptr) return carrier_->destroy();
  base::afterThisTurn([self = shared_from_this()] { self->closeStreams(); });
}

void PairCore::closeStreams() {
  if (state_ == State::closed) return;
  const auto keep = shared_from_this();
  letGo();
  destroyStreams();
  base::turn([this, &keep] {
    // One of them must not be kept from its `close` by what a listener of the other's throws.
    base::later([this, keep] { cleartext.closed(); });
    if (face_ != nullptr) face_->encrypted.closed();
  });
}

void PairCore::destroyStreams() {
  cleartext.destroy();
  if (face_ != nullptr) face_->encrypted.destroy();
}

void PairCore::abandon() noexcept {
  const auto keep = weak_from_this().lock();
  letGo();
  if (face_ != nullptr) face_->encrypted.abandon();
  cleartext.abandon();
}

void PairCore::letGo() noexcept {
  state_ = State::closed;
  self_.reset();
  carrier_.reset();
  deadline_.reset();
  silence_.reset();
  pending_.clear();
  engine_.dropIdentityCheck();
  cleartext.events_.clear();
  if (face_ != nullptr) {
    face_->pair.secure_.clear();
    face_->pair.error_.clear();
  }
  renegotiation_.reset();
  owner_.reset();
}

// A member to be called in a turn of its own: what happens then may end the timer that asked for
// it.
Listener<> PairCore::later(void (PairCore::*task)()) {
  return [weak = weak_from_this(), task] {
    base::later([weak, task] {
      if (const auto pair = weak.lock()) (*pair.*task)();
    });
  };
}

void PairCore::startDeadline(milliseconds time, void (PairCore::*whenOver)()) {
  deadline_.reset();
  if (time.count() > 0) deadline_ = std::make_unique<Deadline>(time, later(whenOver));
}

// From our end on, which the peer has to take and to answer.
void PairCore::awaitPeer() {
  if (options_.closeTimeout.count() <= 0) return;
  silence_ = std::make_unique<IdleTimer>(options_.closeTimeout, cleartext,
                                         later(&PairCore::peerStaysSilent));
}

void PairCore::handshakeTookTooLong() {
  if (state_ != State::idle && state_ != State::handshaking) return;
  fail(engine_.tookTooLong());
}

void PairCore::peerStaysSilent() {
  if (!speaks()) return;
  // It cannot be heard while this side does not read.
  const bool isHeld = cleartext.isPaused() || engine_.unread() > 0;
  if (isHeld && cleartext.bufferSize() == 0) return silence_->touch();
  fail(
      Error({.code = "ERR_TLS_CLOSE_TIMEOUT",
             .message = "the peer neither took nor sent anything after our end, nor ended its side",
             .expected = "progress or close_notify within `closeTimeout`",
             .fix = "destroy() the stream where the peer's answer is not of interest, or raise "
                    "`closeTimeout`"}));
}

void PairCore::lingeredEnough() {
  if (state_ != State::over || carrier_ == nullptr) return;
  deadline_.reset();
  carrier_->destroy();
}

}  // namespace securepair::detail
