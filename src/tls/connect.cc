#include <securepair/loop.h>
#include <securepair/net.h>
#include <securepair/tls.h>

#include <memory>
#include <string>
#include <utility>

#include "crypto/context.h"
#include "crypto/identity.h"
#include "pair/core.h"
#include "pair/options.h"
#include "tls/options.h"

namespace securepair::tls {
namespace {

class Client final : public detail::PairOwner {
 public:
  void secured(detail::PairCore& pair) override { pair.announceToClient(); }
  void failedBeforeSecure(detail::PairCore& pair, const Error& error) override {
    pair.failCleartext(error);
  }
};

// The name that the user meant: what is sent as SNI, and must stand in the certificate.
std::string nameMeant(const ConnectOptions& options, const std::string& host) {
  if (!options.servername.empty()) return options.servername;
  if (!options.socket) return host;
  const auto* const socket = dynamic_cast<const net::Socket*>(options.socket.get().get());
  return socket == nullptr ? std::string() : socket->host();
}

template <class Open>
std::shared_ptr<CleartextStream> secure(const ConnectOptions& options, const std::string& name,
                                        ConnectListener listener, Open open) {
  static const auto client = std::make_shared<Client>();
  Loop::current();  // the pair's time-outs are the loop's, which this call may be the first to need
  // All that can throw comes before the connection is opened.
  const auto pair = detail::PairCore::create(
      crypto::buildContext(credentialsOf(options), crypto::Use::client),
      detail::pairOptionsOf(options, {.rejectUnauthorized = options.rejectUnauthorized,
                                      .servername = crypto::sniOf(name),
                                      .identity = name}));
  pair->attachTo(open(), client);
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
  const std::string name = nameMeant(options, host.str());
  return secure(options, name, std::move(listener), [&]() -> std::shared_ptr<Stream> {
    if (options.socket) return options.socket.get();
    return net::connect(port, host);
  });
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

std::shared_ptr<CleartextStream> connect(ConnectOptions options, ConnectListener listener) {
  if (!options.socket) {
    throw Error({.code = "ERR_MISSING_OPTION",
                 .message = "connect() was told neither a port nor a socket",
                 .fix = "call connect(port, host, options), or give `socket`, an open stream"});
  }
  return connect(0, "", std::move(options), std::move(listener));
}

}  // namespace securepair::tls
