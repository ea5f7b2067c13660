#pragma once
#include <securepair/error.h>
#include <securepair/export.h>
#include <securepair/net.h>
#include <securepair/signal.h>
#include <securepair/tls/cleartext_stream.h>
#include <securepair/tls/options.h>

#include <memory>

namespace securepair::tls {

class ServerCore;

/// "This class is a subclass of net.Server and has the same methods on it. Instead of accepting
/// just raw TCP connections, this accepts encrypted connections using TLS or SSL."
class SECUREPAIR_API Server final : public net::Server {
 public:
  /// Throws Error as crypto::createCredentials() does.
  explicit Server(const ServerOptions& options);
  ~Server() override;

  /// "This event is emitted after a new connection has been successfully handshaked."
  void onSecureConnection(Listener<CleartextStream&> listener);
  /// "When a client connection emits an 'error' event before secure connection is established - it
  /// will be forwarded here." Every such failure: TLS error, refused certificate, hang-up, reset,
  /// time-out. The address is the peer's.
  void onClientError(Listener<const Error&, const net::Address&> listener);

  /// Serves an open stream: `secureConnection` follows, or `clientError`. It does not count among
  /// connections(), and close() does not wait for it.
  std::shared_ptr<CleartextStream> secure(const SocketRef& socket);

 private:
  void checkReady() const override;
  void accepted(const std::shared_ptr<net::Socket>& socket) override;
  void listenersDropped() noexcept override;

  std::shared_ptr<ServerCore> core_;
};

/// "Creates a new tls.Server. The connectionListener argument is automatically set as a listener
/// for the secureConnection event."
SECUREPAIR_API std::shared_ptr<Server> createServer(
    ServerOptions options = {}, Listener<CleartextStream&> secureConnectionListener = nullptr);

}  // namespace securepair::tls
