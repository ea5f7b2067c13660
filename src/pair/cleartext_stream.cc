#include <securepair/tls/cleartext_stream.h>

#include <utility>

#include "pair/core.h"

namespace securepair::tls {

CleartextStream::CleartextStream(detail::PairCore& core) noexcept : core_(core) {}
CleartextStream::~CleartextStream() = default;

void CleartextStream::onConnect(Listener<> listener) {
  if (!destroyed()) events_.add(On::connect, std::move(listener));
}

void CleartextStream::onSecureConnect(Listener<> listener) {
  if (!destroyed()) events_.add(On::secureConnect, std::move(listener));
}

void CleartextStream::onAuthenticated(Listener<> listener) {
  if (!destroyed()) events_.add(On::authenticated, std::move(listener));
}

void CleartextStream::onKeylog(Listener<const Data&> listener) {
  if (destroyed()) return;
  events_.add(On::keylog, std::move(listener));
  core_.logKeys();
}

void CleartextStream::onSession(Listener<const Buffer&> listener) {
  if (!destroyed()) events_.add(On::session, std::move(listener));
}

Buffer CleartextStream::getSession() const {
  const auto session = core_.engine().session();
  return session ? session->toBytes() : Buffer();
}

Buffer CleartextStream::getTLSTicket() const { return core_.engine().ticket(); }

Buffer CleartextStream::getOCSPResponse() const { return core_.engine().stapledResponse(); }

bool CleartextStream::isSessionReused() const { return core_.engine().reused(); }

bool CleartextStream::authorized() const {
  core_.authorizationRead();
  return core_.engine().authorized();
}

std::string CleartextStream::authorizationError() const {
  const auto failure = authorizationFailure();
  return failure ? failure->code() : std::string();
}

std::optional<Error> CleartextStream::authorizationFailure() const {
  core_.authorizationRead();
  const Error* const failure = core_.engine().unauthorized();
  return failure != nullptr ? std::optional(*failure) : std::nullopt;
}

std::string CleartextStream::npnProtocol() const { return core_.engine().npnProtocol(); }
std::string CleartextStream::alpnProtocol() const { return core_.engine().alpnProtocol(); }
std::string CleartextStream::servername() const { return std::string(core_.engine().servername()); }

PeerCertificate CleartextStream::getPeerCertificate(bool detailed) const {
  core_.authorizationRead();
  return core_.engine().peerCertificate(detailed);
}

PeerCertificate CleartextStream::getCertificate() const { return core_.engine().ownCertificate(); }

CipherInfo CleartextStream::getCipher() const { return core_.engine().cipher(); }

std::string CleartextStream::getProtocol() const { return core_.engine().protocol(); }

std::string CleartextStream::getNegotiatedGroup() const { return core_.engine().group(); }

EphemeralKeyInfo CleartextStream::getEphemeralKeyInfo() const {
  return core_.engine().ephemeralKey();
}

std::vector<std::string> CleartextStream::getSharedSigalgs() const {
  return core_.engine().sharedSigalgs();
}

Buffer CleartextStream::getFinished() const { return core_.engine().finished(); }
Buffer CleartextStream::getPeerFinished() const { return core_.engine().peerFinished(); }

Buffer CleartextStream::exportKeyingMaterial(std::size_t length, std::string_view label,
                                             const Buffer& context) const {
  return core_.engine().exportKeyingMaterial(length, label, context);
}

void CleartextStream::renegotiate(Listener<> done) { core_.renegotiate(std::move(done)); }

void CleartextStream::disableRenegotiation() noexcept { core_.disableRenegotiation(); }

bool CleartextStream::setMaxSendFragment(std::size_t size) noexcept {
  return core_.limitRecords(size);
}

void CleartextStream::enableTrace() { core_.trace(); }

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

void CleartextStream::doSetKeepAlive(bool keepAlive, std::chrono::seconds delay) {
  if (const auto& carrier = core_.carrier()) carrier->setKeepAlive(keepAlive, delay);
}

void CleartextStream::doKeepRunning(bool keeps) {
  const auto& carrier = core_.carrier();
  if (carrier == nullptr) return;
  keeps ? carrier->ref() : carrier->unref();
}

void CleartextStream::doReset() {
  if (const auto carrier = core_.carrier()) carrier->resetAndDestroy();
}

}  // namespace securepair::tls
