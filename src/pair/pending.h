#pragma once
#include <securepair/signal.h>

#include <atomic>
#include <memory>
#include <thread>

#include "base/poster.h"

namespace securepair::detail {

class PairCore;

/// What a connection waits for: the answer of somebody who may be on another thread, or may have
/// forgotten about it.
class Pending {
 public:
  explicit Pending(std::weak_ptr<PairCore> pair);
  Pending(const Pending&) = delete;
  Pending& operator=(const Pending&) = delete;

 protected:
  ~Pending() = default;

  using Answer = Listener<PairCore&>;
  /// Hands the answer to the connection on its own thread, if it is the first one: at once where
  /// this is that thread.
  void answer(Answer answer);
  /// The same, but never at once: this may be the middle of anything.
  void answerLater(Answer answer);

 private:
  bool isFirst() noexcept { return !answered_.exchange(true); }
  void post(Answer answer);

  std::weak_ptr<PairCore> pair_;  // locked on the connection's thread alone, where it has to end
  std::shared_ptr<base::Poster> poster_;
  std::thread::id thread_ = std::this_thread::get_id();
  std::atomic<bool> answered_ = false;
};

}  // namespace securepair::detail
