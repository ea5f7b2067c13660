// A client asks its server for a renegotiation. What it writes waits meanwhile: OpenSSL would read
// on when it is to write, and fail on data that the server has sent before it saw the question.
#include <memory>
#include <string>
#include <utility>

#include "pair/core.h"

namespace securepair::detail {
namespace {

using engine::Engine;

Error cannotNow(const std::string& why, const std::string& fix) {
  return Error({.code = "ERR_TLS_INVALID_STATE", .message = "renegotiate(): " + why, .fix = fix});
}

Error hasNone() {
  return Error({.code = "ERR_TLS_NO_RENEGOTIATION",
                .message = "renegotiate(): TLS 1.3 has no renegotiation",
                .expected = "a connection of TLS 1.2",
                .got = "one of TLS 1.3",
                .fix = "set `maxVersion` to TLSv1.2, or make a new connection in its place"});
}

Error isByKey() {
  return Error({.code = "ERR_TLS_NO_RENEGOTIATION",
                .message = "renegotiate(): the server is known by a key, and a new handshake might "
                           "bring another",
                .expected = "a connection to a server with a certificate",
                .got = "one by `pskCallback`",
                .fix = "make a new connection in its place"});
}

Error endedInstead() {
  return Error({.code = "ECONNRESET",
                .message = "the server has ended the connection in place of a renegotiation",
                .expected = "a handshake, or a refusal",
                .got = "close_notify",
                .fix = "make a new connection in place of a renegotiation"});
}

Error unanswered() {
  return Error(
      {.code = "ERR_TLS_HANDSHAKE_TIMEOUT",
       .message = "the server has not renegotiated in time",
       .expected = "a whole handshake within `handshakeTimeout`",
       .fix = "make a new connection in place of a renegotiation: servers may ignore one"});
}

}  // namespace

void PairCore::renegotiate(Listener<> done) {
  if (state_ == State::over || state_ == State::closed) return;
  if (isServer()) throw cannotNow("a server cannot ask for one", "have the client ask");
  if (!speaks()) throw cannotNow("the TLS handshake is not done", "call it in `secureConnect`");
  if (endAsked_ || !cleartext.readable()) {
    throw cannotNow("the connection is about to end", "call it before end() and `end`");
  }
  if (renegotiation_ != nullptr) {
    throw cannotNow("one is under way", "wait until `done` is called");
  }
  if (engine_.protocol() == "TLSv1.3") throw hasNone();
  if (engine_.byPsk()) throw isByKey();
  renegotiation_ = std::make_unique<Listener<>>(std::move(done));
  startDeadline(options_.handshakeTimeout, &PairCore::renegotiationTookTooLong);
  cycle();
}

void PairCore::goOnRenegotiating() {
  holdsBack_ = true;
  Engine::Want want = engine_.renegotiate();
  while (want == Engine::Want::output) {
    flush();
    if (engine_.hasOutput() || !speaks()) return;
    want = engine_.renegotiate();
  }
  if (want == Engine::Want::failed) return fail(*engine_.failure());
  if (want == Engine::Want::closed) return fail(endedInstead());
  if (want != Engine::Want::nothing) return;
  holdsBack_ = false;
  deadline_.reset();
  const auto done = std::exchange(renegotiation_, nullptr);
  if (*done) (*done)();
}

void PairCore::renegotiationTookTooLong() {
  if (renegotiation_ != nullptr && speaks()) fail(unanswered());
}

}  // namespace securepair::detail
