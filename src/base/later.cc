#include "base/later.h"

#include <deque>

#include "base/host.h"

namespace securepair::base {
namespace {

struct Tasks {
  Tasks() = default;
  Tasks(const Tasks&) = delete;
  Tasks& operator=(const Tasks&) = delete;
  // What a task holds may, on its end, post another one.
  ~Tasks() { drop(); }

  void add(Listener<> task) {
    queue.push_back(std::move(task));
    detail::turns.hasTasks = true;
  }
  Listener<> take() noexcept {
    Listener<> task = std::move(queue.front());
    queue.pop_front();
    detail::turns.hasTasks = !queue.empty();
    return task;
  }
  void drop() noexcept {
    while (!queue.empty()) const Listener<> dropped = take();
  }

  std::deque<Listener<>> queue;
};

Tasks& tasks() {
  thread_local Tasks tasks;
  return tasks;
}

// Also where a task throws: the rest must not wait for an unrelated event.
struct WakeAfter {
  WakeAfter() = default;
  WakeAfter(const WakeAfter&) = delete;
  WakeAfter& operator=(const WakeAfter&) = delete;
  ~WakeAfter() { wakeIfPosted(); }
};

void runBatch() {
  const detail::TurnGuard guard;
  // A task may drop the rest: it may end the loop.
  for (std::size_t count = tasks().queue.size(); count > 0 && detail::turns.hasTasks; --count) {
    Listener<> task = tasks().take();
    task();
  }
}

}  // namespace

void wakeIfPosted() {
  if (tasks().queue.empty()) return;
  if (Host* const loop = host()) loop->wake();
}

void later(Listener<> task) {
  tasks().add(std::move(task));
  if (!detail::turns.inTurn) wakeIfPosted();
}

void afterThisTurn(Listener<> task) {
  if (host() != nullptr) return later(std::move(task));
  turn([&] { later(std::move(task)); });
}

void runLater() {
  if (!detail::turns.hasTasks) return;
  const WakeAfter wakeAfter;
  do {
    runBatch();
  } while (host() == nullptr && detail::turns.hasTasks);
}

void dropLater() noexcept { tasks().drop(); }

}  // namespace securepair::base
