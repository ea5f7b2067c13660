#pragma once
#include <securepair/address.h>
#include <securepair/export.h>
#include <securepair/name.h>
#include <securepair/stream.h>

#include <memory>
#include <optional>

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
  const std::string& host() const noexcept { return host_; }

 private:
  bool doWrite(BytesView bytes) override;
  void doEnd() override;
  void doDestroy() override;
  void pausedChanged() override;
  void doSetNoDelay(bool noDelay) override;

  friend class SocketCore;
  SocketCore* core_ = nullptr;
  Signal<> connect_;
  std::string host_;
};

/// A server: accepts connections on a TCP port or a Unix socket. A listening server keeps itself
/// alive.
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
  /// Stops accepting. `close` is emitted once, when the last connection has ended; then all
  /// listeners are dropped: who listens again adds them again.
  void close(Listener<> listener = nullptr);

  void onListening(Listener<> listener);
  void onConnection(Listener<Socket&> listener);
  void onClose(Listener<> listener);
  void onError(Listener<const Error&> listener);

  /// The bound address as the operating system reports it; empty while not listening.
  std::optional<Address> address() const;
  /// Further connections are closed at once while this many are open; 0: no limit.
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
