#pragma once
#include <securepair/stream.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <utility>

#include "base/byte_queue.h"

namespace securepair::test {

/// How bytes are cut where they cross from one side to the other.
class Chunking {
 public:
  static constexpr std::size_t all = ~std::size_t{0};

  /// Pieces of this many bytes.
  Chunking(std::size_t size = all) : size_(size) {}
  /// Pieces of 1 to 2^15 bytes, small ones as likely as large ones.
  static Chunking random(std::uint32_t seed);

  std::size_t next(std::size_t available);

 private:
  std::size_t size_;
  bool random_ = false;
  std::minstd_rand generator_;
};

/// One end of a connection that lies in memory, and like a socket's keeps itself alive until
/// `close`. What is written arrives in a later turn.
class MemoryStream final : public Stream {
 public:
  struct Options {
    Chunking chunking = {};
    std::size_t capacity = highWaterMark;  ///< bytes under way from which on write() says false
    bool byHand = false;                   ///< bytes arrive by pump() only
  };
  using Ends = std::pair<std::shared_ptr<MemoryStream>, std::shared_ptr<MemoryStream>>;
  static Ends connect(const Options& options);
  static Ends connect() { return connect(Options()); }
  /// For connect().
  explicit MemoryStream(const Options& options) : options_(options) {}

  /// Has what was written at the other end arrive: a chunk at a time, until the reader pauses.
  void pump();
  /// Both ends fail, as by a packet with RST.
  void reset();
  /// Bytes that the other end has written and that have not arrived.
  std::size_t underWay() const noexcept { return inbox_.size(); }
  bool closeWasEmitted() const noexcept { return wasClosed_; }
  void setPeerAddress(net::Address address) { remote_ = std::move(address); }

  std::size_t bufferSize() const override;
  std::optional<net::Address> remote() const override { return remote_; }
  using Stream::setOwnConnection;

  bool outlives = false;  ///< what is piped into it does not end it

 private:
  bool doWrite(BytesView bytes) override;
  void doEnd() override;
  void doDestroy() override;
  void pausedChanged() override;
  bool outlivesPipes() const override { return outlives; }

  void deliverAll();
  void schedule();
  void tellWriter();
  bool full() const noexcept { return inbox_.size() >= options_.capacity; }

  Options options_;
  std::shared_ptr<MemoryStream> self_;
  std::weak_ptr<MemoryStream> peer_;
  base::ByteQueue inbox_;  // what the peer has written
  std::optional<net::Address> remote_;
  bool inboxEnds_ = false;
  bool scheduled_ = false;
  bool pumping_ = false;
  bool finishTold_ = false;
  bool wasClosed_ = false;
};

}  // namespace securepair::test
