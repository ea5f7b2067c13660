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
  static Ends make() {
    Ends ends{std::make_shared<Direct>(), std::make_shared<Direct>()};
    ends.first->other_ = ends.second;
    ends.second->other_ = ends.first;
    return ends;
  }

 private:
  bool doWrite(BytesView bytes) override {
    if (const auto other = other_.lock()) {
      other->inbox_ += Data(bytes).text();
      other->pump();
    }
    return true;
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
  std::string echoed(const std::string& text) const {
    const auto [near, far] = Direct::make();
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
  EXPECT_EQ(echoed("some"), "some|");
  const std::string much(300'000, 'x');
  EXPECT_EQ(echoed(much), much + "|");
}

INSTANTIATE_TEST_SUITE_P(Versions, DirectCarrier, testing::Values("TLSv1.2", "TLSv1.3"),
                         [](const auto& test) {
                           return std::string(test.param) == "TLSv1.2" ? "Tls12" : "Tls13";
                         });

}  // namespace
}  // namespace securepair::test
