#include <algorithm>
#include <string>

#include "net/connection.h"

namespace securepair {
namespace {

using namespace std::chrono_literals;

class BackPressure : public test::ConnectionTest {
 protected:
  // What byte stands at this place of the stream: a loss or a repetition would show.
  static char at(std::size_t place) { return static_cast<char>((place * 31 + place / 251) & 0xff); }
  static std::string piece(std::size_t from, std::size_t size) {
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i) text[i] = at(from + i);
    return text;
  }
};

TEST_F(BackPressure, SixtyFourMegabytesThroughASlowReader) {
  connectBoth();
  constexpr std::size_t total = std::size_t{64} << 20;
  constexpr std::size_t chunk = std::size_t{64} << 10;
  std::size_t sent = 0;
  std::size_t most = 0;
  int drains = 0;
  const auto pump = [&] {
    while (sent < total) {
      const bool goOn = here->write(piece(sent, chunk));
      sent += chunk;
      most = std::max(most, here->bufferSize());
      if (!goOn) return;
    }
    here->end();
  };
  here->onDrain([&] {
    ++drains;
    EXPECT_EQ(here->bufferSize(), 0U);
    pump();
  });

  std::size_t received = 0;
  bool intact = true;
  int reads = 0;
  there->onData([&](std::string_view text) {
    for (std::size_t i = 0; i < text.size() && intact; i += 997) {
      intact = text[i] == at(received + i);
    }
    received += text.size();
    if (++reads % 16 == 0) {
      there->pause();
      loop().setTimeout(1ms, [&] { there->resume(); });
    }
  });
  pump();
  runLoop(60s);
  EXPECT_EQ(received, total);
  EXPECT_TRUE(intact);
  EXPECT_GT(drains, 0);
  EXPECT_LT(most, Stream::highWaterMark + 2 * chunk);
}

TEST_F(BackPressure, DrainIsToldOnceForAnyNumberOfWrites) {
  connectBoth();
  there->pause();
  int drains = 0;
  here->onDrain([&] { ++drains; });
  bool refused = false;
  for (int i = 0; i < 200; ++i) refused = !here->write(std::string(100'000, 'x')) || refused;
  EXPECT_TRUE(refused);
  EXPECT_GE(here->bufferSize(), Stream::highWaterMark);
  there->resume();
  runUntil([&] { return drains > 0; });
  EXPECT_EQ(here->bufferSize(), 0U);
  here->end();
  runLoop();
  EXPECT_EQ(drains, 1);
}

TEST_F(BackPressure, WithoutARefusalThereIsNoDrain) {
  connectBoth();
  int drains = 0;
  here->onDrain([&] { ++drains; });
  EXPECT_TRUE(here->write("small"));
  here->end();
  runLoop();
  EXPECT_EQ(drains, 0);
}

TEST_F(BackPressure, WritesBeforeTheConnectionAreRefusedPastTheMark) {
  server = net::createServer([](net::Socket&) {});
  server->listen(0, "127.0.0.1");
  here = net::connect(server->address()->port, "127.0.0.1");
  EXPECT_TRUE(here->write(std::string(Stream::highWaterMark - 1, 'x')));
  EXPECT_FALSE(here->write("x"));
  int drains = 0;
  here->onDrain([&] {
    ++drains;
    here->destroy();
    server->close();
  });
  runLoop();
  EXPECT_EQ(drains, 1);
}

TEST_F(BackPressure, AnEndWaitsForAllThatWasWritten) {
  connectBoth();
  there->pause();
  constexpr std::size_t total = std::size_t{8} << 20;
  here->write(piece(0, total));
  here->end();
  std::size_t received = 0;
  bool ended = false;
  there->onData([&](std::string_view text) { received += text.size(); });
  there->onEnd([&] { ended = true; });
  loop().setTimeout(10ms, [&] { there->resume(); });
  runLoop();
  EXPECT_EQ(received, total);
  EXPECT_TRUE(ended);
}

TEST_F(BackPressure, DestroyDropsWhatWaits) {
  connectBoth();
  there->pause();
  here->write(std::string(std::size_t{8} << 20, 'x'));
  EXPECT_GT(here->bufferSize(), 0U);
  here->destroy();
  EXPECT_EQ(here->bufferSize(), 0U);
  there->onError([](const Error&) {});
  there->resume();
  runLoop();
}

TEST_F(BackPressure, AStreamPipedToItselfKeepsItsMemoryFlat) {
  connectBoth();
  there->pipe(*there);
  constexpr std::size_t total = std::size_t{16} << 20;
  std::size_t received = 0;
  std::size_t most = 0;
  here->onData([&](std::string_view text) { received += text.size(); });
  here->pause();
  here->write(std::string(total, 'x'));
  here->end();
  loop().setTimeout(300ms, [&] {
    most = there->bufferSize();
    here->resume();
  });
  runLoop(20s);
  EXPECT_EQ(received, total);
  EXPECT_GT(most, 0U) << "nothing had to wait";
  EXPECT_LT(most, std::size_t{2} << 20);
}

}  // namespace
}  // namespace securepair
