#include "net/stderr_log.h"

#include <chrono>
#include <climits>
#include <new>
#include <poll.h>
#include <string_view>
#include <unistd.h>
#include <utility>

#include <uv.h>

#include "net/loop.h"

namespace securepair::net {
namespace {

constexpr std::chrono::milliseconds pause{1000};

// One line, and nothing in it that a terminal would obey: the text may be a peer's. Bytes that are
// not ASCII may be control characters too, in one encoding or another.
std::string asOneLine(std::string_view text) {
  std::string line;
  for (const char c : text) {
    if (c == '\n') {
      line += ';';
    } else if (c != ' ' || !line.ends_with(' ')) {
      line += c >= ' ' && c <= '~' ? c : '?';
    }
  }
  return line;
}

void writeLine(std::string_view text) {
  std::string line = asOneLine(text);
  // A pipe that is ready takes this much without blocking.
  if (line.size() >= PIPE_BUF) line.resize(PIPE_BUF - 1);
  line += '\n';
  pollfd ready = {.fd = STDERR_FILENO, .events = POLLOUT, .revents = 0};
  if (::poll(&ready, 1, 0) != 1 || (ready.revents & POLLOUT) == 0) return;
  static_cast<void>(!::write(STDERR_FILENO, line.data(), line.size()));
}

}  // namespace

StderrLog::~StderrLog() {
  try {
    for (auto& [name, topic] : topics_) {
      if (topic.waiting > 0) print(topic);
    }
  } catch (const std::bad_alloc&) {  // there is no memory for a line
  }
}

void StderrLog::tell(const std::string& name, std::string text) {
  Topic& topic = topics_[name];
  topic.last = std::move(text);
  ++topic.waiting;
  if (uv_hrtime() >= topic.quietUntil) {
    print(topic);
    quiet(name);
  }
}

void StderrLog::quiet(const std::string& name) {
  topics_[name].quietUntil =
      uv_hrtime() + static_cast<std::uint64_t>(std::chrono::nanoseconds(pause).count());
  // A little later than quietUntil: the loop's clock is the coarser one.
  loop_.timers().start(pause + std::chrono::milliseconds{10}, Timers::Kind::background,
                       [this, name] {
                         Topic& topic = topics_[name];
                         if (topic.waiting == 0 || uv_hrtime() < topic.quietUntil) return;
                         print(topic);
                         quiet(name);
                       });
}

void StderrLog::print(Topic& topic) {
  std::string line = "securepair: " + topic.last;
  if (topic.waiting > 1) {
    line += " (and " + std::to_string(topic.waiting - 1) + " more within a second)";
  }
  topic.waiting = 0;
  writeLine(std::move(line));
}

}  // namespace securepair::net
