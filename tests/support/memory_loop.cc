#include "support/memory_loop.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "base/later.h"

namespace securepair::test {

MemoryLoop::MemoryLoop() { base::setHost(this); }

MemoryLoop::~MemoryLoop() {
  abandonResources();
  // It would run in another test.
  if (woken_) ADD_FAILURE() << "something is still posted: run() the loop";
  base::setHost(nullptr);
}

bool MemoryLoop::runTurn() {
  nextRound();
  if (!std::exchange(woken_, false)) return false;
  base::runLater();
  return true;
}

void MemoryLoop::run(std::size_t most) {
  for (; runTurn(); --most) {
    if (most == 0) {
      ADD_FAILURE() << "the turns do not come to an end";
      return;
    }
  }
}

void MemoryLoop::advance(std::chrono::milliseconds time) {
  run();
  const auto until = now_ + time;
  while (true) {
    const auto next =
        std::min_element(timers_.begin(), timers_.end(),
                         [](const auto& a, const auto& b) { return a.second.due < b.second.due; });
    if (next == timers_.end() || next->second.due > until) break;
    now_ = std::max(now_, next->second.due);
    Listener<> task = std::move(next->second.task);
    timers_.erase(next);
    base::turn([&task] { task(); });
    run();
  }
  now_ = until;
}

base::Host::TimerId MemoryLoop::startTimer(std::chrono::milliseconds after, Listener<> task) {
  timers_.emplace(++lastTimer_, Timer{now_ + after, std::move(task)});
  return lastTimer_;
}

void MemoryLoop::stopTimer(TimerId timer) {
  const auto gone = timers_.extract(timer);  // what its task holds ends last of all
}

void MemoryLoop::unhandledError(const Error& error, base::Origin origin) {
  unhandled.push_back(error.code());
  origins.push_back(origin);
}

void MemoryLoop::warn(const Error& warning) { warnings.push_back(warning.code()); }

}  // namespace securepair::test
