#include <securepair/net.h>

#include <utility>

#include "net/loop.h"
#include "net/socket.h"

namespace securepair::net {
namespace {

void tellConnection(Socket& socket, Listener<Socket&> listener) {
  if (!listener) return;
  socket.onConnect([&socket, listener = std::move(listener)]() mutable { listener(socket); });
}

}  // namespace

std::shared_ptr<Socket> connect(Port port, Listener<Socket&> listener) {
  return connect(port, Name("localhost"), std::move(listener));
}

std::shared_ptr<Socket> connect(Port port, const Name& host, Listener<Socket&> listener) {
  auto socket = SocketCore::connect(LoopCore::current(), port.value(), host.str());
  tellConnection(*socket, std::move(listener));
  return socket;
}

std::shared_ptr<Socket> connect(const Name& path, Listener<Socket&> listener) {
  auto socket = SocketCore::connect(LoopCore::current(), path.str());
  tellConnection(*socket, std::move(listener));
  return socket;
}

// ---- Socket: all is the core's ----

Socket::Socket(Key) noexcept {}
Socket::~Socket() = default;

void Socket::onConnect(Listener<> listener) {
  if (core_ != nullptr) connect_.add(std::move(listener));
}

const std::string& Socket::host() const noexcept {
  static const std::string none;
  return host_ != nullptr ? *host_ : none;
}

std::size_t Socket::bufferSize() const { return core_ != nullptr ? core_->bufferSize() : 0; }

std::optional<Address> Socket::address() const {
  return core_ != nullptr ? core_->localEnd() : std::nullopt;
}

std::optional<Address> Socket::remote() const {
  return core_ != nullptr ? core_->peerEnd() : std::nullopt;
}

bool Socket::doWrite(BytesView bytes) { return core_ != nullptr && core_->write(bytes); }

void Socket::doEnd() {
  if (core_ != nullptr) core_->end();
}

void Socket::doDestroy() {
  if (core_ != nullptr) core_->destroy();
}

void Socket::pausedChanged() {
  if (core_ != nullptr) core_->followReader();
}

void Socket::doSetNoDelay(bool noDelay) {
  if (core_ != nullptr) core_->setNoDelay(noDelay);
}

void Socket::doSetKeepAlive(bool keepAlive, std::chrono::seconds delay) {
  if (core_ != nullptr) core_->setKeepAlive(keepAlive, delay);
}

void Socket::doKeepRunning(bool keeps) {
  if (core_ != nullptr) core_->keepRunning(keeps);
}

void Socket::doReset() {
  if (core_ != nullptr) core_->resetWhenClosed();
}

}  // namespace securepair::net
