#pragma once
#include <securepair/bytes.h>

#include <array>
#include <cstddef>

namespace securepair::net {

class SocketCore;

/// The small writes of a round of the loop. Where the last round had many reads, they are sent one
/// after the other when all have been read: sent between reads, each would wake the process that
/// reads it, which falls asleep again before the next one comes. Where it had few, what the
/// listeners of a read have written leaves when they return: the processes at both ends then work
/// at the same time, and not by turns.
class Outbox {
 public:
  /// Before each read: from now on put() takes, and close() follows before the loop sleeps.
  void open() noexcept {
    open_ = true;
    ++reads_;
  }
  /// After it.
  void readDone() noexcept {
    if (!crowded_ && count_ > 0) send();
  }
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
  // In a round, for the next one to be held. With eight clients, held answers halve the rate where
  // waking up is slow; with twelve no more, and from sixteen on they save a twentieth.
  static constexpr int manyReads = 12;

  std::array<Entry, mostEntries> entries_ = {};
  std::array<std::byte, room> bytes_ = {};
  std::size_t count_ = 0;
  std::size_t used_ = 0;
  int reads_ = 0;
  bool open_ = false;
  bool crowded_ = false;  ///< the last round was
};

}  // namespace securepair::net
