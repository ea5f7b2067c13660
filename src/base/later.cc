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

  void drop() noexcept {
    while (!queue.empty()) {
      const Listener<> dropped = std::move(queue.front());
      queue.pop_front();
    }
  }

  std::deque<Listener<>> queue;
  std::uint64_t turn = 0;
  bool inTurn = false;
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
  for (std::size_t count = tasks().queue.size(); count > 0; --count) {
    Listener<> task = std::move(tasks().queue.front());
    tasks().queue.pop_front();
    task();
  }
}

}  // namespace

void wakeIfPosted() {
  if (tasks().queue.empty()) return;
  if (Host* const loop = host()) loop->wake();
}

void later(Listener<> task) {
  tasks().queue.push_back(std::move(task));
  if (!tasks().inTurn) wakeIfPosted();
}

void afterThisTurn(Listener<> task) {
  if (host() != nullptr) return later(std::move(task));
  turn([&] { later(std::move(task)); });
}

void runLater() {
  if (tasks().queue.empty()) return;
  const WakeAfter wakeAfter;
  do {
    runBatch();
  } while (host() == nullptr && !tasks().queue.empty());
}

void dropLater() noexcept { tasks().drop(); }

std::uint64_t turnNumber() noexcept { return tasks().turn; }

namespace detail {

bool enterTurn() noexcept {
  const bool outermost = !std::exchange(tasks().inTurn, true);
  if (outermost) ++tasks().turn;
  return outermost;
}

void leaveTurn(bool outermost) noexcept {
  if (outermost) tasks().inTurn = false;
}

}  // namespace detail
}  // namespace securepair::base
