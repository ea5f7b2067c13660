#pragma once
#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "engine/session.h"

namespace securepair::tls {

/// What a thread's clients remember: the newest sessions of each server, by host, port and the
/// policy that authorized it. A session of TLS 1.3 is given out once, so that nobody on the wire
/// can tell two connections for one client's. The least recently used is forgotten first.
class SessionCache {
 public:
  explicit SessionCache(std::size_t most) noexcept : most_(most) {}
  static SessionCache& ofThisThread();

  void put(const std::string& server, engine::Session session);
  std::optional<engine::Session> take(const std::string& server);
  std::size_t size() const noexcept { return byServer_.size(); }

 private:
  void forget(const std::string& server);

  using Entry = std::pair<std::string, engine::Session>;
  std::size_t most_;
  std::list<Entry> entries_;  ///< the most recently used first
  std::unordered_map<std::string, std::list<Entry>::iterator> byServer_;
};

}  // namespace securepair::tls
