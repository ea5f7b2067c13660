#include <securepair/loop.h>

#include <memory>
#include <utility>

#include "net/loop.h"
#include "net/process_setup.h"

namespace securepair {
namespace {

thread_local Loop* ofThread = nullptr;

}  // namespace

Loop& Loop::current() {
  if (ofThread == nullptr) {
    // Initialized in one step: what the loop has made on the way then ends after it.
    thread_local const auto own = std::make_unique<Loop>();
  }
  if (ofThread == nullptr) {
    throw Error({.code = "ERR_LOOP_ENDED",
                 .message = "this thread's loop has ended already",
                 .fix = "do not open anything in the destructor of a static object"});
  }
  return *ofThread;
}

Loop::Loop() : Loop(nullptr) {}

Loop::Loop(uv_loop_s* adopted) {
  if (ofThread != nullptr) {
    throw Error({.code = "ERR_LOOP_EXISTS",
                 .message = "this thread has a loop already",
                 .fix = "make the Loop before anything else of this library on the thread"});
  }
  core_ = new net::LoopCore(adopted);
  ofThread = this;
}

Loop::~Loop() {
  core_->retire();
  if (ofThread == this) ofThread = nullptr;
}

int Loop::run() { return core_->run(); }
void Loop::stop() { core_->stop(); }
void Loop::post(Listener<> task) { core_->inbox().post(std::move(task)); }

Loop::TimerId Loop::setTimeout(std::chrono::milliseconds after, Listener<> listener) {
  return core_->timers().start(after, net::Timers::Kind::once, std::move(listener));
}
Loop::TimerId Loop::setInterval(std::chrono::milliseconds every, Listener<> listener) {
  return core_->timers().start(every, net::Timers::Kind::again, std::move(listener));
}
void Loop::clearTimer(TimerId timer) { core_->timers().stop(timer); }

void Loop::onUnhandledError(Listener<const Error&> listener) {
  core_->onUnhandledError(std::move(listener));
}
void Loop::reportUnhandledError(const Error& error) {
  core_->unhandledError(error, base::Origin::other);
}
void Loop::onWarning(Listener<const Error&> listener) { core_->onWarning(std::move(listener)); }

void Loop::setStrict(bool strict) noexcept { core_->setStrict(strict); }

uv_loop_s* Loop::native() noexcept { return core_->uv(); }

void Loop::setIgnoreSigpipe(bool ignore) noexcept { net::setIgnoreSigpipe(ignore); }

int run() { return Loop::current().run(); }

}  // namespace securepair
