#include "tls/session_cache.h"

namespace securepair::tls {

SessionCache& SessionCache::ofThisThread() {
  constexpr std::size_t most = 128;
  thread_local SessionCache cache(most);
  return cache;
}

void SessionCache::put(const std::string& server, engine::Session session) {
  forget(server);
  entries_.emplace_front(server, std::move(session));
  byServer_[server] = entries_.begin();
  if (entries_.size() > most_) forget(std::string(entries_.back().first));
}

std::optional<engine::Session> SessionCache::take(const std::string& server) {
  const auto found = byServer_.find(server);
  if (found == byServer_.end()) return std::nullopt;
  entries_.splice(entries_.begin(), entries_, found->second);
  engine::Session session = entries_.front().second.copy();
  if (session.isForOneUse()) forget(server);
  return session;
}

void SessionCache::forget(const std::string& server) {
  const auto found = byServer_.find(server);
  if (found == byServer_.end()) return;
  entries_.erase(found->second);
  byServer_.erase(found);
}

}  // namespace securepair::tls
