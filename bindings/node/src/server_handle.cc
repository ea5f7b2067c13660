#include "server_handle.h"

#include <cstdint>
#include <utility>

#include "carrier.h"
#include "questions.h"
#include "stream_handle.h"

namespace securepair::node {
namespace {

// The script's own Carrier, or a socket of the library's.
napi_value carrierValue(napi_env env, Stream* carrier) {
  if (carrier == nullptr) return null(env);
  if (const auto* const scripted = dynamic_cast<const Carrier*>(carrier)) {
    const napi_value owner = scripted->owner();
    return owner != nullptr ? owner : null(env);
  }
  return handle(env, std::make_shared<StreamHandle>(carrier->shared()));
}

}  // namespace

std::shared_ptr<tls::CleartextStream> sharedOf(tls::CleartextStream& stream) {
  return std::static_pointer_cast<tls::CleartextStream>(stream.shared());
}

double idOf(const Stream* stream) noexcept {
  return static_cast<double>(reinterpret_cast<std::uintptr_t>(stream));
}

ServerHandle::ServerHandle(std::shared_ptr<tls::Server> server, std::shared_ptr<Owner> owner)
    : server_(std::move(server)), owner_(std::move(owner)) {}

void ServerHandle::hear() {
  const Hears before = std::exchange(hears_, Hears::everything);
  if (before != Hears::nothing) return;
  server_->onListening(listener([](ServerHandle& self) { self.owner_->tell(Event::listening); }));
  server_->onError(listener([](ServerHandle& self, const Error& error) {
    self.owner_->letGo();
    self.owner_->tell(Event::serverError,
                      [&](napi_env env) { return std::array{errorValue(env, error)}; });
  }));
  server_->onClose(listener([](ServerHandle& self) { self.closed(); }));
  hearConnections();
  if (tellsKeys_) tellKeys();
}

void ServerHandle::hearConnections() {
  server_->onConnection(listener([](ServerHandle& self, net::Socket& socket) {
    if (!self.tellsConnections_) return;
    self.owner_->tell(Event::connection, [&](napi_env env) {
      return std::array{handle(env, std::make_shared<StreamHandle>(socket.shared())),
                        number(env, idOf(&socket))};
    });
  }));
  server_->onDrop(listener([](ServerHandle& self, const net::Drop& drop) {
    self.owner_->tell(Event::drop, [&](napi_env env) {
      return std::array{addressValue(env, drop.local), addressValue(env, drop.remote)};
    });
  }));
  server_->onSecureConnection(listener([](ServerHandle& self, tls::CleartextStream& stream) {
    self.owner_->tell(Event::secureConnection, [&](napi_env env) {
      return std::array{handle(env, std::make_shared<StreamHandle>(sharedOf(stream))),
                        number(env, idOf(&stream))};
    });
  }));
  server_->onClientError(listener(
      [](ServerHandle& self, const Error& error, const net::Address& peer, Stream* carrier) {
        self.owner_->tell(Event::clientError, [&](napi_env env) {
          return std::array{errorValue(env, error), addressValue(env, peer),
                            carrierValue(env, carrier), number(env, idOf(carrier))};
        });
      }));
}

void ServerHandle::tellKeys() {
  tellsKeys_ = true;
  server_->onKeylog(
      listener([](ServerHandle& self, const Data& line, tls::CleartextStream& stream) {
        self.owner_->tell(Event::serverKeylog, [&](napi_env env) {
          return std::array{buffer(env, line.bytes()),
                            handle(env, std::make_shared<StreamHandle>(sharedOf(stream))),
                            number(env, idOf(&stream))};
        });
      }));
}

void ServerHandle::answerStatus(const tls::OcspRequest& request, tls::OcspAnswer answer) const {
  if (!asksForStatus_) return answer(Buffer());
  node::askForStatus(*owner_, request, std::move(answer));
}

// What the script does may be to listen again.
void ServerHandle::closed() {
  hears_ = Hears::theClose;
  owner_->letGo();
  owner_->tell(Event::serverClose);
  if (hears_ == Hears::theClose) hears_ = Hears::nothing;
}

}  // namespace securepair::node
