#pragma once
#include <securepair/signal.h>

#include <chrono>
#include <deque>
#include <utility>

namespace securepair::base {

/// Work that is costly and comes in storms gets a share of the time of each round of the loop. What
/// finds the share used up waits in line for later rounds, and all else goes on in between.
class RoundShare {
 public:
  using Clock = std::chrono::steady_clock;

  /// Work that is under way is not broken off: a round may take as much longer as its last piece.
  explicit RoundShare(Clock::duration share) noexcept : share_(share) {}
  RoundShare(const RoundShare&) = delete;
  RoundShare& operator=(const RoundShare&) = delete;

  /// Whether work may begin at once: something is left of this round's share, and nobody waits.
  bool isOpen() const noexcept { return hasTime() && (serving_ || waiting_.empty()); }
  /// Does the work, whose time counts, also where it throws.
  template <class Work>
  void spend(Work&& work) {
    const Count count(spent_);
    std::forward<Work>(work)();
  }
  /// Calls `task` in its turn, never from within. isOpen() holds then.
  void wait(Listener<> task);
  /// The loop begins another round.
  void nextRound() noexcept { spent_ = {}; }

 private:
  class Count {
   public:
    explicit Count(Clock::duration& spent) noexcept : spent_(spent) {}
    Count(const Count&) = delete;
    Count& operator=(const Count&) = delete;
    ~Count() { spent_ += Clock::now() - begin_; }

   private:
    Clock::duration& spent_;
    Clock::time_point begin_ = Clock::now();
  };

  bool hasTime() const noexcept { return spent_ < share_; }
  void post();
  void serve();
  void serveWaiting();

  Clock::duration share_;
  Clock::duration spent_{};
  std::deque<Listener<>> waiting_;
  bool posted_ = false;
  bool serving_ = false;
};

}  // namespace securepair::base
