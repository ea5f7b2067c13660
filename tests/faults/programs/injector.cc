// Stands before the C library in a program under test (LD_PRELOAD), and has calls fail as they may:
//
//   FAULTS=short:2000,again:500,interrupt:500,reset:5,buffers:20,descriptors:100,memory:3,clock:9,seed:7
//
// each with the chance in ten thousand that it happens in a call: reads and writes of sockets that
// take a few bytes only, find nothing ready, are interrupted, find the connection reset, or no
// buffers; new sockets for which there is no descriptor; allocations for which there is no memory;
// a wall clock that is an hour late or early. It begins with the third accept4() or connect(), when
// a server has served its first client and all that libraries make once is made; at the end it
// tells how often it did what.
#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <dlfcn.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

namespace {

enum Fault : std::size_t {
  shortened,
  again,
  interrupt,
  reset,
  buffers,
  descriptors,
  memory,
  clockJump
};
constexpr std::array names{"short",   "again",       "interrupt", "reset",
                           "buffers", "descriptors", "memory",    "clock"};
constexpr std::size_t count = names.size();

// Plain and constant: used before any constructor has run, and by malloc().
std::array<unsigned, count> chances{};
std::array<std::atomic<unsigned>, count> happened{};
std::atomic<std::uint64_t> state{1};
std::atomic<bool> begun{false};
std::atomic<int> connections{0};

void countConnection() {
  if (++connections == 3) begun = true;
}

unsigned chanceOf(const char* settings, const char* name) {
  const char* at = std::strstr(settings, name);
  while (at != nullptr && at[std::strlen(name)] != ':') at = std::strstr(at + 1, name);
  return at == nullptr ? 0 : static_cast<unsigned>(std::atoi(at + std::strlen(name) + 1));
}

__attribute__((constructor)) void readSettings() {
  const char* const settings = std::getenv("FAULTS");
  if (settings == nullptr) return;
  for (std::size_t i = 0; i < count; ++i) chances[i] = chanceOf(settings, names[i]);
  state = 2 * std::uint64_t{chanceOf(settings, "seed")} + 1;
}

__attribute__((destructor)) void tell() {
  begun = false;
  for (std::size_t i = 0; i < count; ++i) {
    std::fprintf(stderr, "injected %s %u\n", names[i], happened[i].load());
  }
}

std::uint32_t random() {
  std::uint64_t before = state.load();
  std::uint64_t after = 0;
  do {
    after = before * 6364136223846793005U + 1442695040888963407U;
  } while (!state.compare_exchange_weak(before, after));
  return static_cast<std::uint32_t>(after >> 33U);
}

bool happens(Fault fault) {
  if (!begun || chances[fault] == 0 || random() % 10'000 >= chances[fault]) return false;
  ++happened[fault];
  return true;
}

bool fails(Fault fault, int error) {
  if (!happens(fault)) return false;
  errno = error;
  return true;
}

bool isSocket(int fd) {
  struct stat what = {};
  return begun && fstat(fd, &what) == 0 && S_ISSOCK(what.st_mode);
}

bool failsToTransfer(int fd) {
  return isSocket(fd) &&
         (fails(interrupt, EINTR) || fails(again, EAGAIN) || fails(reset, ECONNRESET));
}

std::size_t shorten(int fd, std::size_t size) {
  if (size < 2 || !isSocket(fd) || !happens(shortened)) return size;
  return std::min<std::size_t>(size, 1 + random() % 9);
}

// Where the connection has ended a read that is shorter than what is there does not happen, and
// libuv takes it for the end.
bool hasEnded(int fd) {
  pollfd end = {.fd = fd, .events = POLLRDHUP, .revents = 0};
  return poll(&end, 1, 0) != 0;
}

// By how many seconds the wall clock is wrong.
time_t jump() {
  constexpr time_t hour = 3600;
  if (!happens(clockJump)) return 0;
  return random() % 2 == 0 ? hour : -hour;
}

template <class F>
F* next(const char* name) {
  return reinterpret_cast<F*>(dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" {

ssize_t read(int fd, void* into, size_t size) {
  static auto* const real = next<ssize_t(int, void*, size_t)>("read");
  if (failsToTransfer(fd)) return -1;
  return real(fd, into, begun && hasEnded(fd) ? size : shorten(fd, size));
}

ssize_t write(int fd, const void* from, size_t size) {
  static auto* const real = next<ssize_t(int, const void*, size_t)>("write");
  if (failsToTransfer(fd) || (isSocket(fd) && fails(buffers, ENOBUFS))) return -1;
  return real(fd, from, shorten(fd, size));
}

ssize_t send(int fd, const void* from, size_t size, int flags) {
  static auto* const real = next<ssize_t(int, const void*, size_t, int)>("send");
  if (failsToTransfer(fd) || fails(buffers, ENOBUFS)) return -1;
  return real(fd, from, shorten(fd, size), flags);
}

ssize_t writev(int fd, const iovec* parts, int number) {
  static auto* const real = next<ssize_t(int, const iovec*, int)>("writev");
  if (failsToTransfer(fd) || (isSocket(fd) && fails(buffers, ENOBUFS))) return -1;
  if (number < 1) return real(fd, parts, number);
  iovec first = parts[0];
  first.iov_len = shorten(fd, first.iov_len);
  return first.iov_len == parts[0].iov_len ? real(fd, parts, number) : real(fd, &first, 1);
}

int accept4(int fd, sockaddr* address, socklen_t* size, int flags) {
  static auto* const real = next<int(int, sockaddr*, socklen_t*, int)>("accept4");
  countConnection();
  if (fails(interrupt, EINTR) || fails(descriptors, EMFILE) || fails(reset, ECONNABORTED))
    return -1;
  return real(fd, address, size, flags);
}

int connect(int fd, const sockaddr* address, socklen_t size) {
  static auto* const real = next<int(int, const sockaddr*, socklen_t)>("connect");
  countConnection();
  return real(fd, address, size);
}

int socket(int domain, int type, int protocol) {
  static auto* const real = next<int(int, int, int)>("socket");
  return fails(descriptors, EMFILE) ? -1 : real(domain, type, protocol);
}

int clock_gettime(clockid_t clock, timespec* now) {
  static auto* const real = next<int(clockid_t, timespec*)>("clock_gettime");
  const int result = real(clock, now);
  if (clock == CLOCK_REALTIME) now->tv_sec += jump();
  return result;
}

time_t time(time_t* now) {
  timespec exact = {};
  clock_gettime(CLOCK_REALTIME, &exact);
  if (now != nullptr) *now = exact.tv_sec;
  return exact.tv_sec;
}

#ifdef FAULTS_OF_MEMORY
// glibc's own: dlsym() allocates.
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t number, size_t size);
void* __libc_realloc(void* block, size_t size);

void* malloc(size_t size) { return fails(memory, ENOMEM) ? nullptr : __libc_malloc(size); }
void* calloc(size_t number, size_t size) {
  return fails(memory, ENOMEM) ? nullptr : __libc_calloc(number, size);
}
void* realloc(void* block, size_t size) {
  return fails(memory, ENOMEM) ? nullptr : __libc_realloc(block, size);
}
#endif
}
