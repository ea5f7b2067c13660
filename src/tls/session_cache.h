#pragma once
#include <cstddef>
#include <optional>
#include <string>

#include "base/lru_map.h"
#include "engine/session.h"

namespace securepair::tls {

/// A client's sessions of each server, by host, port and the policy that authorized it. A session
/// of TLS 1.3 is given out once, so that nobody on the wire can tell two connections for one
/// client's. The least recently used is forgotten first.
class SessionCache {
 public:
  explicit SessionCache(std::size_t most) noexcept : sessions_(most) {}
  static SessionCache& ofThisThread();

  void put(const std::string& server, engine::Session session);
  std::optional<engine::Session> take(const std::string& server);
  std::size_t size() const noexcept { return sessions_.size(); }

 private:
  base::LruMap<std::string, engine::Session> sessions_;
};

}  // namespace securepair::tls
