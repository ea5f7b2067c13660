#pragma once
#include <securepair/error.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/host.h"

namespace securepair::test {

/// A loop without a poll: turns are run by hand, and its clock stands still until it is told to go
/// on. What listeners throw comes out of run() and advance().
class MemoryLoop final : public base::Host {
 public:
  MemoryLoop();
  MemoryLoop(const MemoryLoop&) = delete;
  MemoryLoop& operator=(const MemoryLoop&) = delete;
  ~MemoryLoop();

  /// One turn: what has been posted so far.
  bool runTurn();
  /// Turns until nothing is posted. Fails the test where that does not come to an end.
  void run(std::size_t most = 200'000);
  /// Fires the timers that are due on the way, each in a turn of its own, and runs all turns.
  void advance(std::chrono::milliseconds time);

  std::size_t timers() const noexcept { return timers_.size(); }

  std::vector<std::string> unhandled = {};  ///< codes
  std::vector<base::Origin> origins = {};   ///< of those
  std::vector<std::string> warnings = {};   ///< codes

 private:
  struct Timer {
    std::chrono::milliseconds due;
    Listener<> task;
  };

  void wake() override { woken_ = true; }
  TimerId startTimer(std::chrono::milliseconds after, Listener<> task) override;
  void stopTimer(TimerId timer) override;
  std::chrono::milliseconds now() const override { return now_; }
  void unhandledError(const Error& error, base::Origin origin) override;
  void warn(const Error& warning) override;

  std::map<TimerId, Timer> timers_;
  TimerId lastTimer_ = 0;
  std::chrono::milliseconds now_{1000};
  bool woken_ = false;
};

}  // namespace securepair::test
