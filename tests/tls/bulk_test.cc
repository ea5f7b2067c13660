#include <algorithm>
#include <cstdint>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/tls_world.h"

namespace securepair::test {
namespace {

using namespace std::chrono_literals;

std::size_t residentBytes() {
  std::ifstream statm("/proc/self/statm");
  std::size_t total = 0;
  std::size_t resident = 0;
  statm >> total >> resident;
  return resident * 4096;
}

// The same bytes each time, so that only their position has to be remembered.
class Pattern {
 public:
  Pattern() : bytes_(std::size_t{1} << 20) {
    std::mt19937 random(7);
    for (auto& byte : bytes_) byte = static_cast<unsigned char>(random());
  }
  std::span<const unsigned char> at(std::size_t position, std::size_t most) const {
    const std::size_t from = position % bytes_.size();
    return std::span(bytes_).subspan(from, std::min(most, bytes_.size() - from));
  }
  bool matches(std::size_t position, const Data& data) const {
    std::size_t done = 0;
    const std::span<const unsigned char> got = data;
    while (done < got.size()) {
      const auto part = at(position + done, got.size() - done);
      if (!std::equal(part.begin(), part.end(), got.begin() + static_cast<std::ptrdiff_t>(done))) {
        return false;
      }
      done += part.size();
    }
    return true;
  }

 private:
  std::vector<unsigned char> bytes_;
};

TEST(Bulk, SixtyFourMebibytesEchoUnchangedToASlowReaderInFlatMemory) {
  constexpr std::size_t total = std::size_t{64} << 20;
  const Pattern pattern;
  tls::CleartextStream* accepted = nullptr;
  const auto server = serve(serverOptions(), [&](tls::CleartextStream& stream) {
    accepted = &stream;
    stream.onClose([&] { accepted = nullptr; });
    stream.pipe(stream);
  });
  const auto client = tls::connect(server->address()->port, clientOptions());
  std::size_t sent = 0;
  std::size_t received = 0;
  std::size_t mostBuffered = 0;
  std::size_t residentAtStart = 0;
  std::size_t mostResident = 0;
  bool ended = false;

  const auto sendMore = [&] {
    while (sent < total) {
      const auto part = pattern.at(sent, std::min<std::size_t>(total - sent, 100'000));
      sent += part.size();
      if (!client->write(part)) return;
    }
    client->end();
  };
  client->onSecureConnect([&] {
    residentAtStart = residentBytes();
    sendMore();
  });
  client->onDrain(sendMore);
  client->onData([&](const Data& data) {
    ASSERT_TRUE(pattern.matches(received, data)) << "at " << received;
    const auto before = received >> 20;
    received += data.size();
    mostBuffered = std::max(mostBuffered, client->bufferSize());
    if (accepted != nullptr) mostBuffered = std::max(mostBuffered, accepted->bufferSize());
    if (received >> 20 == before) return;
    mostResident = std::max(mostResident, residentBytes());
    client->pause();
    Loop::current().setTimeout(1ms, [&] { client->resume(); });
  });
  client->onEnd([&] { ended = true; });
  client->onClose([&] { server->close(); });
  runLoop(50s);

  EXPECT_EQ(received, total);
  EXPECT_TRUE(ended);
  // The mark, and the one write that went over it.
  EXPECT_LE(mostBuffered, Stream::highWaterMark + 1'100'000);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  EXPECT_LE(mostResident, residentAtStart + (std::size_t{8} << 20));
#endif
}

// Nothing is lost at end(), however much lies before it and however slowly it is read.
TEST(Bulk, NothingIsLostAtTheEnd) {
  const Pattern pattern;
  for (const std::size_t size : {std::size_t{1}, std::size_t{16384}, std::size_t{16385},
                                 std::size_t{1} << 20, std::size_t{16} << 20}) {
    for (const bool soon : {false, true}) {
      SCOPED_TRACE(std::to_string(size) + (soon ? " bytes, destroySoon" : " bytes, end"));
      const auto server = serve(serverOptions(), [&](tls::CleartextStream& stream) {
        for (std::size_t done = 0; done < size;) {
          const auto part = pattern.at(done, size - done);
          stream.write(part);
          done += part.size();
        }
        soon ? stream.destroySoon() : stream.end();
      });
      const auto client = tls::connect(server->address()->port, clientOptions());
      std::size_t received = 0;
      bool ended = false;
      std::string error;
      client->onData([&](const Data& data) {
        EXPECT_TRUE(pattern.matches(received, data));
        received += data.size();
        client->pause();
        Loop::current().setTimeout(1ms, [&] { client->resume(); });
      });
      client->onEnd([&] { ended = true; });
      client->onError([&](const Error& e) { error = e.what(); });
      client->onClose([&] { server->close(); });
      runLoop(20s);
      EXPECT_EQ(received, size);
      EXPECT_TRUE(ended);
      EXPECT_EQ(error, "");
    }
  }
}

}  // namespace
}  // namespace securepair::test
