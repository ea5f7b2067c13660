#include <securepair/process.h>

#include <fcntl.h>
#include <linux/magic.h>
#include <memory>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "net/file_stream.h"
#include "net/loop.h"
#include "net/socket.h"

namespace securepair::net {
namespace {

bool isPollable(int fd) {
  struct stat status = {};
  return ::isatty(fd) == 1 ||
         (::fstat(fd, &status) == 0 && (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode)));
}

bool isUnnamedPipe(int fd) {
  struct statfs system = {};
  return ::fstatfs(fd, &system) == 0 && system.f_type == PIPEFS_MAGIC;
}

// Opens a terminal or a pipe a second time: O_NONBLOCK is then this program's own and not that of
// the shell, or of whoever else has the descriptor. (A named pipe whose writer has gone already
// would never tell its end to one that opens it now.)
Fd reopen(int fd) {
  if (::isatty(fd) != 1 && !isUnnamedPipe(fd)) return {};
  const std::string path = "/proc/self/fd/" + std::to_string(fd);
  return Fd(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
}

/// Gives a descriptor that others share back as it was.
class BlockingAgain final : public SocketCore::Home {
 public:
  explicit BlockingAgain(int fd) : fd_(fd), flags_(::fcntl(fd, F_GETFL)) {}
  BlockingAgain(const BlockingAgain&) = delete;
  BlockingAgain& operator=(const BlockingAgain&) = delete;
  ~BlockingAgain() {
    if (flags_ >= 0) ::fcntl(fd_, F_SETFL, flags_);
  }
  void connectionClosed() override {}

 private:
  int fd_;
  int flags_;
};

std::shared_ptr<Stream> openStandardInput(LoopCore& loop) {
  if (!isPollable(STDIN_FILENO)) return FileStream::open(loop, STDIN_FILENO);
  if (Fd own = reopen(STDIN_FILENO)) return SocketCore::openInput(loop, std::move(own), nullptr);
  auto restore = std::make_shared<BlockingAgain>(STDIN_FILENO);
  Fd shared(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
  return SocketCore::openInput(loop, std::move(shared), std::move(restore));
}

}  // namespace
}  // namespace securepair::net

namespace securepair::process {

Stream& stdinStream() {
  net::LoopCore& loop = net::LoopCore::current();
  if (loop.standardInput == nullptr) loop.standardInput = net::openStandardInput(loop);
  return *loop.standardInput;
}

}  // namespace securepair::process
