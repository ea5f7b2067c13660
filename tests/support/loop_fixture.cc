#include "support/loop_fixture.h"

#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

#include <uv.h>

#include "base/host.h"
#include "net/handle.h"

namespace securepair::test {
namespace {

std::string describeHandles(uv_loop_t* loop) {
  std::string text;
  uv_walk(
      loop,
      [](uv_handle_t* handle, void* to) {
        auto& out = *static_cast<std::string*>(to);
        out += std::string("\n  ") + uv_handle_type_name(handle->type);
        uv_os_fd_t fd = -1;
        if (uv_fileno(handle, &fd) == 0) out += " on descriptor " + std::to_string(fd);
        if (uv_is_active(handle) != 0) out += ", active";
        if (uv_has_ref(handle) != 0) out += ", keeps the loop running";
        if (uv_is_closing(handle) != 0) out += ", closing";
      },
      &text);
  return text;
}

/// Ends a run that takes too long.
class Deadline {
 public:
  Deadline(Loop& loop, std::chrono::milliseconds time)
      : timer_(base::host()->startTimer(time, [&loop, time] {
          ADD_FAILURE() << "the loop was still running after " << time.count()
                        << " ms with:" << describeHandles(loop.native());
          loop.stop();
        })) {}
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;
  ~Deadline() { base::host()->stopTimer(timer_); }

 private:
  base::Host::TimerId timer_;
};

}  // namespace

LoopTest::LoopTest() {
  { const Loop opensWhatLibuvKeeps; }
  descriptorsBefore_ = openDescriptors();
  loop_ = std::make_unique<Loop>();
}

LoopTest::~LoopTest() {
  loop_.reset();
  const auto after = openDescriptors();
  for (const auto& [fd, what] : after) {
    const auto before = descriptorsBefore_.find(fd);
    EXPECT_TRUE(before != descriptorsBefore_.end() && before->second == what)
        << "descriptor " << fd << " was left open: " << what;
  }
}

int LoopTest::runLoop(std::chrono::milliseconds deadline) {
  const Deadline limit(loop(), deadline);
  return loop().run();
}

void LoopTest::runUntil(const std::function<bool()>& holds, std::chrono::milliseconds deadline) {
  struct Asking {
    const std::function<bool()>& holds;
    Loop& loop;
  } asking{holds, loop()};
  const net::Handle<uv_prepare_t> beforePoll(&asking);
  uv_prepare_init(loop().native(), beforePoll.get());
  uv_prepare_start(beforePoll.get(), [](uv_prepare_t* handle) {
    const auto& ask = net::ownerOf<Asking>(handle);
    if (ask.holds()) ask.loop.stop();
  });
  runLoop(deadline);
}

std::map<int, std::string> openDescriptors() {
  std::map<int, std::string> open;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    const auto what = std::filesystem::read_symlink(entry.path(), gone);
    // The descriptor with which the folder is read is not worth telling.
    if (!gone && what.string().find("/fd") == std::string::npos) {
      open[std::stoi(entry.path().filename())] = what;
    }
  }
  return open;
}

int inChild(const std::function<int()>& body) {
  std::fflush(nullptr);
  const pid_t child = ::fork();
  if (child == 0) {
    int status = 99;
    try {
      status = body();
    } catch (const std::exception& error) {
      std::fprintf(stderr, "in the child: %s\n", error.what());
    }
    ::_exit(status);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace securepair::test
