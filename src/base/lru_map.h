#pragma once
#include <cstddef>
#include <list>
#include <unordered_map>
#include <utility>

namespace securepair::base {

/// A map of bounded size, which forgets what was least recently used.
template <class Key, class Value>
class LruMap {
 public:
  explicit LruMap(std::size_t most) noexcept : most_(most) {}
  LruMap(const LruMap&) = delete;
  LruMap& operator=(const LruMap&) = delete;

  /// Replaces what is there.
  void put(const Key& key, Value value) {
    erase(key);
    entries_.emplace_front(key, std::move(value));
    byKey_[key] = entries_.begin();
    if (entries_.size() > most_) dropOldest();
  }
  /// Counts as a use. Null where there is none; valid until the map is changed.
  Value* find(const Key& key) {
    const auto found = byKey_.find(key);
    if (found == byKey_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, found->second);
    return &entries_.front().second;
  }
  void erase(const Key& key) {
    const auto found = byKey_.find(key);
    if (found == byKey_.end()) return;
    const auto entry = found->second;
    byKey_.erase(found);
    entries_.erase(entry);
  }

  std::size_t size() const noexcept { return byKey_.size(); }
  /// The least recently used; null where the map is empty.
  const Value* oldest() const noexcept {
    return entries_.empty() ? nullptr : &entries_.back().second;
  }
  void dropOldest() {
    byKey_.erase(entries_.back().first);
    entries_.pop_back();
  }

 private:
  using Entries = std::list<std::pair<const Key, Value>>;

  std::size_t most_;
  Entries entries_;  ///< the most recently used first
  std::unordered_map<Key, typename Entries::iterator> byKey_;
};

}  // namespace securepair::base
