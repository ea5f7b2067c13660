#include <chrono>
#include <memory>
#include <string>

#include <uv.h>

#include "net/connection.h"

namespace securepair {
namespace {

using namespace std::chrono_literals;

class UnreferencedSockets : public test::ConnectionTest {
 protected:
  bool keepRunning() { return uv_loop_alive(loop().native()) != 0; }
};

TEST_F(UnreferencedSockets, AreOpenAndLetTheLoopEnd) {
  connectBoth();
  runUntil([&] { return !server->address(); });
  here->unref();
  EXPECT_TRUE(keepRunning()) << "the other end does";
  there->unref();
  runLoop();
  EXPECT_FALSE(here->destroyed());
  EXPECT_FALSE(there->destroyed());
}

TEST_F(UnreferencedSockets, AreTakenBackByRef) {
  connectBoth();
  here->unref();
  here->unref();
  there->unref();
  runLoop();
  EXPECT_FALSE(keepRunning());
  here->ref();
  EXPECT_TRUE(keepRunning());
  here->unref();
  EXPECT_FALSE(keepRunning());
}

TEST_F(UnreferencedSockets, ReadAndWriteAsLongAsSomethingElseRuns) {
  connectBoth();
  here->unref();
  std::string received;
  here->onData([&](std::string_view text) { received += text; });
  there->write("x");
  runUntil([&] { return received == "x"; });
  here->write("y");
  there->onData([&](std::string_view text) { received += text; });
  runUntil([&] { return received == "xy"; });
  there->destroy();
  runLoop();
  EXPECT_TRUE(here->destroyed());
}

// What is being connected keeps the loop, whatever was said meanwhile; then that holds.
TEST_F(UnreferencedSockets, MayBeSaidBeforeTheConnectionIsMade) {
  server = net::createServer([this](net::Socket& socket) {
    there = std::static_pointer_cast<net::Socket>(socket.shared());
    there->unref();
  });
  server->listen(0, "127.0.0.1");
  here = net::connect(server->address()->port, "localhost");
  here->unref();
  bool connected = false;
  here->onConnect([&] { connected = true; });
  runUntil([&] { return connected && there != nullptr; });
  server->close();
  runLoop();
  EXPECT_FALSE(here->destroyed());
}

TEST_F(UnreferencedSockets, SendWhatIsWrittenBeforeTheLoopEnds) {
  connectBoth();
  there->pause();
  there->unref();
  here->unref();
  while (here->write(std::string(100'000, 'x'))) {
  }
  runUntil([&] { return !server->address(); });
  EXPECT_TRUE(keepRunning());
  std::size_t received = 0;
  there->onData([&](const Data& data) { received += data.bytes().size(); });
  there->resume();
  runLoop();
  EXPECT_EQ(here->bufferSize(), 0U);
  EXPECT_FALSE(here->destroyed());
  EXPECT_GT(received, 0U);
}

TEST_F(UnreferencedSockets, AreHarmlessWhenTheyAreClosed) {
  connectBoth();
  here->unref();
  here->destroy();
  here->ref();
  runLoop();
  here->unref();
  here->ref();
  EXPECT_FALSE(keepRunning());
}

}  // namespace
}  // namespace securepair
