#pragma once
#include <securepair/error.h>
#include <securepair/export.h>
#include <securepair/signal.h>

#include <chrono>
#include <cstdint>

struct uv_loop_s;

namespace securepair {

namespace net {
class LoopCore;
}

/// An event loop: libuv's. One loop, one thread: everything that was made on a thread belongs to
/// its loop and is used on that thread only. post() is the one call for other threads.
class SECUREPAIR_API Loop {
 public:
  /// The loop of this thread: the one made for it, or its own, made at the first call. It ends with
  /// the thread: what is still open is closed then, and no listener is called. Throws
  /// ERR_LOOP_ENDED after that.
  static Loop& current();

  /// A loop that ends with this object. It becomes this thread's loop; the thread must not have one
  /// yet (throws ERR_LOOP_EXISTS).
  Loop();
  /// The same on somebody's uv_loop_t, which is run by its owner. What a listener throws goes to
  /// onUnhandledError. The destruction closes what this loop has opened: let the uv_loop_t run
  /// until that is done.
  explicit Loop(uv_loop_s* adopted);
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;
  /// Waits for name look-ups that are under way, which cannot be broken off.
  ~Loop();

  /// Runs until nothing is left to wait for, or stop(). A stream that is paused waits for nothing:
  /// where another thread is to go on with it by post(), let a timer hold the loop. What a listener
  /// throws is rethrown here; the loop may be run again. Returns 0, or 1 where a connection that
  /// this program opened failed and no one listened for its `error`.
  int run();
  /// run() returns at the end of this turn. No effect outside of run(), nor on a uv_loop_t that its
  /// owner runs.
  void stop();

  /// Calls `task` on the loop's thread, in a later turn. Any thread may call this as long as the
  /// loop exists.
  void post(Listener<> task);

  using TimerId = std::uint64_t;
  /// Calls `listener` once, after this time. Monotonic clock.
  TimerId setTimeout(std::chrono::milliseconds after, Listener<> listener);
  /// Calls `listener` again and again, this time apart.
  TimerId setInterval(std::chrono::milliseconds every, Listener<> listener);
  /// Harmless for a timer that is gone.
  void clearTimer(TimerId timer);

  /// An `error` that no one listens for. By default: at most one line a second on stderr, with a
  /// count.
  void onUnhandledError(Listener<const Error&> listener);
  /// Tells onUnhandledError(), or stderr: for a layer of the program's own that has found an error
  /// no one listens for.
  void reportUnhandledError(const Error& error);
  /// A mistake that is likely in the program. By default: a line on stderr.
  void onWarning(Listener<const Error&> listener);

  /// A client's data that passes although its server is not authorized, and nobody has asked
  /// whether it is, is the error ERR_TLS_AUTHORIZATION_UNREAD, which ends the connection, in place
  /// of a warning. SECUREPAIR_STRICT=1 in the environment does the same for every loop.
  void setStrict(bool strict = true) noexcept;

  /// libuv's loop; do not close it.
  uv_loop_s* native() noexcept;

  /// Writing to a connection that the peer has dropped raises SIGPIPE, which ends a process by
  /// default. Therefore making a Loop ignores that signal, unless the program does something else
  /// with it. False, said before the first Loop, leaves it alone.
  static void setIgnoreSigpipe(bool ignore) noexcept;

 private:
  friend class net::LoopCore;
  net::LoopCore* core_ = nullptr;
};

/// Runs this thread's loop: Loop::current().run().
SECUREPAIR_API int run();

}  // namespace securepair
