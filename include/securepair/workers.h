#pragma once
#include <securepair/export.h>

#include <functional>
#include <memory>

namespace securepair {

/// Several loops, each on a thread of its own, for a program that is to use several cores. Each
/// has its own servers, which share a port by net::Server::setReusePort(), and otherwise only what
/// is made for it: a SecureContext, a session store, a ticket secret.
class SECUREPAIR_API Workers {
 public:
  /// Calls `start` once on each of `count` threads, at the same time, with the number of the
  /// thread, from 0 on; what it makes belongs to the thread's loop, which then runs until nothing
  /// is left to wait for. Throws Error ERR_OUT_OF_RANGE for less than 1.
  Workers(int count, std::function<void(int)> start);
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;
  /// stop(), and waits for the threads.
  ~Workers();

  /// Calls a copy of `task` on each loop, in a later turn. Any thread may call this. A loop that
  /// has ended is left out.
  void post(const std::function<void()>& task);
  /// Each run() returns at the end of its turn; what is still open then is closed.
  void stop();
  /// Waits until all loops have ended. Returns 0, or 1 where the run() of one did. What came out of
  /// one, by an exception of `start` or of a listener, has stopped the others and is rethrown here.
  int join();

 private:
  struct Shared;
  std::unique_ptr<Shared> shared_;
};

}  // namespace securepair
