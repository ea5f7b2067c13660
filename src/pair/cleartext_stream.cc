#include <securepair/tls/cleartext_stream.h>

#include <utility>

#include "pair/core.h"

namespace securepair::tls {

CleartextStream::CleartextStream(detail::PairCore& core) noexcept : core_(core) {}
CleartextStream::~CleartextStream() = default;

void CleartextStream::onSecureConnect(Listener<> listener) {
  if (!destroyed()) secureConnect_.add(std::move(listener));
}

void CleartextStream::onSession(Listener<const Buffer&> listener) {
  if (!destroyed()) session_.add(std::move(listener));
}

Buffer CleartextStream::getSession() const {
  const auto session = core_.engine().session();
  return session ? session->toBytes() : Buffer();
}

bool CleartextStream::isSessionReused() const { return core_.engine().reused(); }

bool CleartextStream::authorized() const { return core_.engine().authorized(); }

std::string CleartextStream::authorizationError() const {
  const auto failure = authorizationFailure();
  return failure ? failure->code() : std::string();
}

std::optional<Error> CleartextStream::authorizationFailure() const {
  return core_.engine().unauthorized();
}

std::string CleartextStream::npnProtocol() const { return core_.engine().npnProtocol(); }
std::string CleartextStream::alpnProtocol() const { return core_.engine().alpnProtocol(); }
std::string CleartextStream::servername() const { return core_.engine().servername(); }

PeerCertificate CleartextStream::getPeerCertificate() const {
  return core_.engine().peerCertificate();
}

CipherInfo CleartextStream::getCipher() const { return core_.engine().cipher(); }

std::string CleartextStream::getProtocol() const { return core_.engine().protocol(); }

std::size_t CleartextStream::bufferSize() const {
  const auto& carrier = core_.carrier();
  return core_.unsentCleartext() + (carrier ? carrier->bufferSize() : 0);
}

std::optional<net::Address> CleartextStream::address() const {
  const auto& carrier = core_.carrier();
  return carrier ? carrier->address() : std::nullopt;
}

std::optional<net::Address> CleartextStream::remote() const {
  const auto& carrier = core_.carrier();
  return carrier ? carrier->remote() : std::nullopt;
}

std::shared_ptr<Stream> CleartextStream::shared() { return {core_.shared_from_this(), this}; }

bool CleartextStream::doWrite(BytesView bytes) { return core_.writeCleartext(bytes); }
void CleartextStream::doEnd() { core_.endCleartext(); }
void CleartextStream::doDestroy() { core_.destroyAll(); }
void CleartextStream::pausedChanged() { core_.cleartextPausedChanged(); }

void CleartextStream::doSetNoDelay(bool noDelay) {
  if (const auto& carrier = core_.carrier()) carrier->setNoDelay(noDelay);
}

}  // namespace securepair::tls
