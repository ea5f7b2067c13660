#pragma once
#include <atomic>
#include <csignal>
#include <functional>
#include <thread>

namespace securepair::cli {

/// SIGTERM and SIGINT do not end the process any more: whoever waits for them gets them. To be
/// called before the first thread is made, for threads inherit it.
void holdStopSignals();
/// The same of SIGHUP, for those who give StopSignals something to do at it.
void holdHangUpSignal();
/// The same unless it is ignored, as nohup has it: answers whether it is held.
bool holdHangUpUnlessIgnored();

/// Waits for those signals on a thread of its own, until it is destroyed. The supervisor is told of
/// the first.
class StopSignals {
 public:
  /// `stop` is called on that thread: with 1 for the first signal, 2 for the second, and so on; and
  /// `hangUp` at each SIGHUP.
  explicit StopSignals(std::function<void(int)> stop, std::function<void()> hangUp = nullptr);
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
  ~StopSignals();

 private:
  void wait() const;

  std::function<void(int)> stop_;
  std::function<void()> hangUp_;
  std::atomic<bool> done_ = false;
  std::thread thread_;
};

}  // namespace securepair::cli
