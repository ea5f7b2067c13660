// What a socket is told of its connection, and what it tells of the two ends.
#include <algorithm>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "net/socket.h"

namespace securepair::net {

void SocketCore::keepRunning(bool keeps) noexcept {
  keepsRunning_ = keeps;
  if (state_ != State::open && state_ != State::connecting) return;
  keeps ? uv_ref(handle()) : uv_unref(handle());
}

// close() then drops what the kernel still has, and sends no FIN.
void SocketCore::resetWhenClosed() noexcept {
  if (state_ != State::open) return;
  const linger now{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd(), SOL_SOCKET, SO_LINGER, &now, sizeof(now));
}

void SocketCore::setNoDelay(bool noDelay) {
  noDelay_ = noDelay;
  if (state_ == State::open || state_ == State::connecting) uv_tcp_nodelay(&tcp_, noDelay ? 1 : 0);
}

void SocketCore::setKeepAlive(bool keepAlive, std::chrono::seconds delay) {
  constexpr std::chrono::seconds most(32767);  // the kernel refuses more
  keepAlive_ = keepAlive;
  keepAliveDelay_ = static_cast<int>(std::clamp(delay, std::chrono::seconds(0), most).count());
  if (state_ == State::open) applyKeepAlive();
}

// Not uv_tcp_keepalive(): what that does without a delay, and how often it asks, is another matter
// in each libuv.
void SocketCore::applyKeepAlive() noexcept {
  const int on = keepAlive_ ? 1 : 0;
  ::setsockopt(fd(), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  if (!keepAlive_ || keepAliveDelay_ == 0) return;
  ::setsockopt(fd(), IPPROTO_TCP, TCP_KEEPIDLE, &keepAliveDelay_, sizeof keepAliveDelay_);
}

std::optional<Address> SocketCore::localEnd() const {
  return state_ == State::open ? localAddress(fd()) : std::nullopt;
}

std::optional<Address> SocketCore::peerEnd() const {
  if (state_ != State::open) return std::nullopt;
  // The kernel forgets it when the peer resets the connection.
  return peer_ ? peer_.address() : peerAddress(fd());
}

std::string SocketCore::peerText() const {
  if (peer_) return peer_.text();
  const auto peer = peerEnd();
  return peer ? peer->address : std::string();
}

}  // namespace securepair::net
