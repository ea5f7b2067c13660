#include <securepair/stream.h>

#include <malloc.h>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "support/memory_loop.h"
#include "support/memory_stream.h"
#include "support/stream_log.h"

namespace securepair {
namespace {

using test::MemoryLoop;
using test::MemoryStream;
using test::StreamLog;

// far <-> source | sink <-> end
class Pipe : public ::testing::Test {
 protected:
  Pipe() {
    std::tie(far, source) = MemoryStream::connect();
    std::tie(sink, end) = MemoryStream::connect({.capacity = 100});
  }
  ~Pipe() override {
    for (const auto& stream : {far, source, sink, end}) stream->destroy();
    loop.run();
  }

  MemoryLoop loop;
  std::shared_ptr<MemoryStream> far;
  std::shared_ptr<MemoryStream> source;
  std::shared_ptr<MemoryStream> sink;
  std::shared_ptr<MemoryStream> end;
};

TEST_F(Pipe, WritesAllDataAndEndsAtEnd) {
  StreamLog log(*end);
  EXPECT_EQ(&source->pipe(*sink), sink.get());
  far->write("one ");
  far->end("two");
  loop.run();
  EXPECT_EQ(log.text(), "data(one two) end close ");
}

TEST_F(Pipe, GoesOnWhereItsTargetIsEndedBeforeItHasDrained) {
  end->setAllowHalfOpen(true);
  sink->setAllowHalfOpen(true);
  end->pause();
  source->pipe(*sink);
  far->write(std::string(1000, 'x'));
  loop.run();
  ASSERT_TRUE(source->isPaused());
  sink->end();
  end->resume();
  loop.run();
  EXPECT_FALSE(source->isPaused());
}

// A stream of the user's own, which takes one write and says when it has room again.
class OwnStream final : public Stream {
 public:
  std::string taken;
  using Stream::drained;

 private:
  bool doWrite(BytesView bytes) override {
    taken += Data(bytes).text();
    return false;
  }
  void doEnd() override { finished(); }
  void doDestroy() override { closed(); }
};

TEST(PipeWithoutALoop, GoesOnAsSoonAsItsTargetHasDrained) {
  class Source final : public Stream {
   public:
    using Stream::deliver;

   private:
    bool doWrite(BytesView) override { return true; }
    void doEnd() override { finished(); }
    void doDestroy() override { closed(); }
  };
  const auto source = std::make_shared<Source>();
  const auto target = std::make_shared<OwnStream>();
  source->pipe(*target);
  source->deliver(Data("one").bytes());
  ASSERT_TRUE(source->isPaused());
  target->drained();
  EXPECT_FALSE(source->isPaused());
  source->destroy();
  target->destroy();
}

TEST_F(Pipe, TakesASharedPointerToo) {
  StreamLog log(*end);
  source->pipe(sink);
  far->end("x");
  loop.run();
  EXPECT_EQ(log.text(), "data(x) end close ");
}

TEST_F(Pipe, BeginsWithTheNextDataWhereAListenerMakesIt) {
  StreamLog log(*end);
  source->onData([this, begun = false](const Data& data) mutable {
    if (std::exchange(begun, true)) return;
    sink->write("head " + std::string(data));
    source->pipe(*sink);
  });
  far->write("one ");
  loop.run();
  far->end("two");
  loop.run();
  EXPECT_EQ(log.text(), "data(head one two) end close ");
}

TEST_F(Pipe, EndsItsTargetAfterTheListenersOfEndThoughOneThrows) {
  StreamLog log(*end);
  source->pipe(*sink);
  source->onEnd([this] {
    sink->write("last");
    throw std::runtime_error("on purpose");
  });
  far->end();
  EXPECT_THROW(loop.run(), std::runtime_error);
  loop.run();
  EXPECT_EQ(log.text(), "data(last) end close ");
}

TEST_F(Pipe, HasNoHoleWhereAListenerOfDataThrows) {
  StreamLog log(*end);
  source->pipe(*sink);
  bool threw = false;
  source->onData([&](const Data&) {
    if (!std::exchange(threw, true)) throw std::runtime_error("on purpose");
  });
  far->write("first,");
  EXPECT_THROW(loop.run(), std::runtime_error);
  far->end("second");
  loop.run();
  EXPECT_EQ(log.text(), "data(first,second) end close ");
}

TEST_F(Pipe, AStreamMayBePipedToItself) {
  StreamLog log(*far);
  source->pipe(*source);
  far->end("echo");
  loop.run();
  EXPECT_EQ(log.text(), "data(echo) end close ");
  EXPECT_TRUE(source->closeWasEmitted());
}

TEST_F(Pipe, PausesWhereTheSinkCannotFollow) {
  StreamLog log(*end);
  end->pause();
  source->pipe(*sink);
  far->write(std::string(200, 'a'));
  loop.run();
  EXPECT_TRUE(source->isPaused());
  far->end(std::string(200, 'b'));
  loop.run();
  EXPECT_EQ(sink->bufferSize(), 200U);
  end->resume();
  loop.run();
  EXPECT_EQ(log.text(), "data(" + std::string(200, 'a') + std::string(200, 'b') + ") end close ");
}

TEST_F(Pipe, DrainDoesNotResumeWhatTheUserPausedBefore) {
  source->pipe(*sink);
  source->pause();
  end->pause();
  EXPECT_FALSE(sink->write(std::string(200, 'a')));
  end->resume();
  loop.run();
  EXPECT_TRUE(source->isPaused());
}

TEST_F(Pipe, DrainDoesNotResumeWhatTheUserPausedMeanwhile) {
  source->pipe(*sink);
  end->pause();
  far->write(std::string(200, 'a'));
  loop.run();
  source->pause();
  end->resume();
  loop.run();
  EXPECT_TRUE(source->isPaused());
  StreamLog log(*end);
  far->write("more");
  loop.run();
  EXPECT_EQ(log.text(), "");
  source->resume();
  loop.run();
  EXPECT_EQ(log.text(), "data(more) ");
}

TEST_F(Pipe, TheUsersResumeDoesNotOverrunTheSink) {
  source->pipe(*sink);
  end->pause();
  far->write(std::string(200, 'a'));
  loop.run();
  source->pause();
  source->resume();
  far->write(std::string(200, 'b'));
  loop.run();
  EXPECT_EQ(sink->bufferSize(), 200U);
}

TEST_F(Pipe, OfTwoSinksTheSlowerOneSetsThePace) {
  const auto [slow, slowEnd] = MemoryStream::connect({.capacity = 100});
  source->pipe(*sink);
  source->pipe(*slow);
  end->pause();
  slowEnd->pause();
  far->write(std::string(200, 'a'));
  loop.run();
  end->resume();
  loop.run();
  EXPECT_TRUE(source->isPaused());
  slowEnd->resume();
  loop.run();
  EXPECT_FALSE(source->isPaused());
  slow->destroy();
  slowEnd->destroy();
}

TEST_F(Pipe, ASourceThatClosesWithoutEndDestroysTheSink) {
  StreamLog log(*sink);
  source->pipe(*sink);
  source->destroy();
  loop.run();
  EXPECT_EQ(log.text(), "close ");
}

TEST_F(Pipe, ASinkThatClosesLetsTheSourceFlow) {
  StreamLog log;
  log.followAllButData(*source);
  source->pipe(*sink);
  end->pause();
  far->write(std::string(200, 'a'));
  loop.run();
  EXPECT_TRUE(source->isPaused());
  sink->destroy();
  far->end("more");
  loop.run();
  EXPECT_EQ(log.text(), "end close ");
}

TEST_F(Pipe, KeepsNeitherSideAlive) {
  source->pipe(*sink);
  const std::weak_ptr<Stream> weakSink = sink;
  const std::weak_ptr<Stream> weakSource = source;
  sink->destroy();
  loop.run();
  sink = MemoryStream::connect().first;
  sink->destroy();
  EXPECT_TRUE(weakSink.expired());
  far->write("into nothing");
  loop.run();
  source->destroy();
  loop.run();
  source = sink;
  EXPECT_TRUE(weakSource.expired());
}

TEST_F(Pipe, WithAnEncodingThePipeCarriesText) {
  StreamLog log(*end);
  source->setEncoding("hex");
  source->pipe(*sink);
  far->end("A");
  loop.run();
  EXPECT_EQ(log.text(), "data(41) end close ");
}

TEST_F(Pipe, AListenerThatThrowsDoesNotHoldTheSource) {
  sink->onDrain([] { throw std::runtime_error("on purpose"); });
  source->pipe(*sink);
  end->pause();
  far->write(std::string(200, 'a'));
  loop.run();
  ASSERT_TRUE(source->isPaused());
  end->resume();
  EXPECT_THROW(loop.run(), std::runtime_error);
  loop.run();
  EXPECT_FALSE(source->isPaused());
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_F(Pipe, OneThatHasEndedLeavesNothingInItsTarget) {
  const auto pipeOnce = [this] {
    const auto [writer, reader] = MemoryStream::connect();
    reader->setAllowHalfOpen(true);
    reader->pipe(*sink);
    reader->destroy();
    writer->destroy();
    loop.run();
  };
  sink->outlives = true;
  for (int i = 0; i < 100; ++i) pipeOnce();
  const std::size_t before = mallinfo2().uordblks;
  for (int i = 0; i < 1000; ++i) pipeOnce();
  EXPECT_LT(mallinfo2().uordblks, before + 10'000) << "bytes left behind";
}
#endif

}  // namespace
}  // namespace securepair
