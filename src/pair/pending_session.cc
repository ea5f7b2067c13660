#include "pair/pending_session.h"

#include <securepair/tls/session_store.h>

#include "pair/core.h"

namespace securepair::detail {

PendingSession::~PendingSession() {
  answerLater([](PairCore& pair) { pair.answerSession({}); });
}

void PendingSession::answer(const Buffer& session) {
  Pending::answer([session](PairCore& pair) { pair.answerSession(session); });
}

}  // namespace securepair::detail

namespace securepair::tls {

SessionStore::~SessionStore() = default;

}  // namespace securepair::tls
