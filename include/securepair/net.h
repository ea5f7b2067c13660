#pragma once
#include <securepair/address.h>
#include <securepair/export.h>
#include <securepair/name.h>
#include <securepair/stream.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace securepair::net {

class SocketCore;
class ServerCore;

/// A TCP connection, or one over a Unix socket.
class SECUREPAIR_API Socket final : public Stream {
 public:
  /// For the library: sockets come from connect() and from a server's `connection`.
  class Key {
    Key() = default;
    friend class SocketCore;
  };
  explicit Socket(Key) noexcept;
  ~Socket() override;

  /// The connection is established.
  void onConnect(Listener<> listener);

  std::size_t bufferSize() const override;
  std::optional<Address> address() const override;
  std::optional<Address> remote() const override;
  /// The host that connect() was told; empty for a path and for a server's connections.
  const std::string& host() const noexcept;

 private:
  bool doWrite(BytesView bytes) override;
  void doEnd() override;
  void doDestroy() override;
  void pausedChanged() override;
  void doSetNoDelay(bool noDelay) override;
  void doSetKeepAlive(bool keepAlive, std::chrono::seconds delay) override;
  void doKeepRunning(bool keeps) override;
  void doReset() override;

  friend class SocketCore;
  SocketCore* core_ = nullptr;
  Signal<> connect_;
  std::unique_ptr<const std::string> host_;  ///< null: none
};

/// An open file descriptor. Made from its number by name only, so that it is never taken for a
/// port: `listen(net::Descriptor(3))`.
class Descriptor {
 public:
  explicit Descriptor(int number) noexcept : number_(number) {}
  int number() const noexcept { return number_; }

 private:
  int number_;
};

/// A connection that a server did not want to have. Over a Unix socket nothing is known of the
/// peer.
struct Drop {
  std::optional<Address> local = {};
  std::optional<Address> remote = {};
};

/// A server: accepts connections on a TCP port or a Unix socket. A listening server keeps itself
/// alive. Every method is harmless on a closed one.
class SECUREPAIR_API Server : public std::enable_shared_from_this<Server> {
 public:
  Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  virtual ~Server();

  /// Accepts connections to any IPv4 address of this machine. Port 0: a free one, which address()
  /// tells. Asynchronous: `listening`, or `error` (without a listener it comes out of run()).
  void listen(Port port, Listener<> listener = nullptr);
  /// `host` is a name or an address; "::" takes IPv6 and IPv4. Of a name's addresses the first one
  /// that can be had is taken, IPv4 before IPv6.
  void listen(Port port, const Name& host, Listener<> listener = nullptr);
  /// A Unix socket at this path.
  void listen(const Name& path, Listener<> listener = nullptr);
  /// A socket that somebody else has made, such as systemd for a unit with a .socket file: a stream
  /// socket of TCP or Unix that listens, or has only been bound. The server owns it from now on and
  /// closes it when it is closed itself, but leaves a Unix socket's file in place: give each of
  /// several servers a dup(). One that cannot be used is left open and alone: `error`,
  /// ERR_INVALID_FD_TYPE, says what it is.
  void listen(Descriptor descriptor, Listener<> listener = nullptr);
  /// How many connections the kernel keeps for this server until they are accepted, from the next
  /// listen() on; 511 by default, and at most the system's net.core.somaxconn. A descriptor that
  /// listens already keeps its own. Throws Error ERR_OUT_OF_RANGE for less than 1.
  void setBacklog(int most);
  int backlog() const noexcept;
  /// Several servers, of this process or another of the same user, may listen on the same TCP port
  /// if each of them has said so: the kernel spreads the connections over them. From the next
  /// listen() on; no effect on paths and descriptors.
  void setReusePort(bool reuse = true) noexcept;
  /// Does not keep the loop running any more: where nothing else does, run() returns though the
  /// server listens. Connections keep it running as ever.
  void unref() noexcept;
  /// Takes unref() back.
  void ref() noexcept;
  /// Accepts no connection for this time; those that come meanwhile wait in the kernel's backlog.
  /// A further call begins anew, and one with 0 ends the pause. No effect on a closed server.
  void pause(std::chrono::milliseconds time = std::chrono::seconds(1));
  /// Stops accepting. `close` is emitted once, when the last connection has ended; then all
  /// listeners are dropped, unless one of those of `close` has called listen() again. The listener
  /// given here is called once, after them. On a server that does not listen
  /// the listener is called all the same, in a later turn, and `close` is not emitted.
  void close(Listener<> listener = nullptr);

  void onListening(Listener<> listener);
  void onConnection(Listener<Socket&> listener);
  /// A connection was closed at once, because of setMaxConnections(): its two ends.
  void onDrop(Listener<const Drop&> listener);
  void onClose(Listener<> listener);
  void onError(Listener<const Error&> listener);

  /// The bound address as the operating system reports it; empty while not listening.
  std::optional<Address> address() const;
  /// Further connections are closed at once while this many are open, and `drop` tells of each; 0:
  /// no limit.
  void setMaxConnections(int most) noexcept;
  int maxConnections() const noexcept;
  /// The number of concurrent connections on the server.
  int connections() const noexcept;

 protected:
  /// Called before listen() acts; throws where the server is not fit to serve.
  virtual void checkReady() const {}
  /// Called for each new connection before the listeners of `connection`.
  virtual void accepted(const std::shared_ptr<Socket>& socket);
  /// Called when all listeners have been dropped, after `close` and when the loop ends.
  virtual void listenersDropped() noexcept {}

 private:
  friend class ServerCore;
  std::shared_ptr<ServerCore> core_;
};

/// Connects to a TCP port, of localhost unless a host is named: every address of a name is tried,
/// in the resolver's order; one that does not answer gives way to the next after 3.5 s. How long
/// that may take is limited by setTimeout() and destroy().
SECUREPAIR_API std::shared_ptr<Socket> connect(Port port, Listener<Socket&> listener = nullptr);
SECUREPAIR_API std::shared_ptr<Socket> connect(Port port, const Name& host,
                                               Listener<Socket&> listener = nullptr);
/// Connects to a Unix socket.
SECUREPAIR_API std::shared_ptr<Socket> connect(const Name& path,
                                               Listener<Socket&> listener = nullptr);

SECUREPAIR_API std::shared_ptr<Server> createServer(Listener<Socket&> listener = nullptr);

}  // namespace securepair::net
