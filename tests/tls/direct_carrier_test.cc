// TLS over streams that do at once what they are told: what one end says is heard at the other
// before the call returns, and so is the answer.
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "support/tls_world.h"

namespace securepair::test {
namespace {

// Closes when both ends have ended, as Node's streams do.
class Direct final : public Stream {
 public:
  using Ends = std::pair<std::shared_ptr<Direct>, std::shared_ptr<Direct>>;
  /// `isPaced`: asks after each write to wait for `drain`.
  static Ends make(bool isPaced) {
    Ends ends{std::make_shared<Direct>(isPaced), std::make_shared<Direct>(isPaced)};
    ends.first->other_ = ends.second;
    ends.second->other_ = ends.first;
    return ends;
  }
  explicit Direct(bool isPaced) : isPaced_(isPaced) {}

 private:
  bool doWrite(BytesView bytes) override {
    if (const auto other = other_.lock()) {
      other->inbox_ += Data(bytes).text();
      other->pump();
    }
    if (isPaced_) Loop::current().post([this, keep = shared()] { drained(); });
    return !isPaced_;
  }
  void doEnd() override {
    const auto keep = shared();
    endSaid_ = true;
    finished();
    if (const auto other = other_.lock()) {
      other->inboxEnds_ = true;
      other->pump();
    }
    closeWhenDone();
  }
  void doDestroy() override { closed(); }
  void pausedChanged() override { pump(); }

  void pump() {
    const auto keep = shared();
    if (std::exchange(pumping_, true)) return;
    while (!inbox_.empty() && !isPaused()) {
      const std::string some = std::exchange(inbox_, {});
      deliver(Data(some).bytes());
    }
    if (inbox_.empty() && !isPaused() && std::exchange(inboxEnds_, false)) {
      endHeard_ = true;
      deliverEnd();
    }
    pumping_ = false;
    closeWhenDone();
  }
  void closeWhenDone() {
    if (endSaid_ && endHeard_ && !std::exchange(closed_, true)) closed();
  }

  bool isPaced_;
  std::weak_ptr<Direct> other_;
  std::string inbox_;
  bool inboxEnds_ = false;
  bool pumping_ = false;
  bool endSaid_ = false;
  bool endHeard_ = false;
  bool closed_ = false;
};

class DirectCarrier : public testing::TestWithParam<const char*> {
 protected:
  // What a client gets back of what it has written at once with its end.
  std::string echoed(const std::string& text, bool isPaced) const {
    const auto [near, far] = Direct::make(isPaced);
    const auto server = tls::createServer(
        serverOptions(), [](tls::CleartextStream& stream) { stream.pipe(stream); });
    const auto accepted = server->secure(near);
    auto options = clientOptions();
    options.maxVersion = GetParam();
    options.servername = "localhost";
    options.socket = far;
    std::string received;
    const auto client = tls::connect(options);
    client->onSecureConnect([&] {
      EXPECT_TRUE(client->authorized());
      client->end(text);
    });
    client->onData([&](std::string_view more) { received += more; });
    client->onEnd([&] { received += "|"; });
    client->onError([](const Error& error) { ADD_FAILURE() << error.what(); });
    client->onClose([] { Loop::current().stop(); });
    runLoop();
    return received;
  }
};

TEST_P(DirectCarrier, LosesNothingWhereItClosesAtOnce) {
  for (const bool isPaced : {false, true}) {
    EXPECT_EQ(echoed("some", isPaced), "some|");
    const std::string much(300'000, 'x');
    EXPECT_EQ(echoed(much, isPaced), much + "|");
  }
}

// What a client hears that ends without a word from its server, or with a refusal.
std::string toldOf(const tls::ConnectOptions& options) {
  std::string told;
  const auto client = tls::connect(options);
  client->onSecureConnect([&] { client->write(client->authorized() ? "any" : "one"); });
  client->onData([](const Data&) {});
  client->onEnd([&] { told += "end "; });
  client->onError([&](const Error& error) { told += error.code(); });
  client->onClose([] { Loop::current().stop(); });
  runLoop();
  return told;
}

TEST_P(DirectCarrier, TellsOfARefusalThatComesAtOnce) {
  const auto [near, far] = Direct::make(false);
  auto refusing = serverOptions();
  refusing.ALPNProtocols = "one";
  const auto server = tls::createServer(refusing);
  server->onClientError([](const Error&) {});
  const auto accepted = server->secure(near);
  auto options = clientOptions();
  options.maxVersion = GetParam();
  options.servername = "localhost";
  options.ALPNProtocols = "another";
  options.socket = far;
  EXPECT_EQ(toldOf(options), "ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL");
}

TEST_P(DirectCarrier, TellsOfACutThatComesAtOnce) {
  const auto [near, far] = Direct::make(false);
  const auto server = tls::createServer(serverOptions(), [&](tls::CleartextStream& stream) {
    stream.onData([&](const Data&) { near->end(); });  // without close_notify
    stream.onError([](const Error&) {});
  });
  const auto accepted = server->secure(near);
  auto options = clientOptions();
  options.maxVersion = GetParam();
  options.servername = "localhost";
  options.socket = far;
  EXPECT_EQ(toldOf(options), "ERR_TLS_TRUNCATED");
}

INSTANTIATE_TEST_SUITE_P(Versions, DirectCarrier, testing::Values("TLSv1.2", "TLSv1.3"),
                         [](const auto& test) {
                           return std::string(test.param) == "TLSv1.2" ? "Tls12" : "Tls13";
                         });

}  // namespace
}  // namespace securepair::test
