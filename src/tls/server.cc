#include <securepair/tls/server.h>

#include <utility>

#include "base/host.h"
#include "crypto/context.h"
#include "pair/core.h"
#include "tls/options.h"

namespace securepair::tls {

/// What all connections of a server share; it outlives the server while they handshake.
class ServerCore final : public detail::PairOwner {
 public:
  explicit ServerCore(const ServerOptions& options)
      : context_(crypto::buildContext(credentialsOf(options), crypto::Use::server)),
        pairOptions_(pairOptionsOf(
            options, {.isServer = true,
                      .requestCert = options.requestCert,
                      .rejectUnauthorized = options.requestCert && options.rejectUnauthorized})) {}

  void secured(detail::PairCore& pair) override { secureConnection.emit(pair.cleartext); }

  void failedBeforeSecure(detail::PairCore& pair, const Error& error) override {
    clientError.emit(error, pair.remoteOrNone());
  }

  std::shared_ptr<CleartextStream> serve(const std::shared_ptr<Stream>& carrier,
                                         std::shared_ptr<ServerCore> self) {
    const auto pair = detail::PairCore::create(context_, pairOptions_);
    pair->attachTo(carrier, std::move(self));
    return {pair, &pair->cleartext};
  }

  bool hasKey() const noexcept { return context_->hasKey(); }
  bool trustsThePublic() const noexcept {
    return pairOptions_.engine.requestCert && context_->trustsSystemRoots();
  }

  Signal<CleartextStream&> secureConnection;
  Signal<const Error&, const net::Address&> clientError;

 private:
  std::shared_ptr<const crypto::Context> context_;
  detail::PairOptions pairOptions_;
};

Server::Server(const ServerOptions& options) : core_(std::make_shared<ServerCore>(options)) {
  if (core_->trustsThePublic()) {
    base::warn(Error({.code = "WARN_CLIENTS_BY_PUBLIC_ROOTS",
                      .message = "`requestCert` without `ca`: every client with a certificate of "
                                 "any well-known public authority is authorized",
                      .fix = "give `ca`, the authorities that issue your clients' certificates"}));
  }
}

Server::~Server() = default;

void Server::onSecureConnection(Listener<CleartextStream&> listener) {
  core_->secureConnection.add(std::move(listener));
}

void Server::onClientError(Listener<const Error&, const net::Address&> listener) {
  core_->clientError.add(std::move(listener));
}

std::shared_ptr<CleartextStream> Server::secure(const SocketRef& socket) {
  checkReady();
  if (!socket) {
    throw Error({.code = "ERR_MISSING_OPTION",
                 .message = "secure() was given no stream",
                 .fix = "give it an open stream, such as a net::Socket"});
  }
  return core_->serve(socket.get(), core_);
}

void Server::checkReady() const {
  if (core_->hasKey()) return;
  throw Error({.code = "ERR_TLS_NO_CERTIFICATE",
               .message = "the server has no certificate to show",
               .expected = "`key` and `cert`, or `pfx`",
               .fix = "give createServer() `key` and `cert` in PEM format, or `pfx`"});
}

void Server::accepted(const std::shared_ptr<net::Socket>& socket) {
  try {
    core_->serve(socket, core_);
  } catch (const Error& error) {
    const auto peer = socket->remote().value_or(net::Address());
    socket->destroy();
    return core_->clientError.emit(error, peer);
  } catch (...) {
    socket->destroy();
    throw;
  }
  net::Server::accepted(socket);
}

void Server::listenersDropped() noexcept {
  const auto core = core_;  // what the listeners hold may be all that holds this server
  core->secureConnection.clear();
  core->clientError.clear();
}

std::shared_ptr<Server> createServer(ServerOptions options,
                                     Listener<CleartextStream&> secureConnectionListener) {
  auto server = std::make_shared<Server>(options);
  server->onSecureConnection(std::move(secureConnectionListener));
  return server;
}

}  // namespace securepair::tls
