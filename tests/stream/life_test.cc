#include <securepair/stream.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "support/memory_loop.h"
#include "support/memory_stream.h"
#include "support/stream_log.h"

namespace securepair {
namespace {

using test::MemoryLoop;
using test::MemoryStream;
using test::StreamLog;
using namespace std::chrono_literals;

class StreamLife : public ::testing::Test {
 protected:
  StreamLife() { std::tie(here, there) = MemoryStream::connect(); }
  ~StreamLife() override {
    if (here != nullptr) here->destroy();
    if (there != nullptr) there->destroy();
    loop.run();
  }

  MemoryLoop loop;
  std::shared_ptr<MemoryStream> here;
  std::shared_ptr<MemoryStream> there;
};

TEST_F(StreamLife, EndIsAnsweredByItself) {
  StreamLog log(*here);
  StreamLog peer(*there);
  here->end("bye");
  loop.run();
  EXPECT_EQ(peer.text(), "data(bye) end close ");
  EXPECT_EQ(log.text(), "end close ");
}

TEST_F(StreamLife, AListenerOfEndMayStillWrite) {
  StreamLog log(*here);
  there->onEnd([&] { there->write("last words"); });
  here->end();
  loop.run();
  EXPECT_EQ(log.text(), "data(last words) end close ");
}

TEST_F(StreamLife, AHalfOpenStreamIsWrittenAfterThePeersEnd) {
  StreamLog log(*here);
  StreamLog peer(*there);
  there->setAllowHalfOpen(true);
  here->end();
  loop.run();
  EXPECT_EQ(peer.text(), "end ");
  EXPECT_FALSE(there->readable());
  EXPECT_TRUE(there->writable());
  there->write("more");
  loop.run();
  EXPECT_EQ(log.text(), "data(more) ");
  there->end();
  loop.run();
  EXPECT_EQ(log.text(), "data(more) end close ");
  EXPECT_EQ(peer.text(), "end close ");
}

TEST_F(StreamLife, AfterEndNothingIsTaken) {
  StreamLog peer(*there);
  here->end("all");
  EXPECT_FALSE(here->writable());
  EXPECT_FALSE(here->write("more"));
  here->end("more");
  loop.run();
  EXPECT_EQ(peer.all(), "all");
}

TEST_F(StreamLife, DestroyEndsBothDirectionsAndCloseFollowsInALaterTurn) {
  StreamLog log(*here);
  here->destroy();
  EXPECT_TRUE(here->destroyed());
  EXPECT_FALSE(here->readable());
  EXPECT_FALSE(here->writable());
  EXPECT_EQ(log.text(), "");
  there->write("unheard");
  loop.run();
  EXPECT_EQ(log.text(), "close ");
}

TEST_F(StreamLife, DestroySoonSendsWhatWasWrittenFirst) {
  StreamLog log(*here);
  StreamLog peer(*there);
  there->setAllowHalfOpen(true);
  here->write("all of it");
  here->destroySoon();
  loop.run();
  EXPECT_EQ(peer.text(), "data(all of it) end ");
  loop.advance(500ms);
  EXPECT_EQ(log.text(), "close ");
}

TEST_F(StreamLife, DestroySoonDropsWhatComesUntilThePeerEnds) {
  StreamLog log(*here);
  there->setAllowHalfOpen(true);
  here->pause();
  here->destroySoon();
  loop.run();
  EXPECT_FALSE(here->readable());
  there->write("unheard");
  loop.advance(400ms);
  EXPECT_FALSE(here->destroyed());
  there->end();
  loop.run();
  EXPECT_EQ(log.text(), "close ");
}

TEST_F(StreamLife, DestroySoonAfterEndWasSentWaitsHalfASecond) {
  StreamLog log(*here);
  there->setAllowHalfOpen(true);
  here->end();
  loop.run();
  EXPECT_EQ(log.text(), "");
  here->destroySoon();
  loop.advance(499ms);
  EXPECT_EQ(log.text(), "");
  loop.advance(1ms);
  EXPECT_EQ(log.text(), "close ");
}

TEST_F(StreamLife, AnErrorIsFollowedByClose) {
  StreamLog log(*here);
  StreamLog peer(*there);
  here->reset();
  loop.run();
  EXPECT_EQ(log.text(), "error(ECONNRESET) close(failed) ");
  EXPECT_EQ(peer.text(), "error(ECONNRESET) close(failed) ");
  EXPECT_TRUE(loop.unhandled.empty());
}

TEST_F(StreamLife, AnErrorThatNoOneListensForGoesToTheHost) {
  there->setOwnConnection();
  here->reset();
  loop.run();
  EXPECT_EQ(loop.unhandled, (std::vector<std::string>{"ECONNRESET", "ECONNRESET"}));
  EXPECT_EQ(loop.origins,
            (std::vector<base::Origin>{base::Origin::other, base::Origin::ownConnection}));
  EXPECT_TRUE(here->closeWasEmitted());
}

TEST_F(StreamLife, AListenerOfErrorThatThrowsStillIsFollowedByClose) {
  StreamLog log(*here);
  StreamLog peer(*there);
  here->onError([] { throw std::runtime_error("listener"); });
  EXPECT_THROW(here->reset(), std::runtime_error);
  loop.run();
  EXPECT_EQ(log.text(), "error(ECONNRESET) close(failed) ");
}

TEST_F(StreamLife, AListenerOfEndThatThrowsStillIsFollowedByEndAndClose) {
  StreamLog log(*here);
  here->onEnd([] { throw std::runtime_error("listener"); });
  there->end();
  EXPECT_THROW(loop.run(), std::runtime_error);
  loop.run();
  EXPECT_EQ(log.text(), "end close ");
}

TEST_F(StreamLife, AListenerOfCloseThatThrowsStillIsDropped) {
  const auto held = std::make_shared<int>(0);
  here->onData([held] {});
  here->onClose([held] { throw std::runtime_error("listener"); });
  here->destroy();
  EXPECT_THROW(loop.run(), std::runtime_error);
  loop.run();
  EXPECT_EQ(held.use_count(), 1);
}

TEST_F(StreamLife, CloseDropsListenersThatHoldTheirOwnStream) {
  const std::weak_ptr<Stream> weak = here;
  auto own = std::exchange(here, nullptr);
  own->onData([own] {});
  own->onEnd([own] {});
  own->onClose([own] {});
  own->onDrain([own] {});
  own->onError([own] {});
  own->setTimeout(1s, [own] {});
  own->destroy();
  own.reset();
  loop.run();
  EXPECT_TRUE(weak.expired());
}

TEST_F(StreamLife, EveryMethodIsHarmlessOnAClosedStream) {
  StreamLog log(*here);
  here->destroy();
  loop.run();
  log.forget();
  EXPECT_FALSE(here->write("x"));
  here->end();
  here->end("x");
  here->destroy();
  here->destroySoon();
  here->pause();
  EXPECT_FALSE(here->isPaused());
  here->resume();
  here->setEncoding("utf8");
  here->setNoDelay();
  here->setTimeout(1ms, [log]() mutable { log.note("timeout"); });
  here->pipe(*there);
  there->pipe(*here);
  const auto held = std::make_shared<int>(0);
  here->onData([held] {});
  here->onClose([held] {});
  EXPECT_EQ(held.use_count(), 1);
  EXPECT_EQ(here->bufferSize(), 0U);
  EXPECT_EQ(here->remoteAddress(), "");
  EXPECT_EQ(here->remotePort(), 0);
  loop.advance(1s);
  EXPECT_EQ(log.text(), "");
}

TEST_F(StreamLife, TheTimeoutComesAfterTheTimeWithoutAByteAndLeavesTheStreamOpen) {
  StreamLog log(*here);
  StreamLog peer(*there);
  here->setTimeout(100ms);
  loop.advance(99ms);
  EXPECT_EQ(log.text(), "");
  here->write("out");
  loop.advance(99ms);
  there->write("in");
  loop.advance(99ms);
  EXPECT_EQ(log.text(), "data(in) ");
  loop.advance(1ms);
  EXPECT_EQ(log.text(), "data(in) timeout ");
  EXPECT_TRUE(here->writable());
}

TEST_F(StreamLife, TheTimeoutIsSwitchedOffByZeroAndByDestroy) {
  StreamLog log(*here);
  here->setTimeout(100ms);
  here->setTimeout(0ms);
  loop.advance(1s);
  here->setTimeout(100ms);
  here->destroy();
  loop.advance(1s);
  EXPECT_EQ(log.text(), "close ");
  EXPECT_EQ(loop.timers(), 0U);
}

TEST_F(StreamLife, AListenerOfTimeoutMayDestroyTheStream) {
  StreamLog log(*here);
  here->setTimeout(100ms, [this] { here->destroy(); });
  loop.advance(1s);
  EXPECT_EQ(log.text(), "timeout close ");
}

TEST_F(StreamLife, AStreamDestroyedWhileItsTimeoutIsDueEmitsNone) {
  StreamLog log(*here);
  there->setTimeout(100ms, [this] { here->destroy(); });
  here->setTimeout(100ms);
  loop.advance(1s);
  EXPECT_EQ(log.text(), "close ");
}

TEST_F(StreamLife, TheTimeoutComesOncePerQuietTime) {
  StreamLog log(*here);
  here->setTimeout(100ms);
  loop.advance(1s);
  EXPECT_EQ(log.text(), "timeout ");
  here->write("again");
  loop.advance(1s);
  EXPECT_EQ(log.text(), "timeout timeout ");
}

TEST_F(StreamLife, TheListenerOfSetTimeoutIsCalledOnceAndReplaced) {
  std::string calls;
  here->setTimeout(100ms, [&] { calls += "first "; });
  here->setTimeout(100ms, [&] { calls += "second "; });
  loop.advance(1s);
  here->write("again");
  loop.advance(1s);
  EXPECT_EQ(calls, "second ");
  here->setTimeout(100ms, [&] { calls += "third "; });
  here->setTimeout(0ms);
  here->setTimeout(100ms);
  loop.advance(1s);
  EXPECT_EQ(calls, "second ");
}

}  // namespace
}  // namespace securepair
