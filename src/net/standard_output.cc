#include <securepair/process.h>

#include <cerrno>
#include <memory>
#include <poll.h>
#include <unistd.h>

#include <uv.h>

#include "base/later.h"
#include "net/failure.h"

namespace securepair::process {
namespace {

/// Writes what it is given before write() returns: nothing is lost where the program ends.
class StandardOutput final : public Stream {
 public:
  static std::shared_ptr<StandardOutput> open() {
    auto stream = std::make_shared<StandardOutput>();
    stream->setOwnConnection();
    stream->setAllowHalfOpen(true);
    stream->deliverEnd();  // it is not read
    return stream;
  }

 private:
  bool doWrite(BytesView bytes) override {
    while (!bytes.empty()) {
      const ssize_t count = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
      if (count >= 0) {
        bytes = bytes.subspan(static_cast<std::size_t>(count));
      } else if (errno == EAGAIN) {
        waitUntilWritable();
      } else if (errno != EINTR) {
        failLater(uv_translate_sys_error(errno));
        return false;
      }
    }
    return true;
  }

  // Whoever shares the descriptor may have made it non-blocking.
  static void waitUntilWritable() {
    pollfd descriptor = {.fd = STDOUT_FILENO, .events = POLLOUT, .revents = 0};
    ::poll(&descriptor, 1, -1);
  }

  void failLater(int status) {
    base::later([this, keep = shared(), status] {
      fail(net::connectionError(status, "write", "standard output"));
    });
  }

  void doEnd() override {
    base::later([this, keep = shared()] { finished(); });
  }
  void doDestroy() override {
    base::later([this, keep = shared()] { closed(); });
  }
  bool outlivesPipes() const override { return true; }
};

}  // namespace

Stream& stdoutStream() {
  thread_local const std::shared_ptr<StandardOutput> stream = StandardOutput::open();
  return *stream;
}

}  // namespace securepair::process
