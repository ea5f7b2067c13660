#pragma once
#include <securepair/net.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include <uv.h>

#include "base/byte_queue.h"
#include "net/endpoint.h"
#include "net/fd.h"
#include "net/resource.h"

namespace securepair::net {

class Connector;
class LoopCore;

/// The inside of a Socket, and the block of memory in which libuv's handle lies: it lives until
/// libuv's last callback, and holds its Socket as long.
class SocketCore final : public Resource {
 public:
  /// What a connection belongs to, such as a server; kept until nothing is left of it.
  class Home {
   public:
    virtual void connectionClosed() = 0;

   protected:
    ~Home() = default;
  };

  /// A connection that is established already, such as an accepted one; it reads at once. `peer`
  /// may be none.
  static std::shared_ptr<Socket> open(LoopCore& loop, Fd fd, const Endpoint& peer = Endpoint(),
                                      std::shared_ptr<Home> home = nullptr);
  /// A descriptor that is only read, paused at first.
  static std::shared_ptr<Socket> openInput(LoopCore& loop, Fd fd, std::shared_ptr<Home> home);
  static std::shared_ptr<Socket> connect(LoopCore& loop, std::uint16_t port, std::string host);
  static std::shared_ptr<Socket> connect(LoopCore& loop, const std::string& path);

  ~SocketCore() override;

  // What the Socket wants.
  bool write(BytesView bytes);
  void end();
  void destroy();
  void followReader();
  void setNoDelay(bool noDelay);
  void setKeepAlive(bool keepAlive, std::chrono::seconds delay);
  void keepRunning(bool keeps) noexcept;
  void resetWhenClosed() noexcept;
  std::size_t bufferSize() const noexcept;
  std::optional<Address> localEnd() const;
  std::optional<Address> peerEnd() const;

  // What the Outbox does.
  /// `more` follows, and goes into the same packet.
  void sendHeld(BytesView bytes, bool more) noexcept;

  // What the Connector does.
  using Resource::loop;
  uv_tcp_t* openHandle();
  /// Connector::handleClosed() follows.
  void closeHandle();
  void connected(const Endpoint& peer);
  void fail(const Error& error);

 private:
  enum class State : unsigned char {
    detached,    ///< not connected, and no handle is open
    connecting,  ///< the handle is the connector's
    retrying,    ///< the connector has closed the handle
    open,
    closing,
  };
  enum class Input : unsigned char { stopped, started, delivering, ended };
  enum class Output : unsigned char {
    idle,
    busy,         ///< bytes wait for the connection, or for the kernel to take them
    busyThenEnd,  ///< and then the end is sent
    ended,
    broken,
  };
  /// What libuv sends, which must not move meanwhile.
  struct Sending {
    uv_write_t request = {};
    base::ByteQueue bytes;
  };

  SocketCore(LoopCore& loop, std::shared_ptr<Socket> socket);
  static std::shared_ptr<Socket> make(LoopCore& loop);
  static void emitClosed(Socket& socket);
  void adopt(Fd fd);
  void abandon() noexcept override;
  void handleClosed();
  void closeUv() noexcept;
  int fd() const noexcept;
  void applyKeepAlive() noexcept;
  void initHandle() noexcept;

  bool sendNow(BytesView bytes, bool more = false);
  bool queue(BytesView bytes);
  void onRead(ssize_t count, const uv_buf_t& buffer);
  int whyHungUp(const uv_buf_t& buffer) const noexcept;
  void deliver(BytesView bytes);
  void send();
  void onSent(int status);
  void sendEnd();
  void writeFailed(int status);
  void giveUp(int status);
  void readRest();
  std::string peerText() const;
  void announceConnection();

  uv_stream_t* stream() noexcept { return reinterpret_cast<uv_stream_t*>(&tcp_); }
  uv_handle_t* handle() noexcept { return reinterpret_cast<uv_handle_t*>(&tcp_); }

  uv_tcp_t tcp_ = {};
  std::shared_ptr<Socket> socket_;
  std::shared_ptr<Home> home_;
  std::unique_ptr<Connector> connector_;
  std::unique_ptr<Sending> sending_;
  base::ByteQueue waiting_;
  Endpoint peer_;
  State state_ = State::detached;
  Input input_ = Input::stopped;
  Output output_ = Output::idle;
  bool noDelay_ = true;
  bool keepAlive_ = false;
  bool keepsRunning_ = true;
  int keepAliveDelay_ = 0;  ///< in seconds; 0: the system's own
};

}  // namespace securepair::net
