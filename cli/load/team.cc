#include "cli/load/team.h"

#include <securepair/workers.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <thread>
#include <utility>

namespace securepair::load {
namespace {

using namespace std::chrono_literals;

void add(Outcome& sum, const Outcome& other) {
  sum.began = sum.began || other.began;
  sum.seconds = std::max(sum.seconds, other.seconds);
  sum.units += other.units;
  sum.failures += other.failures;
  sum.resumed += other.resumed;
  sum.times.add(other.times);
  if (sum.protocol.empty()) {
    sum.protocol = other.protocol;
    sum.cipher = other.cipher;
    sum.group = other.group;
  }
  if (sum.firstFailure.empty()) sum.firstFailure = other.firstFailure;
}

// Calls something four times a second, until it is destroyed.
class Ticker {
 public:
  explicit Ticker(std::function<void()> tick)
      : thread_([this, tick = std::move(tick)] {
          std::unique_lock lock(mutex_);
          while (!changed_.wait_for(lock, 250ms, [this] { return done_; })) tick();
        }) {}
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;
  ~Ticker() {
    {
      const std::lock_guard lock(mutex_);
      done_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool done_ = false;
  std::thread thread_;
};

// What the member `number` of `count` has of `all`.
template <class Number>
Number shareOf(Number all, int count, int number) {
  const auto whole = static_cast<Number>(count);
  return all / whole + (all % whole > static_cast<Number>(number) ? 1 : 0);
}

}  // namespace

struct Team::Member {
  Order order;
  std::unique_ptr<Load> load = {};  ///< outlives its loop
  Outcome seen = {};
};

Team::Team(const Order& order, int threads, std::function<void(tls::CleartextStream&)> secured)
    : secured_(std::move(secured)) {
  for (int i = 0; i < threads; ++i) {
    auto member = std::make_unique<Member>(Member{.order = order});
    member->order.connections = shareOf(order.connections, threads, i);
    member->order.most = shareOf(order.most, threads, i);
    members_.push_back(std::move(member));
  }
}

Team::~Team() = default;

Outcome Team::run(const std::function<void(const Outcome&)>& watch) {
  Workers workers(static_cast<int>(members_.size()),
                  [this](int number) { work(*members_[static_cast<std::size_t>(number)]); });
  {
    const Ticker ticker([&] { watch(sum()); });
    workers.join();
  }
  return sum();
}

// On the member's own thread.
void Team::work(Member& member) {
  Watcher watcher;
  watcher.progress = [this, &member](const Outcome& seen) {
    tell(member, seen);
    if (stopAsked_) member.load->stop();
  };
  watcher.ended = [this, &member] { tell(member, member.load->outcome()); };
  watcher.secured = secured_;
  member.load = std::make_unique<Load>(member.order, std::move(watcher));
  member.load->start();
}

void Team::tell(Member& member, const Outcome& seen) {
  const std::lock_guard lock(mutex_);
  member.seen = seen;
}

Outcome Team::sum() {
  const std::lock_guard lock(mutex_);
  Outcome sum;
  for (const auto& member : members_) add(sum, member->seen);
  return sum;
}

}  // namespace securepair::load
