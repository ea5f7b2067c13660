#include "cli/io.h"

#include <cerrno>
#include <cstdlib>
#include <poll.h>
#include <system_error>
#include <unistd.h>

#include "cli/text.h"

namespace securepair::cli {
namespace {

// Somebody else may have made the descriptor non-blocking: it is often shared.
bool waitUntilWritable(int descriptor) {
  pollfd wanted{descriptor, POLLOUT, 0};
  return ::poll(&wanted, 1, -1) >= 0 || errno == EINTR;
}

// 0, or the system's error.
int writeAll(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(descriptor, text.data(), text.size());
    if (count >= 0) {
      text.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN ? !waitUntilWritable(descriptor) : errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

void writeOut(std::string_view text) {
  const int error = writeAll(STDOUT_FILENO, text);
  if (error == 0) return;
  throw Failure(Exit::failure, {.code = "ERR_OUTPUT",
                                .message = "cannot write to standard output: " +
                                           std::generic_category().message(error)});
}

// Nobody is left to be told where this fails.
void writeErr(std::string_view text) { static_cast<void>(writeAll(STDERR_FILENO, text)); }

std::string painted(Ink ink, std::string_view text) {
  const char* code = nullptr;
  switch (ink) {
    case Ink::plain:
      return std::string(text);
    case Ink::bold:
      code = "1";
      break;
    case Ink::red:
      code = "1;31";
      break;
    case Ink::green:
      code = "32";
      break;
    case Ink::yellow:
      code = "33";
      break;
  }
  return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

bool isSet(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

bool isDumb() {
  const char* terminal = std::getenv("TERM");
  return terminal == nullptr || std::string_view(terminal) == "dumb";
}

}  // namespace

void Io::raw(const Data& data) { out(data.text()); }

void Io::line(std::string_view text) { out(printable(text) + "\n"); }

void Io::inkedLine(std::string_view text) { out(std::string(text) + "\n"); }

void Io::record(const Json& object) {
  const std::string text = object.text() + "\n";
  if (outputIsData_) {
    err(text);
  } else {
    out(text);
  }
}

void Io::note(std::string_view text) {
  if (!quiet() && !json()) diagnostic(Ink::plain, "", text);
}

void Io::warn(std::string_view message, std::string_view fix) {
  if (json()) {
    record(warningJson(message, fix));
  } else {
    err(warningLine(message, fix));
  }
}

void Io::error(const Error& error, Exit exit) {
  if (!settings_.json) {
    diagnostic(Ink::red, "", inFlags(error).what());
    return;
  }
  Json object;
  object.set("event", "error").set("exit", static_cast<int>(exit));
  record(object.set("error", errorJson(inFlags(error))));
}

void Io::neverWait() {
  outSink_ = std::make_unique<LineSink>(STDOUT_FILENO, [this](std::uint64_t missed) {
    return json() ? missedLine(missed) : std::string();
  });
  errSink_ = std::make_unique<LineSink>(
      STDERR_FILENO, [this](std::uint64_t missed) { return missedLine(missed); });
}

bool Io::canDraw() const {
  return !settings_.json && !settings_.quiet && ::isatty(STDERR_FILENO) != 0 && !isDumb();
}

void Io::draw(std::string_view text) { err(text); }

std::string Io::inked(Ink ink, std::string_view text) const {
  return colored(STDOUT_FILENO) ? painted(ink, text) : std::string(text);
}

bool Io::colored(int descriptor) const {
  if (settings_.color == "always") return true;
  if (settings_.color == "never" || isSet("NO_COLOR")) return false;
  return ::isatty(descriptor) != 0 && !isDumb();
}

void Io::diagnostic(Ink ink, std::string_view label, std::string_view text) {
  err(diagnosticLine(ink, label, text));
}

std::string Io::diagnosticLine(Ink ink, std::string_view label, std::string_view text) const {
  const std::string start = "securepair: " + std::string(label);
  return (colored(STDERR_FILENO) ? painted(ink, start) : start) + printableLines(text) + "\n";
}

std::string Io::warningLine(std::string_view message, std::string_view fix) const {
  if (json()) return warningJson(message, fix).text() + "\n";
  return diagnosticLine(Ink::yellow, "warning: ",
                        std::string(message) + (fix.empty() ? "" : "\n  fix: " + std::string(fix)));
}

std::string Io::missedLine(std::uint64_t lines) const {
  if (json()) {
    Json object;
    object.set("event", "missed").set("lines", static_cast<std::int64_t>(lines));
    return object.text() + "\n";
  }
  return warningLine(std::to_string(lines) + " lines are missing here, which nobody took", {});
}

// Where standard output is gone, JSON too is told on standard error.
void Io::out(std::string_view text) {
  if (!outSink_) return writeOut(text);
  if (outSink_->write(text)) return;
  err(warningLine("nobody reads standard output any more: what would stand there is not told", {}));
}

void Io::err(std::string_view text) {
  if (errSink_) {
    errSink_->write(text);
  } else {
    writeErr(text);
  }
}

Json errorJson(const Error& error) {
  Json object;
  const auto add = [&object](std::string_view key, const std::string& value) {
    if (!value.empty()) object.set(key, value);
  };
  add("code", error.code());
  add("message", error.message());
  add("certificate", error.certificate());
  add("expected", error.expected());
  add("got", error.got());
  add("fix", error.fix());
  return object;
}

Json warningJson(std::string_view message, std::string_view fix) {
  Json object;
  object.set("event", "warning").set("message", message);
  if (!fix.empty()) object.set("fix", fix);
  return object;
}

}  // namespace securepair::cli
