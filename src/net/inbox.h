#pragma once
#include <securepair/signal.h>

#include <memory>
#include <mutex>
#include <vector>

#include <uv.h>

#include "base/poster.h"
#include "net/handle.h"

namespace securepair::net {

class LoopCore;

/// What other threads hand to the loop.
class Inbox {
 public:
  explicit Inbox(LoopCore& loop);
  ~Inbox();

  /// From any thread.
  void post(Listener<> task);
  bool empty();
  /// Runs what has been posted so far, each task in a turn of its own.
  void run();
  void clear();
  /// For who may outlive the loop.
  std::shared_ptr<base::Poster> poster();

 private:
  class Door;
  std::vector<Listener<>> take();

  LoopCore& loop_;
  Handle<uv_async_t> handle_;
  std::mutex mutex_;
  std::vector<Listener<>> tasks_;
  std::shared_ptr<Door> door_;
};

}  // namespace securepair::net
