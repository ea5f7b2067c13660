#pragma once
#include <securepair/signal.h>

#include <mutex>
#include <vector>

#include <uv.h>

#include "net/handle.h"

namespace securepair::net {

class LoopCore;

/// What other threads hand to the loop.
class Inbox {
 public:
  explicit Inbox(LoopCore& loop);

  /// From any thread.
  void post(Listener<> task);
  bool empty();
  /// Runs what has been posted so far, each task in a turn of its own.
  void run();
  void clear();

 private:
  std::vector<Listener<>> take();

  LoopCore& loop_;
  Handle<uv_async_t> handle_;
  std::mutex mutex_;
  std::vector<Listener<>> tasks_;
};

}  // namespace securepair::net
