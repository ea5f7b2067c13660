#pragma once
#include <securepair/bytes.h>
#include <securepair/crypto.h>
#include <securepair/error.h>
#include <securepair/export.h>
#include <securepair/name.h>
#include <securepair/net.h>
#include <securepair/signal.h>
#include <securepair/tls/cleartext_stream.h>
#include <securepair/tls/client_certificate.h>
#include <securepair/tls/options.h>

#include <memory>
#include <optional>

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
  /// time-out. The address is the peer's, the stream the one that carries the connection: a socket,
  /// or what secure() was given; null where it is gone.
  void onClientError(Listener<const Error&, const net::Address&, Stream*> listener);

  /// CleartextStream::onKeylog() of each connection, which is the second argument. For those that
  /// are accepted afterwards.
  void onKeylog(Listener<const Data&, CleartextStream&> listener);

  /// "Add secure context that will be used if client request's SNI hostname is matching passed
  /// hostname (wildcards can be used)." A wildcard's "*" is the whole left-most label and stands
  /// for one label; exact names go before wildcards, whatever the case, one trailing dot aside.
  /// Replaces the context of the same hostname, for connections from now on. The policy for
  /// clients' certificates is the server's if none is given. Throws Error where the hostname is not
  /// one that clients can ask for, and where the credentials are not usable or have no certificate
  /// to show.
  void addContext(const Name& hostname, const crypto::CredentialsOptions& credentials,
                  std::optional<ClientCertificate> clientCertificate = {});
  void addContext(const Name& hostname, const crypto::Credentials& credentials,
                  std::optional<ClientCertificate> clientCertificate = {});
  /// False where there was none. Connections that it serves go on.
  bool removeContext(const Name& hostname);
  /// Replaces the server's own key, certificate, trust and ciphers, for connections from now on:
  /// a new certificate without an end to the service. Throws Error as createServer() does.
  void setSecureContext(const crypto::CredentialsOptions& credentials);
  void setSecureContext(const crypto::Credentials& credentials);
  /// Replaces ServerOptions::ticketSecret. Tickets under the one before can be used until they
  /// expire. Throws Error where it is too short, and where this server makes no tickets.
  void setTicketSecret(const Buffer& secret);
  /// Tickets under the secret before the current one are not taken any more, as they would be until
  /// they expire: for a secret that others may have learnt.
  void forgetTicketSecretBefore() noexcept;

  /// Replaces ServerOptions::sessionStore, and tickets where there was none, for connections from
  /// now on. Throws Error where there is no store, or `sessionTimeout` is 0.
  void setSessionStore(std::shared_ptr<SessionStore> store);

  /// Serves an open stream: `secureConnection` follows, or `clientError`. It does not count among
  /// connections(), and close() does not wait for it. `head` is what has been read from the stream
  /// beyond the point from which the client speaks TLS: it is taken as TLS, and never as the
  /// application's data. Throws Error where there is no stream, or where another layer reads it.
  std::shared_ptr<CleartextStream> secure(const SocketRef& socket, const Data& head = {});

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
