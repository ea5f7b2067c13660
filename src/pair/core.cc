#include "pair/core.h"

#include <algorithm>
#include <new>
#include <utility>

#include "base/host.h"
#include "base/later.h"
#include "base/while.h"

namespace securepair::detail {
namespace {

using base::While;
using engine::Engine;

// More than a loop's inbound buffer, so that an echo never stops itself.
constexpr std::size_t mostWrittenInATurn = std::size_t{1024} * 1024;

// As many full records as an output chunk has room for: read whole, they leave an echo as full as
// they came.
constexpr std::size_t mostRead = base::Chunk::records * 16384;
static_assert(mostRead <= base::Chunk::capacity);

Error carrierGone() {
  return Error({.code = "ERR_STREAM_DESTROYED",
                .message = "the stream to be secured has been destroyed already",
                .expected = "an open stream",
                .fix = "secure it before it is destroyed, and look at its own `error`"});
}

// Of a connection that was open: one that could not be made has been explained already.
bool isLoss(const Error& error) { return error.code() == "ECONNRESET" || error.code() == "EPIPE"; }

}  // namespace

std::shared_ptr<PairCore> PairCore::create(std::shared_ptr<const crypto::Context> context,
                                           std::shared_ptr<const PairOptions> options,
                                           const tls::IdentityCheck& check) {
  auto pair = std::make_shared<PairCore>(std::move(context), options, check);
  pair->startDeadline(options->handshakeTimeout, &PairCore::handshakeTookTooLong);
  if (!options->engine.isServer) {
    base::later([weak = std::weak_ptr(pair)] {
      if (const auto client = weak.lock()) client->begin();
    });
  }
  return pair;
}

PairCore::PairCore(std::shared_ptr<const crypto::Context> context,
                   const std::shared_ptr<const PairOptions>& options,
                   const tls::IdentityCheck& check)
    : Resource(base::host()),
      cleartext(*this),
      options_(*options),
      engine_(std::move(context),
              std::shared_ptr<const engine::Settings>(options, &options->engine), check),
      state_(isServer() ? State::handshaking : State::idle) {
  prepareHandshake();
}

PairCore::~PairCore() = default;

void PairCore::attachTo(std::shared_ptr<Stream> carrier, std::shared_ptr<PairOwner> owner,
                        BytesView head) {
  auto self = shared_from_this();
  if (!carrier->destroyed()) carrier->attach(self);
  self_ = std::move(self);
  attached_ = true;
  owner_ = std::move(owner);
  if (!isServer()) cleartext.setOwnConnection();
  if (carrier->destroyed()) {
    return base::later([self = self_] { self->fail(carrierGone()); });
  }
  carrier_ = std::move(carrier);
  if (!head.empty()) receiveHead(head);
  carrier_->resume();
  if (!carrier_->readable()) {
    base::later([self = self_] { self->receiveEnd(); });
  }
}

// Comes before all that the carrier still brings, but not before the caller has added listeners.
void PairCore::receiveHead(BytesView head) {
  engine_.feed(head);
  engine_.keepInput();
  base::later([self = self_] { self->cycle(); });
}

net::Address PairCore::remoteOrNone() const {
  const auto remote = carrier_ ? carrier_->remote() : std::nullopt;
  return remote.value_or(net::Address());
}

void PairCore::failCleartext(const Error& error) { cleartext.fail(error); }

// The pump. A call from within, by a listener, leaves a note and returns.
void PairCore::cycle() {
  if (cycle_ != Cycle::none) {
    cycle_ = Cycle::runningAgain;
    return;
  }
  const auto keep = shared_from_this();
  base::turn([this, &keep] {
    try {
      do {
        cycle_ = Cycle::running;
        step();
      } while (cycle_ == Cycle::runningAgain);
    } catch (const std::bad_alloc&) {
      cycle_ = Cycle::none;
      // What could not be taken or handed on would be a hole in the data.
      destroyAll();
      throw;
    } catch (...) {
      cycle_ = Cycle::none;
      engine_.keepInput();
      base::later([keep] { keep->cycle(); });
      throw;
    }
    cycle_ = Cycle::none;
    engine_.keepInput();
  });
}

void PairCore::step() {
  if (state_ == State::handshaking) shakeHandsInTurn();
  if (speaks()) {
    const While reading(reading_);
    readCleartext();
  }
  if (!isServer()) goOnAsClient();
  if (state_ == State::open) sendCleartext();
  flush();
  matchCarrier();
}

void PairCore::readCleartext() {
  while (speaks() && cleartext.readable() && !cleartext.isPaused() && engine_.readable()) {
    if (looksAhead_) {
      engine_.lookAhead();
      tellIfAccepted();
      tellSession();
      if (!speaks() || cleartext.isPaused()) return;
    }
    const base::Chunk chunk = base::Chunk::borrow();
    const auto [bytes, want] = engine_.read(chunk.span().first(mostRead));
    tellKeys();
    if (bytes > 0) looksAhead_ = false;
    if (bytes > 0 && speaks() && mayPassUnread()) cleartext.deliver(chunk.span().first(bytes));
    if (!isServer()) goOnAsClient();  // the end may come with it, after which nothing is told
    if (!speaks()) return;
    switch (want) {
      case Engine::Want::nothing:
        break;
      case Engine::Want::output:
        flush();
        if (engine_.hasOutput()) return;
        break;
      case Engine::Want::input:
      case Engine::Want::suspended:
        return;
      case Engine::Want::closed:
        return cleartext.deliverEnd();
      case Engine::Want::failed:
        return fail(*engine_.failure());
    }
  }
}

bool PairCore::writeCleartext(BytesView bytes) {
  if (reading_) {
    takeCleartext(bytes);  // an answer to what is being read; the step that reads it sends this too
  } else {
    base::turn([&] {
      base::andThen([&] { takeCleartext(bytes); }, [this, keep = shared_from_this()] { cycle(); });
    });
  }
  return !carrierFull_ && pending_.size() < Stream::highWaterMark &&
         encryptedThisTurn_ < mostWrittenInATurn;
}

// Encrypts from the caller's memory; what cannot leave now is copied.
void PairCore::takeCleartext(BytesView bytes) {
  if (encrypting_ || trustUnread_ || !pending_.empty()) return pending_.append(bytes);
  try {
    encryptFrom(bytes);
  } catch (...) {
    pending_.prepend(bytes);
    throw;
  }
  // What listeners wrote while this write was being sent comes after it.
  if (!bytes.empty()) pending_.prepend(bytes);
}

void PairCore::encryptFrom(BytesView& bytes) {
  const While encrypting(encrypting_);
  while (!bytes.empty() && mayEncrypt()) {
    const auto [count, want] = engine_.write(bytes);
    bytes = bytes.subspan(count);
    encryptedThisTurn_ += static_cast<std::uint32_t>(count);
    if (want == Engine::Want::output) {
      flush();
    } else if (want != Engine::Want::nothing) {
      return;  // the cycle that follows meets it again
    }
  }
}

void PairCore::sendCleartext() {
  if (encrypting_ || (!pending_.empty() && !mayPassUnread())) return;
  while (!pending_.empty() && mayEncrypt()) {
    const auto [bytes, want] = engine_.write(pending_.front());
    pending_.pop(bytes);
    encryptedThisTurn_ += static_cast<std::uint32_t>(bytes);
    if (want == Engine::Want::failed) return fail(*engine_.failure());
    if (want == Engine::Want::output) flush();
    if (want == Engine::Want::input) return;
  }
  if (!pending_.empty() || state_ != State::open) return;
  if (endAsked_) {
    sayClose();
  } else if (mayEncrypt() && cleartext.needsDrain()) {
    cleartext.drained();
  }
}

bool PairCore::mayEncrypt() {
  if (state_ != State::open || carrierFull_ || delivering_ || holdsBack_) return false;
  if (turn_ != base::turnNumber()) {
    turn_ = base::turnNumber();
    encryptedThisTurn_ = 0;
  }
  if (encryptedThisTurn_ < mostWrittenInATurn) return true;
  if (!std::exchange(resumeAsked_, true)) {
    base::later([self = shared_from_this()] {
      self->resumeAsked_ = false;
      self->cycle();
    });
  }
  return false;
}

void PairCore::endCleartext() {
  endAsked_ = true;
  if (speaks()) awaitPeer();
  cycle();
}

void PairCore::sayClose() {
  Engine::Want want = engine_.close();
  while (want == Engine::Want::output) {
    flush();
    if (engine_.hasOutput() || state_ != State::open) return;
    want = engine_.close();
  }
  if (want == Engine::Want::failed) return fail(*engine_.failure());
  if (want == Engine::Want::nothing) state_ = State::ending;
}

void PairCore::cleartextPausedChanged() {
  if (silence_ != nullptr) silence_->touch();
  cycle();
}

bool PairCore::receive(BytesView bytes) {
  if (state_ == State::over || state_ == State::closed || !cleartext.readable()) return true;
  cleartext.touch();  // a part of a record is a sign of life too
  if (silence_ != nullptr) silence_->touch();
  if (state_ == State::idle) state_ = State::handshaking;
  if (cycle_ == Cycle::none) {
    engine_.feed(bytes);
    cycle();
  } else {
    engine_.keepInput();
    engine_.feed(bytes);
    engine_.keepInput();
    cycle_ = Cycle::runningAgain;
  }
  return engine_.unread() == 0;
}

void PairCore::receiveEnd() {
  if (cleartext.lingers()) return cleartext.destroy();
  engine_.feedEnd();
  if (state_ == State::idle) state_ = State::handshaking;
  cycle();
}

void PairCore::encryptedPausedChanged() {
  if (face_->encrypted.isPaused()) return;
  carrierFull_ = false;
  cycle();
}

void PairCore::encryptedHasListener() {
  // With a loop, listeners that are added after this one are in place before the first byte leaves.
  if (base::host() == nullptr) {
    begin();
    return cycle();
  }
  base::later([self = shared_from_this()] { self->cycle(); });
}

// Sends what OpenSSL has written. A call from within, by a listener, returns: what it has to send
// comes after what is under way.
void PairCore::flush() {
  if (delivering_) return;
  if (options_.sessionStore != nullptr) storeSession();
  if (engine_.hasOutput()) sendOutput();
  if (state_ == State::ending && !engine_.hasOutput()) endCarrier();
}

// To the carrier, or to whoever listens to `encrypted`.
void PairCore::sendOutput() {
  const While delivering(delivering_);
  if (isLoose()) {
    auto& encrypted = face_->encrypted;
    carrierFull_ = encrypted.isPaused() || !encrypted.hasDataListener();
    if (carrierFull_) return;
    const auto output = engine_.takeOutput();
    encrypted.deliver(output.bytes);
    carrierFull_ = encrypted.isPaused();
  } else if (!carrierFull_ || state_ == State::over) {
    const auto output = engine_.takeOutput();
    // After the end nothing can be sent; OpenSSL's late answers are of no use to anyone.
    const bool open = carrier_ != nullptr && carrier_->writable();
    const bool isFull = open && !carrier_->write(Data(output.bytes));
    carrierFull_ = isFull && carrier_ != nullptr;  // it may have closed within the call
  } else {
    return;
  }
  cleartext.touch();
}

void PairCore::endCarrier() {
  if (carrier_ != nullptr) return carrier_->end();  // its end is told by carrierFinished()
  if (isLoose()) {
    carrierFull_ = face_->encrypted.isPaused();
    if (carrierFull_) return;
    face_->encrypted.deliverEnd();
  }
  cleartext.finished();
}

// Whether the carrier reads is compared with what is wanted, whatever listeners did meanwhile.
void PairCore::matchCarrier() {
  const bool reads = speaks() && cleartext.readable();
  const bool behind = (reads || state_ == State::handshaking) && engine_.unread() > 0;
  const bool held = behind || (reads && cleartext.isPaused());
  if (isLoose()) {
    if (!held) face_->encrypted.drained();
  } else if (carrier_ == nullptr) {
    return;
  } else if (held) {
    carrier_->pause();
  } else {
    carrier_->resume();
  }
}

void PairCore::carrierDrained() {
  carrierFull_ = false;
  if (silence_ != nullptr) silence_->touch();
  cycle();
}

void PairCore::carrierFinished() {
  if (state_ != State::ending) return;
  // The peer's time to answer begins when all has left.
  if (silence_ != nullptr) silence_->touch();
  base::andThen([this] { cleartext.finished(); }, [this, keep = shared_from_this()] { cycle(); });
}

void PairCore::carrierFailed(const Error& error) {
  if (speaks()) engine_.dropInput();
  if (engine_.failure()) return fail(*engine_.failure());
  fail(state_ == State::handshaking && isLoss(error) ? engine_.lost(error) : error);
}

void PairCore::carrierClosed() {
  const auto keep = shared_from_this();
  carrier_.reset();
  silence_.reset();
  carrierFull_ = false;
  // A reader that has paused still gets what had arrived, and then the end.
  const bool reads = speaks() && cleartext.readable();
  if (reads && cleartext.isPaused()) return engine_.feedEnd();
  // A failure has ended it, and is about to be told.
  if (state_ == State::over && !cleartext.destroyed()) {
    return base::afterThisTurn([keep] { keep->closeStreams(); });
  }
  // So does everybody whose carrier did all of this within a call of the cycle's.
  const bool hasMore = reads ? engine_.readable() : state_ == State::handshaking;
  if (cycle_ == Cycle::none || !hasMore) return closeStreams();
  engine_.feedEnd();
  cycle_ = Cycle::runningAgain;
}

}  // namespace securepair::detail
