#pragma once
#include <securepair/signal.h>

#include <cstdint>
#include <utility>

#include "base/thread_local.h"

namespace securepair::base {

/// Calls `task` when the turn that is under way has ended: not from within the caller, so that
/// neither sees the other half done. Tasks run in order; one posted by a task waits for the next
/// turn, so that a thread which posts for ever still returns to its loop.
void later(Listener<> task);

/// The same, but at the end of this turn where the thread has no loop, which would bring another:
/// of the call, where no turn is under way.
void afterThisTurn(Listener<> task);

/// Runs what has been posted so far; on a thread without a loop, also what is posted thereby. What
/// a task throws comes out; the rest is kept for the next turn.
void runLater();

/// Drops what has been posted, and what is posted thereby: the loop has ended.
void dropLater() noexcept;

/// Wakes the host where tasks are left over: after a turn that ended in an exception.
void wakeIfPosted();

namespace detail {

// Of a thread; looked at several times in each wake.
struct Turns {
  std::uint64_t number = 0;
  bool inTurn = false;
  bool hasTasks = false;
};
SECUREPAIR_THREAD_LOCAL inline Turns turns;

struct TurnGuard {
  TurnGuard() noexcept : outermost(!std::exchange(turns.inTurn, true)) {
    if (outermost) ++turns.number;
  }
  TurnGuard(const TurnGuard&) = delete;
  TurnGuard& operator=(const TurnGuard&) = delete;
  ~TurnGuard() {
    if (outermost) turns.inTurn = false;
  }
  bool outermost;
};

}  // namespace detail

/// Another number in each turn.
inline std::uint64_t turnNumber() noexcept { return detail::turns.number; }

/// A turn: everything that can call listeners runs in one. The end of the outermost one is the end
/// of the turn.
template <class F>
void turn(F&& body) {
  bool outermost = false;
  {
    const detail::TurnGuard guard;
    outermost = guard.outermost;
    try {
      std::forward<F>(body)();
    } catch (...) {
      // Whoever called this may be no loop, and not look after the tasks.
      if (outermost) wakeIfPosted();
      throw;
    }
  }
  if (outermost && detail::turns.hasTasks) runLater();
}

/// Calls `first` and then `then`; where `first` throws, `then` still is called, in a later turn.
template <class First, class Then>
void andThen(First&& first, Then then) {
  try {
    std::forward<First>(first)();
  } catch (...) {
    later(std::move(then));
    throw;
  }
  then();
}

}  // namespace securepair::base
