#pragma once
#include <atomic>
#include <csignal>
#include <functional>
#include <thread>

namespace securepair::cli {

/// SIGTERM and SIGINT do not end the process any more: whoever waits for them gets them. To be
/// called before the first thread is made, for threads inherit it.
void holdStopSignals();

/// Waits for those signals on a thread of its own, until it is destroyed. The supervisor is told of
/// the first.
class StopSignals {
 public:
  /// `stop` is called on that thread: with 1 for the first signal, 2 for the second, and so on.
  explicit StopSignals(std::function<void(int)> stop);
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
  ~StopSignals();

 private:
  std::atomic<bool> done_ = false;
  std::thread thread_;
};

}  // namespace securepair::cli
