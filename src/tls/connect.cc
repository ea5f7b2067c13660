#include <securepair/loop.h>
#include <securepair/net.h>
#include <securepair/tls.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "crypto/identity.h"
#include "crypto/idna.h"
#include "crypto/shared_context.h"
#include "pair/core.h"
#include "pair/options.h"
#include "tls/options.h"
#include "tls/session_cache.h"

namespace securepair::tls {
namespace {

class Client final : public detail::PairOwner {
 public:
  /// `server` is what its sessions are remembered by; empty: they are not.
  explicit Client(std::string server) : server_(std::move(server)) {}

  // What has been written waits for what the listeners say of the server: one that throws says no.
  void secured(detail::PairCore& pair) override {
    try {
      pair.announceToClient();
    } catch (...) {
      pair.destroyAll();
      throw;
    }
  }
  void failedBeforeSecure(detail::PairCore& pair, const Error& error) override {
    pair.failCleartext(error);
  }
  void sessionMade(const engine::Engine& engine) override {
    if (server_.empty()) return;
    if (auto session = engine.session()) {
      SessionCache::ofThisThread().put(server_, std::move(*session));
    }
  }

 private:
  std::string server_;
};

// What the user gave, or else what this thread remembers of the server.
std::shared_ptr<const engine::Session> sessionFor(const ConnectOptions& options,
                                                  const std::string& server) {
  if (options.session.given()) return detail::sessionOf(options.session);
  if (server.empty()) return nullptr;
  auto session = SessionCache::ofThisThread().take(server);
  return session ? std::make_shared<const engine::Session>(std::move(*session)) : nullptr;
}

// The name that the user meant: what is sent as SNI, and must stand in the certificate.
std::string nameMeant(const ConnectOptions& options, const std::string& host) {
  if (!options.servername.empty()) return options.servername;
  if (!options.socket) return host;
  const auto* const socket = dynamic_cast<const net::Socket*>(options.socket.get().get());
  return socket == nullptr ? std::string() : socket->host();
}

void hearConnection(Stream& carrier, const std::weak_ptr<detail::PairCore>& weak) {
  auto* const socket = dynamic_cast<net::Socket*>(&carrier);
  if (socket == nullptr) return;
  socket->onConnect([weak] {
    if (const auto pair = weak.lock()) pair->carrierConnected();
  });
}

void refuseHeadAlone(const ConnectOptions& options) {
  if (options.head.empty() || options.socket) return;
  throw Error({.code = "ERR_MISSING_OPTION",
               .message = "`head` is given without `socket`",
               .fix = "give `socket`, the stream from which these bytes were read"});
}

// Where to, unless `socket` is that already.
struct Target {
  std::string host;     ///< empty: none
  std::string address;  ///< by which sessions are remembered
  std::function<std::shared_ptr<Stream>()> open;
};

std::shared_ptr<CleartextStream> secure(const ConnectOptions& options, const Target& target,
                                        ConnectListener listener) {
  Loop::current();  // the pair's time-outs are the loop's, which this call may be the first to need
  refuseHeadAlone(options);
  // All that can throw comes before the connection is opened.
  const auto context =
      crypto::contextOf(options.secureContext, credentialsOf(options), crypto::Use::client);
  const std::string name = crypto::asciiName(nameMeant(options, target.host));
  const bool remembers = options.sessionCache && !options.socket && !options.requestOCSP;
  const std::string server = remembers ? context->digest() + target.address + "/" + name : "";
  const auto own = std::make_shared<const detail::PairOptions>(
      detail::pairOptionsOf(options, {.rejectUnauthorized = options.rejectUnauthorized,
                                      .servername = crypto::sniOf(name),
                                      .identity = name,
                                      .requestOCSP = options.requestOCSP,
                                      .session = sessionFor(options, server)}));
  const auto pair = detail::PairCore::create(context, own, options.checkServerIdentity);
  const auto carrier = options.socket ? options.socket.get() : target.open();
  pair->attachTo(carrier, std::make_shared<Client>(server), Data(options.head).bytes());
  hearConnection(*carrier, pair);
  auto& stream = pair->cleartext;
  if (listener) {
    stream.onSecureConnect(
        [&stream, listener = std::move(listener)]() mutable { listener(stream); });
  }
  return {pair, &stream};
}

}  // namespace

std::shared_ptr<CleartextStream> connect(Port port, Name host, ConnectOptions options,
                                         ConnectListener listener) {
  return secure(options,
                {.host = host.str(),
                 .address = host.str() + ":" + std::to_string(port.value()),
                 .open = [&] { return net::connect(port, host); }},
                std::move(listener));
}

std::shared_ptr<CleartextStream> connect(Port port, ConnectListener listener) {
  return connect(port, "localhost", {}, std::move(listener));
}

std::shared_ptr<CleartextStream> connect(Port port, Name host, ConnectListener listener) {
  return connect(port, std::move(host), {}, std::move(listener));
}

std::shared_ptr<CleartextStream> connect(Port port, ConnectOptions options,
                                         ConnectListener listener) {
  return connect(port, "localhost", std::move(options), std::move(listener));
}

std::shared_ptr<CleartextStream> connect(Name path, ConnectListener listener) {
  return connect(std::move(path), {}, std::move(listener));
}

std::shared_ptr<CleartextStream> connect(Name path, ConnectOptions options,
                                         ConnectListener listener) {
  return secure(options,
                {.host = "",
                 .address = "path " + path.str(),  // no host has a space
                 .open = [&] { return net::connect(path); }},
                std::move(listener));
}

std::shared_ptr<CleartextStream> connect(ConnectOptions options, ConnectListener listener) {
  if (!options.socket) {
    throw Error({.code = "ERR_MISSING_OPTION",
                 .message = "connect() was told neither a port nor a socket",
                 .fix = "call connect(port, host, options), or give `socket`, an open stream"});
  }
  return connect(0, "", std::move(options), std::move(listener));
}

}  // namespace securepair::tls
