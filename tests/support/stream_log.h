#pragma once
#include <securepair/stream.h>

#include <memory>
#include <string>
#include <string_view>

namespace securepair::test {

/// Writes down what happens to a stream: "data(hello) end close ". Data that comes in pieces is
/// joined. The streams' listeners keep what is written, so that they may outlive the log.
class StreamLog {
 public:
  StreamLog() = default;
  explicit StreamLog(Stream& stream) { follow(stream); }

  void follow(Stream& stream) {
    stream.onData([log = *this](const Data& data) mutable { log.add(data); });
    followAllButData(stream);
  }
  void followAllButData(Stream& stream) {
    stream.onEnd([log = *this]() mutable { log.note("end"); });
    stream.onDrain([log = *this]() mutable { log.note("drain"); });
    stream.onTimeout([log = *this]() mutable { log.note("timeout"); });
    stream.onError(
        [log = *this](const Error& error) mutable { log.note("error(" + error.code() + ")"); });
    stream.onClose(
        [log = *this](bool failed) mutable { log.note(failed ? "close(failed)" : "close"); });
  }
  void note(std::string_view event) {
    lines_->events += pending();
    lines_->data.clear();
    lines_->events.append(event) += ' ';
  }
  void add(const Data& data) {
    lines_->data += data.text();
    lines_->all += data.text();
  }

  std::string text() const { return lines_->events + pending(); }
  /// All data, without the other events.
  const std::string& all() const { return lines_->all; }
  void forget() { *lines_ = {}; }

 private:
  struct Lines {
    std::string events = {};
    std::string data = {};
    std::string all = {};
  };
  std::string pending() const { return lines_->data.empty() ? "" : "data(" + lines_->data + ") "; }

  std::shared_ptr<Lines> lines_ = std::make_shared<Lines>();
};

}  // namespace securepair::test
