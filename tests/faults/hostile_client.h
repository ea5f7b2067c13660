#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "net/fd.h"
#include "support/memory_stream.h"
#include "support/openssl_end.h"

namespace securepair::test {

/// The same ones each time.
std::string randomBytes(std::size_t size);

/// A blocking connection that sends what it likes.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port);

  int fd() const noexcept { return fd_.get(); }
  /// False where the connection is gone.
  bool send(std::string_view bytes);
  /// As much as has come, after a wait; empty at the end.
  std::string receive();
  /// Sends an end, and reads on.
  void finish();
  /// Drops the connection with a reset.
  void reset();

  enum class End { none, fin, reset };
  /// How the peer ends the connection within this time; what comes before is kept in `rest`.
  End waitForEnd(std::chrono::milliseconds most);
  std::string rest = {};

 private:
  net::Fd fd_;
};

/// OpenSSL as a client, whose bytes are delivered by hand.
class TlsClient {
 public:
  /// Sends pieces of at most so many bytes.
  TlsClient(std::uint16_t port, int version, std::size_t segment = Chunking::all);

  RawClient& raw() noexcept { return raw_; }
  OpensslEnd& end() noexcept { return end_; }
  SSL* ssl() { return end_.ssl(); }

  /// What it says first, unsent.
  std::string hello();
  bool shakeHands();
  /// How many the server serves, after each of which a line has to echo; it gives up at ten.
  int renegotiations();
  /// False where the connection is gone.
  bool write(std::string_view text);
  /// The next bytes of the server are these.
  bool reads(std::string_view text);
  /// Reads on until there are these.
  bool readsUntil(std::string_view text);
  /// So many bytes; fewer where the connection ends or is silent.
  std::string read(std::size_t size);
  /// Sends what OpenSSL has made, in pieces.
  bool flush();
  bool flush(std::string_view bytes);

 private:
  bool readMore();

  RawClient raw_;
  OpensslEnd end_;
  std::size_t segment_;
  std::size_t taken_ = 0;
};

}  // namespace securepair::test
