#pragma once
#include <securepair/signal.h>

#include <chrono>
#include <cstdint>
#include <set>
#include <unordered_map>
#include <utility>

#include <uv.h>

#include "net/handle.h"

namespace securepair::net {

class LoopCore;

/// All timers of a loop, over one timer of libuv.
class Timers {
 public:
  using Id = std::uint64_t;
  enum class Kind : unsigned char {
    background,  ///< fires once, does not keep the loop running
    once,
    again,
  };

  explicit Timers(LoopCore& loop);

  /// An identifier is used once on a thread, whatever the loop.
  Id start(std::chrono::milliseconds after, Kind kind, Listener<> listener);
  /// Harmless for a timer that is gone.
  void stop(Id id);
  /// Of a timer that fires once: whether it keeps the loop running. Harmless for one that is gone.
  void setKind(Id id, Kind kind) noexcept;
  void clear();

 private:
  using Due = std::pair<std::uint64_t, Id>;
  struct Timer {
    std::uint64_t due;
    std::uint64_t every;
    Kind kind;
    Listener<> listener;
  };

  void fire();
  void callOnce(Id id);
  void callAgain(Id id);
  void arm();
  void countForeground(int change) noexcept;

  LoopCore& loop_;
  Handle<uv_timer_t> handle_;
  std::set<Due> order_;
  std::unordered_map<Id, Timer> timers_;
  std::uint64_t armedFor_ = 0;
  int foreground_ = 0;
};

}  // namespace securepair::net
