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

void holdHangUpSignal() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

bool holdHangUpUnlessIgnored() {
  struct sigaction now {};
  if (::sigaction(SIGHUP, nullptr, &now) == 0 && now.sa_handler == SIG_IGN) return false;
  holdHangUpSignal();
  return true;
}

StopSignals::StopSignals(std::function<void(int)> stop, std::function<void()> hangUp)
    : stop_(std::move(stop)), hangUp_(std::move(hangUp)), thread_([this] { wait(); }) {}

StopSignals::~StopSignals() {
  done_ = true;
  pthread_kill(thread_.native_handle(), SIGTERM);
  thread_.join();
}

void StopSignals::wait() const {
  sigset_t set = stopSet();
  if (hangUp_) sigaddset(&set, SIGHUP);
  int signal = 0;
  for (int count = 0; sigwait(&set, &signal) == 0 && !done_;) {
    if (signal == SIGHUP) {
      hangUp_();
    } else {
      if (++count == 1) notifySupervisor("STOPPING=1");
      stop_(count);
    }
  }
}

}  // namespace securepair::cli
