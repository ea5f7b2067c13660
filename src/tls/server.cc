#include <securepair/tls/server.h>

#include <string>
#include <utility>

#include "base/host.h"
#include "crypto/command_line.h"
#include "crypto/context.h"
#include "engine/ticket_keys.h"
#include "pair/core.h"
#include "pair/options.h"
#include "tls/client_policy.h"
#include "tls/options.h"

namespace securepair::tls {
namespace {

Error noCertificate(const std::string& who, const std::string& got) {
  return Error({.code = "ERR_TLS_NO_CERTIFICATE",
                .message = who + " has no certificate to show",
                .expected = "`key` and `cert`, or `pfx`",
                .got = got,
                .fix = "give `key` and `cert` in PEM format, or `pfx`"});
}

Error storesNothing() {
  return Error({.code = "ERR_OPTION_CONFLICT",
                .message = "`sessionStore` is given, and `sessionTimeout` is 0",
                .fix = "say how long sessions may be resumed, or leave the store out"});
}

Error noTickets(bool stores) {
  return Error(
      {.code = "ERR_OPTION_CONFLICT",
       .message = std::string("a ticket secret is given, but this server makes no tickets: ") +
                  (stores ? "its sessions are in `sessionStore`" : "`sessionTimeout` is 0"),
       .fix = "leave the secret out"});
}

// Tickets or a store, or neither: nothing is resumed.
void keepSessions(const ServerOptions& options, engine::Settings& settings) {
  const auto lifetime = std::chrono::duration_cast<std::chrono::seconds>(
      detail::notNegative("sessionTimeout", options.sessionTimeout));
  const bool stores = options.sessionStore != nullptr;
  if (options.ticketSecret.given() && (stores || lifetime.count() == 0)) throw noTickets(stores);
  if (stores && lifetime.count() == 0) throw storesNothing();
  if (lifetime.count() == 0) return;
  if (stores) {
    settings.sessionsStoredFor = lifetime;
    return;
  }
  settings.ticketKeys = std::make_shared<engine::TicketKeys>(lifetime);
  if (options.ticketSecret.given()) {
    settings.ticketKeys->setSecret(options.ticketSecret.toString());
  }
}

engine::Settings settingsOf(const ServerOptions& options) {
  const ClientPolicy clients = clientPolicyOf(options);
  const bool byDefault = options.sessionIdContext.empty() && clients.request;
  engine::Settings settings{
      .isServer = true,
      .requestCert = clients.request,
      .rejectUnauthorized = clients.reject,
      .sessionIdContext = byDefault ? crypto::commandLineDigest() : options.sessionIdContext};
  keepSessions(options, settings);
  return settings;
}

}  // namespace

/// What all connections of a server share; it outlives the server while they handshake.
class ServerCore final : public detail::PairOwner {
 public:
  explicit ServerCore(const ServerOptions& options)
      : context_(crypto::buildContext(credentialsOf(options), crypto::Use::server)),
        sni_(std::make_shared<detail::SniLookup>(options.SNICallback)) {
    auto common = detail::pairOptionsOf(options, settingsOf(options));
    common.engine.asksForContext = sni_->hasAny();
    common.sni = sni_;
    common.sessionStore = options.sessionStore;
    common_ = std::make_shared<const detail::PairOptions>(std::move(common));
  }

  void secured(detail::PairCore& pair) override { secureConnection.emit(pair.cleartext); }

  void failedBeforeSecure(detail::PairCore& pair, const Error& error) override {
    clientError.emit(error, pair.remoteOrNone(), pair.carrier().get());
  }

  std::shared_ptr<CleartextStream> serve(const std::shared_ptr<Stream>& carrier,
                                         std::shared_ptr<ServerCore> self, BytesView head = {}) {
    const auto pair = detail::PairCore::create(context_, common_);
    if (!keylog.empty()) {
      pair->cleartext.onKeylog(
          [self, &stream = pair->cleartext](const Data& line) { self->keylog.emit(line, stream); });
    }
    pair->attachTo(carrier, std::move(self), head);
    return {pair, &pair->cleartext};
  }

  void addContext(const std::string& hostname, engine::ContextChoice choice) {
    if (!choice.context->hasKey()) throw noCertificate("the context of `hostname`", hostname);
    sni_->contexts().add(hostname, std::move(choice));
    followSni();
  }
  bool removeContext(const std::string& hostname) {
    const bool removed = sni_->contexts().remove(hostname);
    followSni();
    return removed;
  }
  void setContext(std::shared_ptr<const crypto::Context> context) {
    if (!context->hasKey()) throw noCertificate("the new context", "neither a key nor a pfx");
    context_ = std::move(context);
  }

  void setTicketSecret(const Buffer& secret) {
    const auto& keys = common_->engine.ticketKeys;
    if (keys == nullptr) throw noTickets(common_->sessionStore != nullptr);
    keys->setSecret(secret.toString());
  }

  void setSessionStore(std::shared_ptr<SessionStore> store) {
    const auto& keys = common_->engine.ticketKeys;
    const auto& storedFor = common_->engine.sessionsStoredFor;
    if (keys == nullptr && !storedFor) throw storesNothing();
    auto common = *common_;
    common.engine.sessionsStoredFor = storedFor ? *storedFor : keys->lifetime();
    common.engine.ticketKeys = nullptr;
    common.sessionStore = std::move(store);
    common_ = std::make_shared<const detail::PairOptions>(std::move(common));
  }

  void forgetTicketSecretBefore() noexcept {
    const auto& keys = common_->engine.ticketKeys;
    if (keys != nullptr) keys->forgetSecretBefore();
  }

  /// It has a certificate, or a key, for some client.
  bool canServe() const noexcept {
    return context_->hasKey() || sni_->hasAny() || common_->engine.usesPsk;
  }
  bool trustsThePublic() const noexcept {
    return common_->engine.requestCert && context_->trustsSystemRoots();
  }

  Signal<CleartextStream&> secureConnection;
  Signal<const Error&, const net::Address&, Stream*> clientError;
  Signal<const Data&, CleartextStream&> keylog;

 private:
  // The connections that are open keep what they began with.
  void followSni() {
    if (common_->engine.asksForContext == sni_->hasAny()) return;
    auto common = *common_;
    common.engine.asksForContext = sni_->hasAny();
    common_ = std::make_shared<const detail::PairOptions>(std::move(common));
  }

  std::shared_ptr<const crypto::Context> context_;
  std::shared_ptr<detail::SniLookup> sni_;
  std::shared_ptr<const detail::PairOptions> common_;
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

void Server::onClientError(Listener<const Error&, const net::Address&, Stream*> listener) {
  core_->clientError.add(std::move(listener));
}

void Server::onKeylog(Listener<const Data&, CleartextStream&> listener) {
  core_->keylog.add(std::move(listener));
}

void Server::addContext(const Name& hostname, const crypto::CredentialsOptions& credentials,
                        std::optional<ClientCertificate> clientCertificate) {
  core_->addContext(hostname.str(),
                    {.context = crypto::buildContext(credentials, crypto::Use::server),
                     .clientCertificate = clientCertificate});
}

void Server::addContext(const Name& hostname, const crypto::Credentials& credentials,
                        std::optional<ClientCertificate> clientCertificate) {
  core_->addContext(hostname.str(),
                    {.context = credentials.context.get(), .clientCertificate = clientCertificate});
}

bool Server::removeContext(const Name& hostname) { return core_->removeContext(hostname.str()); }

void Server::setSecureContext(const crypto::CredentialsOptions& credentials) {
  core_->setContext(crypto::buildContext(credentials, crypto::Use::server));
}

void Server::setSecureContext(const crypto::Credentials& credentials) {
  core_->setContext(credentials.context.get());
}

void Server::setTicketSecret(const Buffer& secret) { core_->setTicketSecret(secret); }

void Server::setSessionStore(std::shared_ptr<SessionStore> store) {
  if (store == nullptr) {
    throw Error({.code = "ERR_MISSING_OPTION",
                 .message = "setSessionStore() was given no store",
                 .fix = "give it a tls::MemorySessionStore, or a tls::SessionStore of your own"});
  }
  core_->setSessionStore(std::move(store));
}

void Server::forgetTicketSecretBefore() noexcept { core_->forgetTicketSecretBefore(); }

std::shared_ptr<CleartextStream> Server::secure(const SocketRef& socket, const Data& head) {
  checkReady();
  if (!socket) {
    throw Error({.code = "ERR_MISSING_OPTION",
                 .message = "secure() was given no stream",
                 .fix = "give it an open stream, such as a net::Socket"});
  }
  return core_->serve(socket.get(), core_, head.bytes());
}

void Server::checkReady() const {
  if (!core_->canServe()) throw noCertificate("the server", "no SNI context either");
}

void Server::accepted(const std::shared_ptr<net::Socket>& socket) {
  try {
    core_->serve(socket, core_);
  } catch (const Error& error) {
    const auto peer = socket->remote().value_or(net::Address());
    socket->destroy();
    return core_->clientError.emit(error, peer, socket.get());
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
  core->keylog.clear();
}

std::shared_ptr<Server> createServer(ServerOptions options,
                                     Listener<CleartextStream&> secureConnectionListener) {
  auto server = std::make_shared<Server>(options);
  server->onSecureConnection(std::move(secureConnectionListener));
  return server;
}

}  // namespace securepair::tls
