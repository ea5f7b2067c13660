#include "cli/line_sink.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <poll.h>
#include <unistd.h>
#include <utility>

namespace securepair::cli {
namespace {

// A pipe of which this is said takes PIPE_BUF bytes at once.
bool takesMore(int descriptor) {
  pollfd wanted{descriptor, POLLOUT, 0};
  return ::poll(&wanted, 1, 0) == 1;
}

}  // namespace

LineSink::LineSink(int descriptor, std::function<std::string(std::uint64_t)> missing)
    : descriptor_(descriptor), missing_(std::move(missing)) {}

bool LineSink::write(std::string_view line) {
  const std::lock_guard lock(mutex_);
  if (isGone_) return true;
  if (!writeRest()) return false;
  if (!rest_.empty()) {
    ++missed_;
    return true;
  }
  telling_ = missed_;
  if (telling_ > 0) rest_ = missing_(telling_);
  rest_ += line;
  return writeRest();
}

bool LineSink::writeRest() {
  while (!rest_.empty() && takesMore(descriptor_)) {
    const ssize_t count =
        ::write(descriptor_, rest_.data(), std::min<std::size_t>(rest_.size(), PIPE_BUF));
    if (count >= 0) {
      rest_.erase(0, static_cast<std::size_t>(count));
      if (rest_.empty()) missed_ -= std::exchange(telling_, 0);
    } else if (errno == EAGAIN) {
      break;
    } else if (errno != EINTR) {
      isGone_ = errno == EPIPE;
      ++missed_;  // for want of room on the disk, for one
      rest_.clear();
      telling_ = 0;
    }
  }
  return !isGone_;
}

}  // namespace securepair::cli
