#include "tls/session_cache.h"

#include <utility>

namespace securepair::tls {

SessionCache& SessionCache::ofThisThread() {
  constexpr std::size_t most = 128;
  thread_local SessionCache cache(most);
  return cache;
}

void SessionCache::put(const std::string& server, engine::Session session) {
  sessions_.put(server, std::move(session));
}

std::optional<engine::Session> SessionCache::take(const std::string& server) {
  const engine::Session* const found = sessions_.find(server);
  if (found == nullptr) return std::nullopt;
  engine::Session session = found->copy();
  if (session.isForOneUse()) sessions_.erase(server);
  return session;
}

}  // namespace securepair::tls
