#pragma once
#include <securepair/net.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/acceptor.h"
#include "net/lookup.h"
#include "net/resource.h"
#include "net/socket.h"

namespace securepair::net {

/// The inside of a Server; its connections keep it alive too.
class ServerCore final : public SocketCore::Home,
                         public Acceptor::Owner,
                         public std::enable_shared_from_this<ServerCore> {
 public:
  explicit ServerCore(Server& server) noexcept : server_(&server) {}
  ServerCore(const ServerCore&) = delete;
  ServerCore& operator=(const ServerCore&) = delete;

  void listen(std::uint16_t port, const std::string& host, Listener<> listener);
  void listen(const std::string& path, Listener<> listener);
  void listen(Descriptor descriptor, Listener<> listener);
  void pause(std::chrono::milliseconds time);
  /// Whether the loop runs on for this server's sake.
  void keepRunning(bool keeps) noexcept;
  void close(Listener<> listener);
  /// The Server is being destroyed.
  void detach() noexcept;

  std::optional<Address> address() const;

  Signal<> listening;
  Signal<Socket&> connection;
  Signal<const Drop&> dropped;
  Signal<> closed;
  Signal<const Error&> error;
  int backlog = 511;
  bool reusePort = false;
  int maxConnections = 0;
  int connections = 0;

 private:
  enum class State : unsigned char {
    idle,
    resolving,
    failed,  ///< `error` is about to be emitted
    bound,   ///< `listening` is about to be emitted
    listening,
    closing,  ///< `close` is emitted when the last connection has ended
    closed,   ///< `close` is about to be emitted
  };

  /// Tells when the loop ends.
  class Watch final : public Resource {
   public:
    Watch(LoopCore& onLoop, ServerCore& server) noexcept : Resource(onLoop), server_(server) {}
    using Resource::loop;

   private:
    void abandon() noexcept override { server_.abandon(); }
    ServerCore& server_;
  };

  void begin(Listener<> listener);
  void bindOneOf(std::vector<Endpoint> endpoints, const std::string& where);
  void opened(ListeningSocket socket, int status, const std::string& where);
  void failLater(const Error& failure);
  void emitListening();
  void emitError(const Error& failure);
  void closeIfDone();
  void emitClosed();
  void stopAccepting() noexcept;
  void dropListeners() noexcept;
  void abandon() noexcept;

  // Acceptor::Owner, SocketCore::Home
  void arrived(Fd fd, const Endpoint& peer) override;
  void acceptFailed(int status) override;
  void connectionClosed() override;

  Server* server_;
  Signal<> listenedOnce_;               // for the listener that listen() was given
  std::vector<Listener<>> closedOnce_;  // for those that close() was given
  std::shared_ptr<Server> keep_;        // from listen() until `close` or `error`
  std::optional<Watch> watch_;
  std::optional<Lookup> lookup_;
  std::shared_ptr<Acceptor> acceptor_;
  std::chrono::milliseconds pauseOnceBound_{0};
  bool keepsRunning_ = true;
  State state_ = State::idle;
};

}  // namespace securepair::net
