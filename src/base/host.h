#pragma once
#include <securepair/error.h>
#include <securepair/signal.h>

#include <chrono>
#include <cstdint>
#include <memory>

#include "base/poster.h"
#include "base/resource.h"
#include "base/round_share.h"

namespace securepair::base {

/// Whose connection it is that failed: one that this program opened, which makes run() return 1, or
/// any other.
enum class Origin : unsigned char { ownConnection, other };

/// What a thread's event loop does for the rooms below it, which know no loop.
class Host {
 public:
  using TimerId = std::uint64_t;

  /// Has runLater() called in a later turn.
  virtual void wake() = 0;
  /// Such a timer does not keep the loop running.
  virtual TimerId startTimer(std::chrono::milliseconds after, Listener<> task) = 0;
  virtual void stopTimer(TimerId timer) = 0;
  /// The loop's monotonic clock, as of the beginning of its turn.
  virtual std::chrono::milliseconds now() const = 0;
  virtual void unhandledError(const Error& error, Origin origin) = 0;
  virtual void warn(const Error& warning) = 0;
  /// Null where the loop cannot be reached from other threads.
  virtual std::shared_ptr<Poster> poster() { return nullptr; }
  /// Something takes time now: what connections have written need not wait for it.
  virtual void sendWritten() noexcept {}
  /// What likely is a mistake that endangers the connection is an error, not a warning.
  virtual bool strict() const { return false; }

  /// What the handshakes of this loop's servers take in a round.
  RoundShare& handshakes() noexcept { return handshakes_; }

 protected:
  ~Host() = default;

  /// The loop ends. What is dropped may hold objects whose ends start something new.
  void abandonResources() noexcept;
  bool hasResources() const noexcept { return resources_ != nullptr; }
  /// What one poll has found is one round's, together with what was posted before it.
  void nextRound() noexcept { handshakes_.nextRound(); }

 private:
  friend class Resource;
  Resource* resources_ = nullptr;
  // So long does an open connection wait for handshakes, at most, and for the end of the last one.
  RoundShare handshakes_{std::chrono::milliseconds(2)};
};

/// This thread's; null where it has no loop.
Host* host() noexcept;
void setHost(Host* host) noexcept;

/// To the host, or on stderr where the thread has none.
void reportUnhandledError(const Error& error, Origin origin);
void warn(const Error& warning);

/// The host is strict, or the environment says SECUREPAIR_STRICT=1.
bool strict();

}  // namespace securepair::base
