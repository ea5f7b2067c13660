#include "net/inbox.h"

#include <utility>

#include "net/failure.h"
#include "net/loop.h"

namespace securepair::net {

Inbox::Inbox(LoopCore& loop) : loop_(loop), handle_(this) {
  const int status = uv_async_init(loop.uv(), handle_.get(),
                                   [](uv_async_t* async) { ownerOf<Inbox>(async).run(); });
  if (status < 0) {
    handle_.forget();
    throw systemError(status, "making a loop");
  }
  uv_unref(handle_.base());
}

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
