#include "net/inbox.h"

#include <utility>

#include "net/failure.h"
#include "net/loop.h"

namespace securepair::net {

// Closed when the loop ends.
class Inbox::Door final : public base::Poster {
 public:
  explicit Door(Inbox& inbox) noexcept : inbox_(&inbox) {}

  // A task that is dropped is so without the lock: its end may post another.
  void post(Listener<> task) override {
    const std::lock_guard lock(mutex_);
    if (inbox_ != nullptr) return inbox_->post(std::move(task));
  }
  void close() {
    const std::lock_guard lock(mutex_);
    inbox_ = nullptr;
  }

 private:
  std::mutex mutex_;
  Inbox* inbox_;
};

Inbox::Inbox(LoopCore& loop) : loop_(loop), handle_(this), door_(std::make_shared<Door>(*this)) {
  const int status = uv_async_init(loop.uv(), handle_.get(),
                                   [](uv_async_t* async) { ownerOf<Inbox>(async).run(); });
  if (status < 0) {
    handle_.forget();
    throw systemError(status, "making a loop");
  }
  uv_unref(handle_.base());
}

Inbox::~Inbox() { door_->close(); }

std::shared_ptr<base::Poster> Inbox::poster() { return door_; }

void Inbox::post(Listener<> task) {
  const std::lock_guard lock(mutex_);
  tasks_.push_back(std::move(task));
  uv_async_send(handle_.get());
}

bool Inbox::empty() {
  const std::lock_guard lock(mutex_);
  return tasks_.empty();
}

void Inbox::run() {
  for (Listener<>& task : take()) {
    if (!loop_.enter([&] {
          if (task) task();
        })) {
      return;
    }
  }
}

void Inbox::clear() { take().clear(); }

std::vector<Listener<>> Inbox::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(tasks_, {});
}

}  // namespace securepair::net
