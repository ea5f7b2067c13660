#include "net/timers.h"

#include <algorithm>

#include "net/loop.h"

namespace securepair::net {
namespace {

thread_local Timers::Id lastId = 0;

// At least a millisecond, so that a timer which starts itself again for ever lets the loop turn; at
// most a hundred years, so that nothing overflows.
std::uint64_t span(std::chrono::milliseconds time) {
  using std::chrono::milliseconds;
  constexpr milliseconds longest = std::chrono::hours{24} * 36525;
  return static_cast<std::uint64_t>(std::clamp(time, milliseconds{1}, longest).count());
}

}  // namespace

Timers::Timers(LoopCore& loop) : loop_(loop), handle_(this) {
  uv_timer_init(loop.uv(), handle_.get());
  uv_unref(handle_.base());
}

Timers::Id Timers::start(std::chrono::milliseconds after, Kind kind, Listener<> listener) {
  // The loop's clock stands still while it is not run.
  uv_update_time(loop_.uv());
  const std::uint64_t every = span(after);
  const std::uint64_t due = uv_now(loop_.uv()) + every;
  const Id id = ++lastId;
  timers_.emplace(id, Timer{due, every, kind, std::move(listener)});
  order_.emplace(due, id);
  if (kind != Kind::background) countForeground(1);
  arm();
  return id;
}

void Timers::stop(Id id) {
  const auto found = timers_.find(id);
  if (found == timers_.end()) return;
  const auto gone = timers_.extract(found);  // what its listener holds ends last of all
  order_.erase({gone.mapped().due, id});
  if (gone.mapped().kind != Kind::background) countForeground(-1);
  arm();
}

void Timers::setKind(Id id, Kind kind) noexcept {
  const auto found = timers_.find(id);
  if (found == timers_.end() || found->second.kind == kind) return;
  found->second.kind = kind;
  countForeground(kind == Kind::background ? -1 : 1);
}

void Timers::clear() {
  while (!timers_.empty()) stop(timers_.begin()->first);
}

void Timers::fire() {
  // Those that are started meanwhile are due later than this.
  const std::uint64_t now = uv_now(loop_.uv());
  armedFor_ = 0;
  while (!order_.empty() && order_.begin()->first <= now) {
    const Id id = order_.begin()->second;
    const bool again = timers_.find(id)->second.kind == Kind::again;
    if (!loop_.enter([&] { again ? callAgain(id) : callOnce(id); })) return;
  }
  arm();
}

void Timers::callOnce(Id id) {
  Listener<> listener = std::move(timers_.find(id)->second.listener);
  stop(id);
  if (listener) listener();
}

void Timers::callAgain(Id id) {
  Timer& timer = timers_.find(id)->second;
  order_.erase({timer.due, id});
  timer.due = uv_now(loop_.uv()) + timer.every;
  order_.emplace(timer.due, id);

  // The listener may stop its own timer, and may throw: then the timer goes on all the same.
  struct GiveBack {
    Timers& timers;
    Id id;
    Listener<> listener;
    ~GiveBack() {
      const auto found = timers.timers_.find(id);
      if (found != timers.timers_.end()) found->second.listener = std::move(listener);
    }
  } call{*this, id, std::move(timer.listener)};
  if (call.listener) call.listener();
}

void Timers::arm() {
  if (order_.empty()) {
    uv_timer_stop(handle_.get());
    armedFor_ = 0;
    return;
  }
  // A timer that was stopped leaves the handle armed: it then fires for nothing, once.
  const std::uint64_t due = order_.begin()->first;
  if (armedFor_ != 0 && armedFor_ <= due) return;
  armedFor_ = due;
  const std::uint64_t now = uv_now(loop_.uv());
  uv_timer_start(
      handle_.get(), [](uv_timer_t* timer) { ownerOf<Timers>(timer).fire(); },
      due > now ? due - now : 1, 0);
}

void Timers::countForeground(int change) noexcept {
  foreground_ += change;
  if (foreground_ > 0) {
    uv_ref(handle_.base());
  } else {
    uv_unref(handle_.base());
  }
}

}  // namespace securepair::net
