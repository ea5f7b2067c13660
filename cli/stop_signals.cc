#include "cli/stop_signals.h"

#include <pthread.h>
#include <utility>

#include "cli/notify.h"

namespace securepair::cli {
namespace {

sigset_t stopSet() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

}  // namespace

void holdStopSignals() {
  const sigset_t set = stopSet();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

StopSignals::StopSignals(std::function<void(int)> stop)
    : thread_([this, stop = std::move(stop)] {
        const sigset_t set = stopSet();
        int signal = 0;
        for (int count = 1; sigwait(&set, &signal) == 0 && !done_; ++count) {
          if (count == 1) notifySupervisor("STOPPING=1");
          stop(count);
        }
      }) {}

StopSignals::~StopSignals() {
  done_ = true;
  pthread_kill(thread_.native_handle(), SIGTERM);
  thread_.join();
}

}  // namespace securepair::cli
