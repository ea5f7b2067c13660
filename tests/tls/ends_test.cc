// How connections end, in both versions and both directions.
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <tuple>

#include <gtest/gtest.h>

#include "support/tls_world.h"

namespace securepair::test {
namespace {

using namespace std::chrono_literals;

enum class From : unsigned char { server, client };

std::string pattern(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * 7 + i / 253);
  return text;
}

// Both ends of a connection, once it is secure.
class Ends : public testing::TestWithParam<std::tuple<const char*, From>> {
 protected:
  // `act` is called with the end that sends and the one that receives.
  template <class Act>
  void connect(Act act) {
    auto options = serverOptions();
    options.minVersion = options.maxVersion = std::get<0>(GetParam());
    const auto server = serve(options);
    client = tls::connect(server->address()->port, clientOptions());
    server->onSecureConnection([&](tls::CleartextStream& stream) {
      accepted = std::static_pointer_cast<tls::CleartextStream>(stream.shared());
      stream.onError([&](const Error& e) { error = e.what(); });
      server->close();
      if (std::get<1>(GetParam()) == From::server) {
        act(*accepted, *client);
      } else {
        act(*client, *accepted);
      }
    });
    client->onError([&](const Error& e) { error = e.what(); });
    runLoop(30s);
    EXPECT_EQ(error, "");
    EXPECT_TRUE(accepted->destroyed());
    EXPECT_TRUE(client->destroyed());
  }

  std::shared_ptr<tls::CleartextStream> client;
  std::shared_ptr<tls::CleartextStream> accepted;
  std::string error;
};

// Reads a piece, and nothing for a while.
void readSlowly(tls::CleartextStream& stream, std::string& received) {
  stream.onData([&](std::string_view bytes) {
    received += bytes;
    stream.pause();
    Loop::current().setTimeout(1ms, [&] { stream.resume(); });
  });
}

TEST_P(Ends, LoseNothingHoweverMuchThereIsAndHoweverSlowlyItIsRead) {
  for (const std::size_t size : {1, 16'384, 16'385, 300'000, 16 << 20}) {
    for (const bool soon : {false, true}) {
      SCOPED_TRACE(std::to_string(size) + (soon ? " bytes, destroySoon" : " bytes, end"));
      const std::string text = pattern(size);
      std::string received;
      bool ended = false;
      connect([&](tls::CleartextStream& from, tls::CleartextStream& to) {
        readSlowly(to, received);
        to.onEnd([&] { ended = true; });
        from.write(text);
        soon ? from.destroySoon() : from.end();
      });
      EXPECT_TRUE(received == text) << received.size();
      EXPECT_TRUE(ended);
    }
  }
}

TEST_P(Ends, OfOneDirectionLeaveTheOtherOpen) {
  const std::string text = pattern(1 << 20);
  std::string answer;
  std::string order;
  connect([&](tls::CleartextStream& from, tls::CleartextStream& to) {
    to.setAllowHalfOpen(true);
    to.onEnd([&] {
      order += "end ";
      Loop::current().setTimeout(20ms, [&] {
        to.write(text);
        to.end("the last");
      });
    });
    readSlowly(from, answer);
    from.onEnd([&] { order += "answer's end "; });
    from.end("a question");
  });
  EXPECT_TRUE(answer == text + "the last") << answer.size();
  EXPECT_EQ(order, "end answer's end ");
}

TEST_P(Ends, OfAnIdleConnectionAreTheApplications) {
  std::string order;
  connect([&](tls::CleartextStream& from, tls::CleartextStream& to) {
    from.setTimeout(300ms, [&] {
      order += "timeout ";
      from.end();
    });
    Loop::current().setTimeout(200ms, [&] { to.write("a sign of life"); });
    Loop::current().setTimeout(350ms, [&] { order += "later "; });
    to.onEnd([&] { order += "end "; });
  });
  EXPECT_EQ(order, "later timeout end ");
}

// What a handshake still has to send when it is done is no sign of life later on.
TEST_P(Ends, OfASilentConnectionAreNotPutOff) {
  std::string order;
  connect([&](tls::CleartextStream& from, tls::CleartextStream&) {
    from.setTimeout(150ms, [&] {
      order += "timeout ";
      from.end();
    });
    Loop::current().setTimeout(250ms, [&] { order += "later "; });
  });
  EXPECT_EQ(order, "timeout later ");
}

// Between them stands one who passes the client's record on a piece at a time.
TEST(Idle, IsNobodyOfWhomAPartOfARecordComes) {
  std::string record;
  bool inPieces = false;
  std::shared_ptr<net::Socket> onward;
  const auto server = serve(serverOptions());
  const auto between = net::createServer([&](net::Socket& front) {
    onward = net::connect(server->address()->port, "127.0.0.1");
    onward->pipe(front);
    front.onData([&](const Data& data) {
      if (inPieces) {
        record += data;
      } else {
        onward->write(data);
      }
    });
  });
  between->listen(0, "127.0.0.1");
  const auto client = tls::connect(between->address()->port, clientOptions());
  std::string events;
  std::optional<Loop::TimerId> pieces;
  server->onSecureConnection([&](tls::CleartextStream& stream) {
    inPieces = true;
    client->write(pattern(16'000));
    stream.setTimeout(400ms, [&] { events += "timeout "; });
    pieces = Loop::current().setInterval(50ms, [&] {
      onward->write(record.substr(0, 1000));
      record.erase(0, 1000);
    });
    stream.onData([&, &stream = stream](const Data& data) {
      events += std::to_string(data.size());
      Loop::current().clearTimer(*pieces);
      stream.destroy();
      client->destroy();
      server->close();
      between->close();
    });
  });
  runLoop(30s);
  EXPECT_EQ(events, "16000");
}

std::string nameOfEnd(const testing::TestParamInfo<Ends::ParamType>& test) {
  const auto [version, from] = test.param;
  return std::string(version == std::string("TLSv1.2") ? "Tls12" : "Tls13") +
         (from == From::server ? "FromTheServer" : "FromTheClient");
}

INSTANTIATE_TEST_SUITE_P(All, Ends,
                         testing::Combine(testing::Values("TLSv1.2", "TLSv1.3"),
                                          testing::Values(From::server, From::client)),
                         nameOfEnd);

}  // namespace
}  // namespace securepair::test
