#include <securepair/tls/secure_pair.h>

#include <cstdlib>
#include <string>

#include "base/later.h"
#include "fixture.h"

namespace securepair::fuzz {
namespace {

[[noreturn]] void fail() { std::abort(); }

// One side of a connection, and what the model knows of it.
struct Side {
  Side(bool isServer, Side& other) : pair(make(isServer)), peer(other) {
    pair->encrypted.onData([this](const Data& data) { wire += data; });
    pair->encrypted.onEnd([this] { wireEnded = true; });
    pair->cleartext.onData([this](const Data& data) {
      received += data;
      if (received.size() > peer.sent.size() ||
          peer.sent.compare(0, received.size(), received) != 0) {
        fail();  // not what the other side has written
      }
    });
    pair->cleartext.onEnd([this] {
      // Everything that was written before the end has come.
      if (ended || received != peer.sent) fail();
      ended = true;
    });
    pair->cleartext.onDrain([this] {
      if (!waitsForDrain) fail();
      waitsForDrain = false;
    });
    pair->cleartext.onClose([this] {
      if (closed) fail();
      closed = true;
    });
    pair->cleartext.onError([](const Error&) {});
    pair->onError([](const Error&) {});
  }

  static std::shared_ptr<tls::SecurePair> make(bool isServer) {
    const crypto::Credentials credentials{crypto::SecureContext(context())};
    return tls::createSecurePair(credentials, isServer, /*requestCert=*/true);
  }

  void write(std::size_t size) {
    if (!pair->cleartext.writable()) return;
    std::string text(size, 'x');
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(sent.size() + i);
    sent += text;
    if (!pair->cleartext.write(text)) waitsForDrain = true;
  }

  // Moves some of what lies on this side's wire to the other side.
  void carry(std::size_t most) {
    const std::string some = wire.substr(0, most);
    wire.erase(0, some.size());
    if (!some.empty()) peer.pair->encrypted.write(some);
    if (wire.empty() && wireEnded && !wireEndTold) {
      wireEndTold = true;
      peer.pair->encrypted.end();
    }
  }

  std::shared_ptr<tls::SecurePair> pair;
  Side& peer;
  std::string wire;
  std::string sent;
  std::string received;
  bool wireEnded = false;
  bool wireEndTold = false;
  bool ended = false;
  bool closed = false;
  bool waitsForDrain = false;
};

void act(Side& side, std::uint8_t action, std::uint8_t amount) {
  auto& stream = side.pair->cleartext;
  switch (action) {
    case 0:
    case 1:
      return side.carry(std::size_t{1} + amount);
    case 2:
    case 3:
      return side.carry(std::size_t{amount} * 1024);
    case 4:
      return side.write(amount);
    case 5:
      return side.write(std::size_t{amount} * 1024);
    case 6:
      return stream.pause();
    case 7:
      return stream.resume();
    case 8:
      return side.pair->encrypted.pause();
    case 9:
      return side.pair->encrypted.resume();
    case 10:
      return stream.end();
    case 11:
      return stream.setAllowHalfOpen(amount % 2 == 0);
    case 12:
      return base::turn([] {});
    case 13:
      if (amount == 0) stream.destroy();
      return;
    default:
      return side.carry(side.wire.size());
  }
}

}  // namespace
}  // namespace securepair::fuzz

// Two pairs back to back under any sequence of operations: what one writes the other reads, in
// order, and its end comes after all of it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace securepair;
  struct Both {
    fuzz::Side client{false, server};
    fuzz::Side server{true, client};
  } both;
  both.client.pair->start();
  fuzz::Input input(data, size);
  while (!input.empty()) {
    const std::uint8_t what = input.byte();
    fuzz::act((what & 1) != 0 ? both.client : both.server, (what >> 1) % 16, input.byte());
  }
  both.client.pair->destroy();
  both.server.pair->destroy();
  base::turn([] {});
  if (!both.client.closed || !both.server.closed) fuzz::fail();
  return 0;
}
