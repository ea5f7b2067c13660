#include <securepair/stream.h>

#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "support/error_of.h"
#include "support/memory_loop.h"
#include "support/memory_stream.h"
#include "support/stream_log.h"

namespace securepair {
namespace {

using test::MemoryLoop;
using test::MemoryStream;
using test::StreamLog;

class Consuming final : public Stream::Consumer {
 public:
  explicit Consuming(const StreamLog& log) : log_(log) {}
  void consume(BytesView bytes) override { log_.add(Data(bytes)); }
  void consumeEnd() override { log_.note("consumeEnd"); }
  void carrierDrained() override { log_.note("carrierDrained"); }
  void carrierFinished() override { log_.note("carrierFinished"); }
  void carrierFailed(const Error& error) override {
    log_.note("carrierFailed(" + error.code() + ")");
  }
  void carrierClosed() override { log_.note("carrierClosed"); }

 private:
  StreamLog log_;
};

class Attached : public ::testing::Test {
 protected:
  Attached() {
    std::tie(here, there) = MemoryStream::connect({.capacity = 100});
    auto owned = std::make_shared<Consuming>(log);
    consumer = owned;
    here->onData([this] { log.note("DATA"); });
    log.followAllButData(*here);
    here->attach(std::move(owned));
  }
  ~Attached() override {
    here->destroy();
    there->destroy();
    loop.run();
  }

  MemoryLoop loop;
  StreamLog log;
  std::shared_ptr<MemoryStream> here;
  std::shared_ptr<MemoryStream> there;
  std::weak_ptr<Consuming> consumer;
};

TEST_F(Attached, TheConsumerTakesDataAndEndInPlaceOfTheListeners) {
  there->end("bytes");
  loop.run();
  EXPECT_EQ(log.text(), "data(bytes) consumeEnd ");
  EXPECT_TRUE(here->writable());
}

TEST_F(Attached, TheConsumerIsToldOfDrainAndOfTheEndThatWasSent) {
  there->pause();
  EXPECT_FALSE(here->write(std::string(200, 'a')));
  there->resume();
  loop.run();
  here->end();
  loop.run();
  EXPECT_EQ(log.text(), "carrierDrained carrierFinished consumeEnd carrierClosed close ");
}

TEST_F(Attached, AnErrorReachesTheConsumerAndThenTheListeners) {
  there->onError([] {});
  here->reset();
  loop.run();
  EXPECT_EQ(log.text(), "carrierFailed(ECONNRESET) error(ECONNRESET) carrierClosed close(failed) ");
}

TEST_F(Attached, AnErrorThatTheConsumerTakesIsHandled) {
  const auto [a, b] = MemoryStream::connect();
  a->attach(std::make_shared<Consuming>(log));
  b->attach(std::make_shared<Consuming>(log));
  a->reset();
  loop.run();
  EXPECT_TRUE(loop.unhandled.empty());
}

TEST_F(Attached, ThereIsOneConsumer) {
  const auto second = std::make_shared<Consuming>(log);
  EXPECT_EQ(test::errorOf([&] { here->attach(second); }).code(), "ERR_STREAM_TAKEN");
  there->write("still the first one's");
  loop.run();
  EXPECT_EQ(log.text(), "data(still the first one's) ");
}

TEST_F(Attached, TheConsumerIsLetGoAtClose) {
  EXPECT_FALSE(consumer.expired());
  here->destroy();
  EXPECT_FALSE(consumer.expired());
  loop.run();
  EXPECT_TRUE(consumer.expired());
  EXPECT_EQ(log.text(), "carrierClosed close ");
}

}  // namespace
}  // namespace securepair
