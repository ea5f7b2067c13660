// What a pair does about sessions: it tells a client of those that were made, and a server's store.
#include <exception>
#include <memory>
#include <string>
#include <utility>

#include "base/host.h"
#include "base/later.h"
#include "pair/core.h"
#include "pair/pending_session.h"

namespace securepair::detail {
namespace {

Error storeThrew(const std::string& member, const std::string& what) {
  return Error({.code = "WARN_SESSION_STORE",
                .message = "`sessionStore` threw in " + member + "(): " + what,
                .fix = "let find() answer with an empty Buffer where it has no session"});
}

// A store that does not work costs time, but no connection.
template <class Call>
void ask(const std::string& member, Call call) {
  std::string what;
  try {
    return call();
  } catch (const std::exception& exception) {
    what = exception.what();
  } catch (...) {
    what = "something that is no std::exception";
  }
  // Later: whoever listens may do anything to the stream.
  base::later([warning = storeThrew(member, what)] { base::warn(warning); });
}

}  // namespace

// Called in each step, and after each read.
void PairCore::goOnAsClient() {
  if (renegotiation_ != nullptr && speaks()) goOnRenegotiating();
  tellSession();
}

// Who is told of the session may throw or pause, and who gets the data that came with it may end
// the stream: so that of the first data is told before anything is read.
void PairCore::tellSession() {
  if (!speaks() || !engine_.takeNewSession()) return;
  if (owner_ != nullptr) owner_->sessionMade(engine_);
  if (cleartext.events_.has(On::session)) {
    cleartext.events_.emit(On::session, cleartext.getSession());
  }
}

// False where the answer comes later, or the store has ended the connection.
bool PairCore::findSession() {
  if (std::exchange(sessionAsked_, true)) return false;
  const auto store = options_.sessionStore;
  ask("find", [&] {
    const auto pending = std::make_shared<PendingSession>(shared_from_this());
    store->find(Buffer(engine_.askedSession()),
                [pending](const Buffer& session) { pending->answer(session); });
  });
  return engine_.asks() == engine::Engine::Asks::nothing && state_ == State::handshaking;
}

void PairCore::answerSession(const Buffer& session) {
  if (state_ != State::handshaking || !sessionAsked_) return;
  engine_.answerSession(Data(session).bytes());
  cycle();
}

// Before it leaves: who has a session may be back with it at once.
void PairCore::storeSession() {
  if (!speaks()) return;
  const auto made = engine_.takeMadeSession();
  if (!made) return;
  const auto store = options_.sessionStore;
  ask("put", [&] { store->put(made->id, made->bytes, engine_.sessionsStoredFor()); });
}

void PairCore::dropUsedSession() {
  if (options_.sessionStore == nullptr) return;
  const auto store = options_.sessionStore;
  const Buffer id(engine_.askedSession());
  if (engine_.usedUpSession()) ask("remove", [&] { store->remove(id); });
}

}  // namespace securepair::detail
