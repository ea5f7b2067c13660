#include <securepair/error.h>
#include <securepair/loop.h>
#include <securepair/workers.h>

#include <algorithm>
#include <exception>
#include <latch>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace securepair {
namespace {

int atLeastOne(int count) {
  if (count >= 1) return count;
  throw Error({.code = "ERR_OUT_OF_RANGE",
               .message = "Workers need a thread to work on",
               .expected = "1 or more",
               .got = std::to_string(count),
               .fix = "give the number of cores, std::thread::hardware_concurrency(), or fewer"});
}

}  // namespace

struct Workers::Shared {
  Shared(int count, std::function<void(int)> toStart)
      : start(std::move(toStart)), loops(static_cast<std::size_t>(count)), made(count) {}

  void work(std::size_t number);
  void runLoop(std::size_t number);
  bool isStopping();
  void stopAll();
  void join();

  const std::function<void(int)> start;
  std::mutex mutex;          ///< of what follows
  std::vector<Loop*> loops;  ///< null: it has ended
  bool stopping = false;
  std::exception_ptr thrown = {};  ///< the first
  int result = 0;

  std::latch made;  ///< all loops are there
  std::vector<std::thread> threads;
};

void Workers::Shared::work(std::size_t number) {
  try {
    runLoop(number);
  } catch (...) {
    {
      const std::lock_guard lock(mutex);
      if (thrown == nullptr) thrown = std::current_exception();
    }
    stopAll();
  }
}

void Workers::Shared::runLoop(std::size_t number) {
  // What ends a loop: nobody must post to it any more.
  struct Listed {
    Shared& shared;
    std::size_t number;
    ~Listed() {
      const std::lock_guard lock(shared.mutex);
      shared.loops[number] = nullptr;
    }
  };
  std::optional<Loop> loop;
  try {
    loop.emplace();
  } catch (...) {
    made.count_down();
    throw;
  }
  const Listed listed{*this, number};
  {
    const std::lock_guard lock(mutex);
    loops[number] = &*loop;
  }
  made.arrive_and_wait();
  if (isStopping()) return;
  start(static_cast<int>(number));
  const int returned = loop->run();
  const std::lock_guard lock(mutex);
  result = std::max(result, returned);
}

bool Workers::Shared::isStopping() {
  const std::lock_guard lock(mutex);
  return stopping;
}

void Workers::Shared::stopAll() {
  const std::lock_guard lock(mutex);
  stopping = true;
  for (Loop* const loop : loops) {
    if (loop != nullptr) loop->post([loop] { loop->stop(); });
  }
}

void Workers::Shared::join() {
  for (std::thread& thread : threads) {
    if (thread.joinable()) thread.join();
  }
}

Workers::Workers(int count, std::function<void(int)> start)
    : shared_(std::make_unique<Shared>(atLeastOne(count), std::move(start))) {
  auto& threads = shared_->threads;
  try {
    while (threads.size() < shared_->loops.size()) {
      threads.emplace_back(
          [shared = shared_.get(), number = threads.size()] { shared->work(number); });
    }
  } catch (...) {
    // The system has no more threads: those that wait for all to be there go home.
    shared_->stopAll();
    shared_->made.count_down(count - static_cast<std::ptrdiff_t>(threads.size()));
    shared_->join();
    throw;
  }
  shared_->made.wait();
}

Workers::~Workers() {
  stop();
  shared_->join();
}

void Workers::post(const std::function<void()>& task) {
  const std::lock_guard lock(shared_->mutex);
  for (Loop* const loop : shared_->loops) {
    if (loop != nullptr) loop->post(task);
  }
}

void Workers::stop() { shared_->stopAll(); }

int Workers::join() {
  shared_->join();
  if (shared_->thrown != nullptr) std::rethrow_exception(std::exchange(shared_->thrown, nullptr));
  return shared_->result;
}

}  // namespace securepair
