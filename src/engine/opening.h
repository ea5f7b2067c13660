#pragma once
#include <securepair/bytes.h>

#include <cstddef>
#include <string>

namespace securepair::engine {

/// How a connection begins: as much of it as tells, where the handshake comes to nothing, how far
/// it got and who it was that spoke. Of a peer that speaks TLS that are the first bytes of its
/// hello, of any other its first 128 bytes.
class Opening {
 public:
  void received(BytesView bytes);
  void sent(std::size_t bytes) noexcept { sent_ += bytes; }
  /// The handshake is done: how it began is of no more interest.
  void forget() noexcept { first_ = {}; }

  std::size_t bytesReceived() const noexcept { return received_; }
  std::size_t bytesSent() const noexcept { return sent_; }
  /// What the peer has said first, where that is not TLS; empty where it is, or nothing has come.
  BytesView notTls() const noexcept;
  /// The version that the peer's hello has in its head, 0x0303 for TLS 1.2 and above; 0: no hello.
  int helloVersion() const noexcept;

 private:
  bool beginsAsTls() const noexcept;

  std::string first_;
  std::size_t received_ = 0;
  std::size_t sent_ = 0;
};

}  // namespace securepair::engine
