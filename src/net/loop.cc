#include "net/loop.h"

#include <new>
#include <utility>

#include "net/process_setup.h"

namespace securepair::net {
namespace {

constexpr std::size_t slabSize = std::size_t{512} * 1024;
// What is caught must be noted also where there is no memory left.
constexpr std::size_t roomForThrown = 8;

Handle<uv_idle_t> makeIdle(LoopCore& loop) {
  Handle<uv_idle_t> idle(&loop);
  uv_idle_init(loop.uv(), idle.get());
  return idle;
}

// Told in each round of libuv's, before or after the poll, and keeps nothing running.
template <class Uv>
Handle<Uv> makeTold(LoopCore& loop, int (*init)(uv_loop_t*, Uv*), int (*start)(Uv*, void (*)(Uv*)),
                    void (*told)(Uv*)) {
  Handle<Uv> handle(&loop);
  init(loop.uv(), handle.get());
  start(handle.get(), told);
  uv_unref(handle.base());
  return handle;
}

// exit() in a listener unwinds nothing, and what has been written in the round is not sent yet.
struct AtExit {
  AtExit() = default;
  AtExit(const AtExit&) = delete;
  AtExit& operator=(const AtExit&) = delete;
  ~AtExit() {
    if (core != nullptr) core->outbox().close();
  }
  LoopCore* core = nullptr;
};
thread_local AtExit atExit;

}  // namespace

LoopCore::LoopCore(uv_loop_t* adopted)
    : uv_((setUpProcess(), adopted)),
      idle_(makeIdle(*this)),
      beforePoll_(makeTold<uv_prepare_t>(
          *this, uv_prepare_init, uv_prepare_start,
          [](uv_prepare_t* prepare) { ownerOf<LoopCore>(prepare).outbox_.close(); })),
      afterPoll_(
          makeTold<uv_check_t>(*this, uv_check_init, uv_check_start,
                               [](uv_check_t* check) { ownerOf<LoopCore>(check).endRound(); })),
      timers_(*this),
      inbox_(*this),
      log_(*this) {
  thrown_.reserve(roomForThrown);
  base::setHost(this);
  // Also makes the thread's queue of tasks before the thread's loop, so that it ends after it.
  base::wakeIfPosted();
  atExit.core = this;
}

LoopCore::~LoopCore() {
  letGo();
  if (atExit.core == this) atExit.core = nullptr;
  if (base::host() == this) base::setHost(nullptr);
}

void LoopCore::endRound() noexcept {
  if (enter([this] { outbox_.close(); })) nextRound();
}

// What is dropped here may hold objects whose ends start something new.
void LoopCore::letGo() noexcept {
  outbox_.close();
  do {
    abandonResources();
    timers_.clear();
    inbox_.clear();
    standardInput.reset();
    onUnhandledError_.reset();
    onWarning_.reset();
    base::dropLater();
  } while (hasResources());
}

void LoopCore::retire() noexcept {
  life_ = Life::retired;
  outbox_.close();
  stop();
  base::dropLater();
  if (depth_ == 0) delete this;
}

int LoopCore::run() {
  if (run_ != Run::idle) {
    throw Error({.code = "ERR_LOOP_RUNNING",
                 .message = "run() was called from within run()",
                 .fix = "let the listener return: the loop goes on by itself"});
  }
  const Frame frame(*this);
  run_ = Run::running;
  while (thrown_.empty() && run_ == Run::running) {
    inbox_.run();
    enter([] {});  // runs what was posted before
    uv_run(uv(), UV_RUN_DEFAULT);
    if (inbox_.empty()) break;
  }
  run_ = Run::idle;
  if (!thrown_.empty()) {
    const std::exception_ptr first = thrown_.front();
    thrown_.erase(thrown_.begin());
    std::rethrow_exception(first);
  }
  return std::exchange(connectionFailed_, false) ? 1 : 0;
}

void LoopCore::stop() noexcept {
  if (run_ == Run::idle) return;
  run_ = Run::stopping;
  uv_stop(uv());
}

void LoopCore::caught(std::exception_ptr thrown) noexcept {
  if (run_ != Run::idle) {
    thrown_.push_back(std::move(thrown));
    uv_stop(uv());
    return;
  }
  try {
    try {
      std::rethrow_exception(thrown);
    } catch (const Error& error) {
      unhandledError(error, base::Origin::other);
    } catch (const std::exception& error) {
      unhandledError(Error("ERR_LISTENER_THREW", error.what()), base::Origin::other);
    } catch (...) {
      unhandledError(Error("ERR_LISTENER_THREW", "a listener threw what is no std::exception"),
                     base::Origin::other);
    }
  } catch (...) {
    log_.tell("unhandled", "the listener of onUnhandledError threw");
  }
}

std::span<std::byte> LoopCore::slab() noexcept {
  if (slab_ == nullptr) slab_.reset(new (std::nothrow) std::byte[slabSize]);
  return {slab_.get(), slab_ ? slabSize : 0};
}

void LoopCore::wake() {
  // Idle handles keep the poll from blocking, and run before it.
  uv_idle_start(idle_.get(), [](uv_idle_t* idle) {
    uv_idle_stop(idle);
    ownerOf<LoopCore>(idle).enter([] {});
  });
}

base::Host::TimerId LoopCore::startTimer(std::chrono::milliseconds after, Listener<> task) {
  return timers_.start(after, Timers::Kind::background, std::move(task));
}

std::chrono::milliseconds LoopCore::now() const {
  return std::chrono::milliseconds(uv_now(uv_.get()));
}

void LoopCore::onUnhandledError(Listener<const Error&> listener) {
  onUnhandledError_ =
      listener ? std::make_shared<Listener<const Error&>>(std::move(listener)) : nullptr;
}

void LoopCore::onWarning(Listener<const Error&> listener) {
  onWarning_ = listener ? std::make_shared<Listener<const Error&>>(std::move(listener)) : nullptr;
}

void LoopCore::unhandledError(const Error& error, base::Origin origin) {
  if (origin == base::Origin::ownConnection) connectionFailed_ = true;
  if (const ErrorListener listener = onUnhandledError_) {
    (*listener)(error);
  } else {
    log_.tell("unhandled", std::string("unhandled error: ") + error.what());
  }
}

void LoopCore::warn(const Error& warning) {
  if (const ErrorListener listener = onWarning_) {
    (*listener)(warning);
  } else {
    log_.tell(warning.code(), std::string("warning: ") + warning.what());
  }
}

}  // namespace securepair::net
