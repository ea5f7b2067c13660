// Stands before the C library in an echo server that is watched from outside (LD_PRELOAD).
//
// SIGUSR1 leaves a mark: it shows in a trace of system calls, and under callgrind all that was
// counted since the mark before goes into a file.
//
// The monotonic clock stands still: a server that is watched is slow, and what it would put off for
// want of time is no work of its clients'.
#include <csignal>
#include <ctime>
#include <dlfcn.h>

#if __has_include(<valgrind/callgrind.h>)
#include <valgrind/callgrind.h>
#else
#define CALLGRIND_DUMP_STATS static_cast<void>(0)
#endif

namespace {

void mark(int /*signal*/) { CALLGRIND_DUMP_STATS; }

__attribute__((constructor)) void begin() { std::signal(SIGUSR1, mark); }

}  // namespace

extern "C" int clock_gettime(clockid_t clock, timespec* now) noexcept {
  static const auto next =
      reinterpret_cast<decltype(&clock_gettime)>(dlsym(RTLD_NEXT, "clock_gettime"));
  if (clock != CLOCK_MONOTONIC && clock != CLOCK_MONOTONIC_COARSE) return next(clock, now);
  *now = {.tv_sec = 1'000'000, .tv_nsec = 0};
  return 0;
}
