#pragma once
#include <chrono>
#include <memory>
#include <optional>

#include <uv.h>

#include "net/fd.h"
#include "net/handle.h"
#include "net/listening_socket.h"
#include "net/timers.h"

namespace securepair::net {

class LoopCore;

/// Accepts the connections to a listening socket: a bounded number in a turn, and none for a while
/// where the system has no descriptor or no memory left.
class Acceptor : public std::enable_shared_from_this<Acceptor> {
 public:
  class Owner {
   public:
    /// May close the acceptor.
    virtual void arrived(Fd connection, const Endpoint& peer) = 0;
    /// The listening socket is of no use any more.
    virtual void acceptFailed(int status) = 0;

   protected:
    ~Owner() = default;
  };

  /// Throws Error where the socket cannot be watched.
  Acceptor(LoopCore& loop, ListeningSocket socket, Owner& owner);
  ~Acceptor() { close(); }

  std::optional<Address> address() const { return socket_.address(); }
  /// Accepts nothing for this time, from now on; 0 ends such a pause.
  void pause(std::chrono::milliseconds time);
  /// Whether the loop runs on for its sake; true at first.
  void keepRunning(bool keeps) noexcept;
  /// The owner is not called any more.
  void close() noexcept;

 private:
  enum class State : unsigned char { accepting, resting, closed };

  void watch();
  void acceptSome();
  bool acceptOne();
  bool mayGoOn(int error);
  void shed();
  void rest(std::chrono::milliseconds time);
  void goOn();
  Timers::Kind restKind() const noexcept;

  LoopCore& loop_;
  ListeningSocket socket_;
  Owner& owner_;
  Fd spare_;
  Handle<uv_poll_t> poll_;
  Timers::Id rest_ = 0;
  State state_ = State::accepting;
  bool keepsRunning_ = true;
};

}  // namespace securepair::net
