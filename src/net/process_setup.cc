#include "net/process_setup.h"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include "base/host.h"

namespace securepair::net {
namespace {

std::atomic<bool> ignoreSigpipe = true;

void ignoreSigpipeWhereDefault() noexcept {
  struct sigaction action = {};
  if (sigaction(SIGPIPE, nullptr, &action) != 0 || (action.sa_flags & SA_SIGINFO) != 0 ||
      action.sa_handler != SIG_DFL) {
    return;
  }
  action.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &action, nullptr);
}

void openClosedStandardDescriptors() noexcept {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF) continue;
    // The lowest free descriptor is this one: those before it are open by now.
    if (open("/dev/null", O_RDWR) < 0) return;
  }
}

// A child would send it a second time.
void sendBeforeFork() noexcept {
  static const int once = pthread_atfork(
      [] {
        if (base::Host* const loop = base::host()) loop->sendWritten();
      },
      nullptr, nullptr);
  static_cast<void>(once);
}

}  // namespace

void setUpProcess() noexcept {
  if (ignoreSigpipe) ignoreSigpipeWhereDefault();
  openClosedStandardDescriptors();
  sendBeforeFork();
}

void setIgnoreSigpipe(bool ignore) noexcept { ignoreSigpipe = ignore; }

}  // namespace securepair::net
