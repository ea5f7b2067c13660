#pragma once
#include <securepair/address.h>

#include <atomic>
#include <functional>
#include <future>
#include <mutex>

#include "cli/endpoint.h"

namespace securepair::cli {

/// Where all workers of a server listen. The first one binds the port, which may have been any, and
/// the others follow.
class CommonPlace {
 public:
  using Listening = std::function<void(const net::Address&)>;
  using Failed = std::function<void()>;
  /// Has a worker listen, on the thread that calls it; throws where it cannot, or calls `failed`
  /// when that shows later.
  using Start = std::function<void(const ListenAddress&, const Listening&, const Failed&)>;

  /// `allListen` is called on the thread of the last of them.
  CommonPlace(ListenAddress place, int workers, Listening allListen, Start start);

  /// On the thread of the worker `number`, which for others than 0 waits for the port.
  void start(int number);
  /// Nobody waits any more: those who did do not listen. Any thread may call it.
  void giveUp();

 private:
  void startAt(const ListenAddress& address);
  // The first call counts. 0: it could not be bound.
  void setPort(int port);

  ListenAddress place_;
  std::atomic<int> toListen_;
  Listening allListen_;
  Start start_;
  std::promise<int> promise_;
  std::shared_future<int> port_ = promise_.get_future().share();
  std::once_flag once_;
};

}  // namespace securepair::cli
