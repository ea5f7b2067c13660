#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "cli/load/load.h"

namespace securepair::load {

/// A load that is shared by several threads.
class Team {
 public:
  /// `secured` is called on each of the threads.
  Team(const Order& order, int threads, std::function<void(tls::CleartextStream&)> secured);
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;
  ~Team();

  /// Calls `watch` several times a second, on a thread of its own, with all that was seen so far.
  /// Throws what comes out of one of the loads.
  Outcome run(const std::function<void(const Outcome&)>& watch);
  /// Ends it soon, before its time. Any thread may call this.
  void stop() noexcept { stopAsked_ = true; }

 private:
  struct Member;

  void work(Member& member);
  void tell(Member& member, const Outcome& seen);
  Outcome sum();

  std::function<void(tls::CleartextStream&)> secured_;
  std::vector<std::unique_ptr<Member>> members_;
  std::atomic<bool> stopAsked_ = false;
  std::mutex mutex_;  ///< of what the members have seen
};

}  // namespace securepair::load
