#pragma once
#include <securepair/bytes.h>

#include <array>
#include <cstddef>

namespace securepair::net {

class SocketCore;

/// The small writes of a round of the loop, sent one after the other when all that a poll has found
/// is done. Sent one by one between reads, each would wake the process that reads it, which falls
/// asleep again before the next one comes.
class Outbox {
 public:
  /// From now on put() takes: close() follows before the loop sleeps.
  void open() noexcept { open_ = true; }
  /// Sends all, and takes nothing any more.
  void close() noexcept;

  /// Has SocketCore::sendHeld() called with these bytes. False: nothing waits here any more, and
  /// these bytes are the caller's to send, or to queue where the socket now waits for the kernel.
  bool put(SocketCore& socket, BytesView bytes) noexcept;
  /// Calls no listener. More follows of `unfinished`, if given, and goes into the same packet.
  void send(const SocketCore* unfinished = nullptr) noexcept;

 private:
  struct Entry {
    SocketCore* socket;
    std::size_t size;
  };

  // Copying costs nothing beside the system call, and the first does not wait for many.
  static constexpr std::size_t mostBytes = std::size_t{4} * 1024;
  static constexpr std::size_t mostEntries = 64;
  static constexpr std::size_t room = 8 * mostBytes;

  std::array<Entry, mostEntries> entries_ = {};
  std::array<std::byte, room> bytes_ = {};
  std::size_t count_ = 0;
  std::size_t used_ = 0;
  bool open_ = false;
};

}  // namespace securepair::net
