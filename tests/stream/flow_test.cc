#include <securepair/stream.h>

#include <memory>
#include <string>
#include <string_view>
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
using namespace std::string_literals;

// Both ends are open; `here` is looked at, `there` is the peer.
class StreamFlow : public ::testing::Test {
 protected:
  explicit StreamFlow(const MemoryStream::Options& options = {})
      : ends_(MemoryStream::connect(options)), here(*ends_.first), there(*ends_.second) {}
  ~StreamFlow() override {
    here.destroy();
    there.destroy();
    loop.run();
  }

  MemoryLoop loop;

 private:
  MemoryStream::Ends ends_;

 protected:
  MemoryStream& here;
  MemoryStream& there;
};

class OneByteAtATime : public StreamFlow {
 protected:
  OneByteAtATime() : StreamFlow({.chunking = 1}) {}
};

class SmallCapacity : public StreamFlow {
 protected:
  SmallCapacity() : StreamFlow({.chunking = 10, .capacity = 100}) {}
};

TEST_F(StreamFlow, DataAndEndArrive) {
  StreamLog log(here);
  there.write("hello");
  there.end(" world");
  loop.run();
  EXPECT_EQ(log.text(), "data(hello world) end close ");
}

TEST_F(StreamFlow, AllListenersOfDataAreCalled) {
  std::string first;
  std::string second;
  here.onData([&](std::string_view data) { first += data; });
  here.onData([&](const Data& data) { second += data.text(); });
  there.write("abc");
  loop.run();
  EXPECT_EQ(first, "abc");
  EXPECT_EQ(second, "abc");
}

TEST_F(StreamFlow, DataThatNoOneListensForIsDiscardedSoThatEndComes) {
  StreamLog log;
  log.followAllButData(here);
  there.write("nobody reads this");
  there.end();
  loop.run();
  EXPECT_EQ(log.text(), "end close ");
  EXPECT_TRUE(loop.warnings.empty());
}

TEST_F(StreamFlow, AListenerAddedAfterDataWasDiscardedGetsOneWarning) {
  there.write("lost");
  loop.run();
  StreamLog log(here);
  here.onData([](std::string_view) {});
  EXPECT_EQ(loop.warnings, std::vector<std::string>{"WARN_DATA_DISCARDED"});
  there.write("kept");
  loop.run();
  EXPECT_EQ(log.all(), "kept");
}

TEST_F(StreamFlow, PauseHoldsDataBackWithoutAListener) {
  here.pause();
  there.write("kept");
  loop.run();
  StreamLog log(here);
  EXPECT_TRUE(loop.warnings.empty());
  EXPECT_EQ(log.text(), "");
  here.resume();
  loop.run();
  EXPECT_EQ(log.text(), "data(kept) ");
}

TEST_F(StreamFlow, PauseHoldsEndBackUntilResume) {
  StreamLog log(here);
  here.pause();
  EXPECT_TRUE(here.isPaused());
  there.end();
  loop.run();
  EXPECT_EQ(log.text(), "");
  EXPECT_TRUE(here.isPaused());
  EXPECT_TRUE(here.readable());
  here.resume();
  EXPECT_EQ(log.text(), "");
  loop.run();
  EXPECT_EQ(log.text(), "end close ");
}

TEST_F(StreamFlow, PausedAgainBeforeTheHeldEndComesItIsHeldOn) {
  StreamLog log(here);
  here.pause();
  there.end();
  loop.run();
  here.resume();
  here.pause();
  loop.run();
  EXPECT_EQ(log.text(), "");
  here.resume();
  here.resume();
  loop.run();
  EXPECT_EQ(log.text(), "end close ");
}

TEST_F(OneByteAtATime, PauseInsideAListenerHoldsTheVeryNextByte) {
  StreamLog log(here);
  here.onData([&] { here.pause(); });
  there.write("abc");
  loop.run();
  EXPECT_EQ(log.text(), "data(a) ");
  here.resume();
  loop.run();
  EXPECT_EQ(log.text(), "data(ab) ");
}

TEST_F(OneByteAtATime, ResumeInsideTheListenerThatPausedGoesOn) {
  StreamLog log(here);
  here.onData([&] {
    here.pause();
    here.resume();
  });
  there.end("abc");
  loop.run();
  EXPECT_EQ(log.text(), "data(abc) end close ");
}

TEST_F(OneByteAtATime, TextIsNeverSplitInsideACharacter) {
  const std::string text = "z\u00e4\u20ac\U0001F600.";
  std::vector<std::string> pieces;
  here.setEncoding("utf8");
  here.onData([&](std::string_view data) { pieces.emplace_back(data); });
  there.end(text);
  loop.run();
  EXPECT_EQ(pieces, (std::vector<std::string>{"z", "\u00e4", "\u20ac", "\U0001F600", "."}));
}

TEST_F(OneByteAtATime, ACharacterCutOffByTheEndBecomesAReplacementBeforeEnd) {
  StreamLog log(here);
  here.setEncoding("utf8");
  there.end("a\xe2\x82"s);
  loop.run();
  EXPECT_EQ(log.text(), "data(a\uFFFD) end close ");
}

TEST_F(StreamFlow, AnUnknownEncodingThrowsAndChangesNothing) {
  StreamLog log(here);
  here.setEncoding("hex");
  EXPECT_THROW(here.setEncoding("klingon"), Error);
  there.write("AB");
  loop.run();
  EXPECT_EQ(log.text(), "data(4142) ");
}

TEST_F(StreamFlow, AnEncodingMayBeSetInsideAListenerOfData) {
  StreamLog log(here);
  here.setEncoding("latin1");
  here.onData([&] { here.setEncoding("hex"); });
  there.write("A");
  loop.run();
  there.write("A");
  loop.run();
  EXPECT_EQ(log.all(), "A41");
}

TEST_F(SmallCapacity, AWriteBeyondTheMarkSaysFalseAndIsTakenAllTheSame) {
  StreamLog log(there);
  there.pause();
  EXPECT_TRUE(here.write(std::string(50, 'a')));
  EXPECT_FALSE(here.write(std::string(500, 'b')));
  EXPECT_FALSE(here.write(""));
  EXPECT_EQ(here.bufferSize(), 550U);
  there.resume();
  loop.run();
  EXPECT_EQ(log.all(), std::string(50, 'a') + std::string(500, 'b'));
  EXPECT_TRUE(here.write(""));
}

TEST_F(SmallCapacity, DrainIsEmittedOnceAfterWritesThatReturnedFalse) {
  StreamLog log(here);
  there.pause();
  EXPECT_FALSE(here.write(std::string(200, 'a')));
  EXPECT_FALSE(here.write(std::string(200, 'b')));
  loop.run();
  EXPECT_EQ(log.text(), "");
  there.resume();
  loop.run();
  EXPECT_EQ(log.text(), "drain ");
}

TEST_F(SmallCapacity, NoDrainAfterWritesThatReturnedTrue) {
  StreamLog log(here);
  EXPECT_TRUE(here.write("a"));
  loop.run();
  EXPECT_EQ(log.text(), "");
}

TEST_F(SmallCapacity, NoDrainAfterEnd) {
  StreamLog log(here);
  EXPECT_FALSE(here.write(std::string(200, 'a')));
  here.end();
  loop.run();
  EXPECT_EQ(log.text(), "end close ");
}

}  // namespace
}  // namespace securepair
