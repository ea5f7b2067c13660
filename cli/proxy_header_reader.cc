#include "cli/proxy_header_reader.h"

#include <securepair/loop.h>

#include <memory>
#include <utility>

namespace securepair::cli {
namespace {

Error headerFailure(std::string_view flaw) {
  return Error(
      {.code = "ERR_PROXY_HEADER",
       .message = "a trusted proxy has not begun with a PROXY header: " + std::string(flaw),
       .fix = "make it send one, or leave it out of --trusted-proxies"});
}

class HeaderReading {
 public:
  HeaderReading(std::function<void(const std::optional<ProxiedAddresses>&, const Data& rest)> done,
                std::function<void(const Error&)> failed)
      : done_(std::move(done)), failed_(std::move(failed)) {}

  void startTimer(std::chrono::milliseconds within, Listener<> whenOver) {
    if (within.count() > 0) timer_ = loop_.setTimeout(within, std::move(whenOver));
  }

  void take(const Data& data) {
    if (over_) return;
    bytes_ += data.text();
    const ProxyHeader header = parseProxyHeader(bytes_);
    if (header.state == ProxyHeader::State::incomplete) return;
    if (header.state == ProxyHeader::State::invalid) return fail(header.flaw);
    stop();
    const std::string rest = bytes_.substr(header.size);
    bytes_.clear();
    done_(header.addresses, rest);
  }

  void fail(std::string_view flaw) {
    if (over_) return;
    stop();
    failed_(headerFailure(flaw));
  }

  void stop() {
    over_ = true;
    if (timer_) loop_.clearTimer(*std::exchange(timer_, std::nullopt));
  }

 private:
  Loop& loop_ = Loop::current();
  std::function<void(const std::optional<ProxiedAddresses>&, const Data& rest)> done_;
  std::function<void(const Error&)> failed_;
  std::optional<Loop::TimerId> timer_ = {};
  std::string bytes_;
  bool over_ = false;
};

}  // namespace

void readProxyHeader(
    net::Socket& socket, std::chrono::milliseconds within,
    std::function<void(const std::optional<ProxiedAddresses>&, const Data& rest)> done,
    std::function<void(const Error&)> failed) {
  const auto reading = std::make_shared<HeaderReading>(std::move(done), std::move(failed));
  socket.onData([reading](const Data& data) { reading->take(data); });
  socket.onEnd([reading] { reading->fail("the connection has ended"); });
  socket.onClose([reading] { reading->stop(); });
  reading->startTimer(within, [weak = std::weak_ptr(reading)] {
    if (const auto read = weak.lock()) read->fail("it has not come in time");
  });
}

}  // namespace securepair::cli
