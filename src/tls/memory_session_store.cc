#include <securepair/tls/session_store.h>

#include <mutex>
#include <string>

#include "base/lru_map.h"

namespace securepair::tls {
namespace {

using Clock = std::chrono::steady_clock;

struct Stored {
  Buffer session;
  Clock::time_point end;
};

}  // namespace

struct MemorySessionStore::State {
  explicit State(std::size_t most) : sessions(most) {}

  mutable std::mutex mutex;
  base::LruMap<std::string, Stored> sessions;
};

MemorySessionStore::MemorySessionStore(std::size_t mostSessions)
    : state_(std::make_unique<State>(mostSessions)) {}

MemorySessionStore::~MemorySessionStore() = default;

void MemorySessionStore::put(const Buffer& id, const Buffer& session,
                             std::chrono::seconds lifetime) {
  const Clock::time_point now = Clock::now();
  const std::lock_guard lock(state_->mutex);
  auto& sessions = state_->sessions;
  while (sessions.oldest() != nullptr && sessions.oldest()->end <= now) sessions.dropOldest();
  sessions.put(id.toString(), {.session = session, .end = now + lifetime});
}

void MemorySessionStore::find(const Buffer& id, SessionAnswer answer) {
  Buffer session;
  {
    const std::lock_guard lock(state_->mutex);
    const Stored* const found = state_->sessions.find(id.toString());
    if (found != nullptr && found->end > Clock::now()) session = found->session;
  }
  // Without the lock: the handshake goes on in there.
  answer(session);
}

void MemorySessionStore::remove(const Buffer& id) {
  const std::lock_guard lock(state_->mutex);
  state_->sessions.erase(id.toString());
}

std::size_t MemorySessionStore::size() const {
  const std::lock_guard lock(state_->mutex);
  return state_->sessions.size();
}

}  // namespace securepair::tls
