#include "support/memory_stream.h"

#include <algorithm>
#include <vector>

#include "base/later.h"

namespace securepair::test {

Chunking Chunking::random(std::uint32_t seed) {
  Chunking chunking;
  chunking.random_ = true;
  chunking.generator_.seed(seed);
  return chunking;
}

std::size_t Chunking::next(std::size_t available) {
  if (!random_) return std::min(size_, available);
  const std::size_t magnitude = generator_() % 16;
  return std::min(available, 1 + generator_() % (std::size_t{1} << magnitude));
}

MemoryStream::Ends MemoryStream::connect(const Options& options) {
  const Ends ends{std::make_shared<MemoryStream>(options), std::make_shared<MemoryStream>(options)};
  ends.first->peer_ = ends.second;
  ends.second->peer_ = ends.first;
  ends.first->self_ = ends.first;
  ends.second->self_ = ends.second;
  return ends;
}

void MemoryStream::pump() {
  const auto keep = shared_from_this();
  if (std::exchange(pumping_, true)) return;
  base::turn([this] {
    try {
      deliverAll();
    } catch (...) {
      pumping_ = false;
      schedule();
      throw;
    }
    pumping_ = false;
  });
}

void MemoryStream::deliverAll() {
  while (!inbox_.empty() && readable() && !isPaused()) {
    const auto chunk = inbox_.front().first(options_.chunking.next(inbox_.size()));
    // Of its own: who keeps the view too long is found out.
    const std::vector<std::byte> bytes(chunk.begin(), chunk.end());
    inbox_.pop(bytes.size());
    deliver(bytes);
  }
  if (!readable()) inbox_.clear();
  tellWriter();
  if (inbox_.empty() && inboxEnds_) deliverEnd();
}

void MemoryStream::reset() {
  const auto ends = {shared_from_this(), std::static_pointer_cast<Stream>(peer_.lock())};
  base::turn([&ends] {
    for (const auto& end : ends) {
      if (end == nullptr) continue;
      static_cast<MemoryStream&>(*end).fail(Error("ECONNRESET", "connection reset by peer"));
    }
  });
}

std::size_t MemoryStream::bufferSize() const {
  const auto peer = peer_.lock();
  return peer == nullptr ? 0 : peer->inbox_.size();
}

bool MemoryStream::doWrite(BytesView bytes) {
  const auto peer = peer_.lock();
  if (peer == nullptr || peer->destroyed()) return true;
  peer->inbox_.append(bytes);
  peer->schedule();
  return !peer->full();
}

void MemoryStream::doEnd() {
  const auto peer = peer_.lock();
  if (peer == nullptr || peer->destroyed()) {
    return base::later([this, keep = shared_from_this()] { finished(); });
  }
  peer->inboxEnds_ = true;
  peer->schedule();
  peer->tellWriter();
}

void MemoryStream::doDestroy() {
  if (const auto peer = peer_.lock()) {
    if (!peer->inboxEnds_) {
      peer->inboxEnds_ = true;
      peer->schedule();
    }
    inbox_.clear();
    tellWriter();
  }
  base::later([this, keep = shared_from_this()] {
    self_.reset();
    wasClosed_ = true;
    closed();
  });
}

void MemoryStream::pausedChanged() {
  if (!isPaused() && (!inbox_.empty() || inboxEnds_)) schedule();
}

void MemoryStream::schedule() {
  if (options_.byHand || std::exchange(scheduled_, true)) return;
  base::later([this, keep = shared_from_this()] {
    scheduled_ = false;
    pump();
  });
}

// In another turn, as a kernel does.
void MemoryStream::tellWriter() {
  if (full()) return;
  base::later([weak = peer_, ended = inboxEnds_] {
    const auto writer = weak.lock();
    if (writer == nullptr) return;
    writer->drained();
    if (ended && !std::exchange(writer->finishTold_, true)) writer->finished();
  });
}

}  // namespace securepair::test
