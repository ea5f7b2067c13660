#include "pair/pending_session.h"

#include <securepair/tls/session_store.h>

#include <utility>

#include "base/later.h"
#include "pair/core.h"

namespace securepair::detail {

PendingSession::~PendingSession() {
  const auto pair = pair_.lock();
  if (pair == nullptr) return;
  // Not here: this may be the middle of anything.
  base::later([pair] { pair->answerSession({}); });
}

void PendingSession::answer(const Buffer& session) {
  if (const auto pair = std::exchange(pair_, {}).lock()) pair->answerSession(session);
}

}  // namespace securepair::detail

namespace securepair::tls {

SessionStore::~SessionStore() = default;

}  // namespace securepair::tls
