#include "support/memory_wire.h"

#include <algorithm>
#include <array>
#include <vector>

#include "support/openssl_end.h"

namespace securepair::test {

void EngineEnd::feed(std::string_view ciphertext) {
  {
    const std::vector<char> lent(ciphertext.begin(), ciphertext.end());
    engine.feed(std::as_bytes(std::span(lent)));
    try {
      work();
    } catch (...) {
      engine.keepInput();
      throw;
    }
    engine.keepInput();
  }
}

void EngineEnd::feedEnd() {
  engine.feedEnd();
  work();
}

void EngineEnd::work() {
  if (engine.failure()) return;
  if (!engine.secure() && !act(engine.handshake())) return;
  while (!engine.secure() && !engine.failure()) {
    if (!act(engine.handshake())) return;
  }
  readAll();
  if (!engine.failure()) writeAll();
}

// True where the call is to be made again.
bool EngineEnd::act(Want want) {
  const bool full = want == Want::output;
  collect();
  return full || want == Want::nothing;
}

void EngineEnd::collect() {
  if (!engine.hasOutput()) return;
  const auto output = engine.takeOutput();
  largestOutput = std::max(largestOutput, output.bytes.size());
  ciphertext_ += Data(output.bytes).text();
}

void EngineEnd::readAll() {
  std::vector<std::byte> into(100'000);
  while (engine.readable() && !peerClosed) {
    const auto [count, want] = engine.read(into);
    received += Data(BytesView(into).first(count)).text();
    peerClosed = want == Want::closed;
    if (!act(want)) return;
  }
}

void EngineEnd::writeAll() {
  while (!plaintext_.empty()) {
    const auto [count, want] = engine.write(Data(plaintext_).bytes());
    plaintext_.erase(0, count);
    if (!act(want)) return;
  }
  while (closeAsked_ && !closeSaid_) {
    const Want want = engine.close();
    closeSaid_ = want == Want::nothing;
    if (!act(want)) return;
  }
}

std::string EngineEnd::take(std::size_t most) {
  const std::string taken = ciphertext_.substr(0, most);
  ciphertext_.erase(0, taken.size());
  return taken;
}

void exchange(OpensslEnd& client, EngineEnd& server) {
  client.work();
  for (std::string bytes = client.take(); !bytes.empty(); bytes = client.take()) {
    server.feed(bytes);
    client.feed(server.take(Chunking::all));
    client.work();
  }
}

void exchange(EngineEnd& a, EngineEnd& b, Chunking fromA, Chunking fromB) {
  a.work();
  b.work();
  while (a.waiting() + b.waiting() > 0) {
    if (a.waiting() > 0) b.feed(a.take(fromA.next(a.waiting())));
    if (b.waiting() > 0) a.feed(b.take(fromB.next(b.waiting())));
  }
}

namespace {

void forward(tls::SecurePair& from, tls::SecurePair& to) {
  const std::weak_ptr<Stream> weak = to.encrypted.shared();
  from.encrypted.onData([weak](const Data& data) {
    const std::string copy = data;
    if (const auto target = weak.lock()) target->write(copy);
  });
  from.encrypted.onEnd([weak] {
    if (const auto target = weak.lock()) target->end();
  });
}

}  // namespace

void connectBack2Back(tls::SecurePair& a, tls::SecurePair& b) {
  forward(a, b);
  forward(b, a);
}

}  // namespace securepair::test
