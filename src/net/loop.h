#pragma once
#include <securepair/loop.h>
#include <securepair/stream.h>

#include <chrono>
#include <cstddef>
#include <exception>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <uv.h>

#include "base/host.h"
#include "base/later.h"
#include "net/handle.h"
#include "net/inbox.h"
#include "net/outbox.h"
#include "net/resource.h"
#include "net/stderr_log.h"
#include "net/timers.h"
#include "net/uv_loop.h"

namespace securepair::net {

/// The inside of a Loop.
class LoopCore final : public base::Host {
 public:
  static LoopCore& current() { return *Loop::current().core_; }

  /// Becomes the thread's host; null makes a uv_loop_t of its own.
  explicit LoopCore(uv_loop_t* adopted);
  LoopCore(const LoopCore&) = delete;
  LoopCore& operator=(const LoopCore&) = delete;

  /// Deletes the core, at the end of the outermost enter() or run() if one is under way.
  void retire() noexcept;

  int run();
  void stop() noexcept;

  /// Every callback of libuv goes through here: runs it as a turn and keeps its exceptions out of
  /// libuv's frames. False: the loop has ended, before it or in it.
  template <class F>
  bool enter(F&& body) noexcept {
    if (life_ != Life::open) return false;
    const Frame frame(*this);
    try {
      base::turn(std::forward<F>(body));
    } catch (...) {
      caught(std::current_exception());
    }
    return life_ == Life::open;
  }

  uv_loop_t* uv() noexcept { return uv_.get(); }
  Timers& timers() noexcept { return timers_; }
  Inbox& inbox() noexcept { return inbox_; }
  Outbox& outbox() noexcept { return outbox_; }
  /// Where everything is read into: one for the loop, valid until the next read. Empty where there
  /// is no memory for it.
  std::span<std::byte> slab() noexcept;

  /// process::stdinStream(), once it was asked for.
  std::shared_ptr<Stream> standardInput;

  void onUnhandledError(Listener<const Error&> listener);
  void onWarning(Listener<const Error&> listener);
  void setStrict(bool strict) noexcept { strict_ = strict; }

  // base::Host
  void wake() override;
  TimerId startTimer(std::chrono::milliseconds after, Listener<> task) override;
  void stopTimer(TimerId timer) override { timers_.stop(timer); }
  std::chrono::milliseconds now() const override;
  void unhandledError(const Error& error, base::Origin origin) override;
  void warn(const Error& warning) override;
  void sendWritten() noexcept override { outbox_.send(); }
  std::shared_ptr<base::Poster> poster() override { return inbox_.poster(); }
  bool strict() const override { return strict_; }

 private:
  using ErrorListener = std::shared_ptr<Listener<const Error&>>;
  enum class Run : unsigned char { idle, running, stopping };
  enum class Life : unsigned char { open, retired };

  /// The core is on the stack.
  class Frame {
   public:
    explicit Frame(LoopCore& core) noexcept : core_(core) { ++core_.depth_; }
    Frame(const Frame&) = delete;
    Frame& operator=(const Frame&) = delete;
    ~Frame() {
      if (--core_.depth_ == 0 && core_.life_ == Life::retired) delete &core_;
    }

   private:
    LoopCore& core_;
  };

  ~LoopCore();
  void caught(std::exception_ptr thrown) noexcept;
  void endRound() noexcept;
  void letGo() noexcept;

  UvLoop uv_;  // the first member: the handles of the others are closed before it ends
  Handle<uv_idle_t> idle_;
  Handle<uv_prepare_t> beforePoll_;
  Handle<uv_check_t> afterPoll_;
  Timers timers_;
  Inbox inbox_;
  Outbox outbox_;
  StderrLog log_;
  std::unique_ptr<std::byte[]> slab_;
  std::vector<std::exception_ptr> thrown_;
  ErrorListener onUnhandledError_;
  ErrorListener onWarning_;
  int depth_ = 0;
  Run run_ = Run::idle;
  Life life_ = Life::open;
  bool connectionFailed_ = false;
  bool strict_ = false;
};

inline LoopCore* Resource::loop() const noexcept { return static_cast<LoopCore*>(host()); }

}  // namespace securepair::net
