#include "net/server.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/later.h"
#include "net/failure.h"
#include "net/handed_socket.h"
#include "net/loop.h"

namespace securepair::net {

void ServerCore::listen(std::uint16_t port, const std::string& host, Listener<> listener) {
  begin(std::move(listener));
  const std::string where = hostAndPort(host, port);
  if (const Endpoint literal = Endpoint::parse(host, port)) return bindOneOf({literal}, where);
  state_ = State::resolving;
  lookup_.emplace(*watch_->loop(), host, port,
                  [this, where](int status, std::vector<Endpoint> found) {
                    if (status < 0) return failLater(listenError(status, where));
                    bindOneOf(std::move(found), where);
                  });
}

void ServerCore::listen(const std::string& path, Listener<> listener) {
  begin(std::move(listener));
  int status = 0;
  ListeningSocket socket = ListeningSocket::open(path, backlog, status);
  opened(std::move(socket), status, path);
}

void ServerCore::listen(Descriptor descriptor, Listener<> listener) {
  begin(std::move(listener));
  const int fd = descriptor.number();
  if (const auto unfit = whyUnfitToListen(fd)) return failLater(*unfit);
  int status = 0;
  ListeningSocket socket = ListeningSocket::adopt(fd, backlog, status);
  opened(std::move(socket), status, "descriptor " + std::to_string(fd));
}

void ServerCore::begin(Listener<> listener) {
  if (state_ != State::idle) {
    throw Error({.code = "ERR_SERVER_ALREADY_LISTEN",
                 .message = "listen() was called on a server that listens already",
                 .fix = "close() it and listen again at `close`, or make another server"});
  }
  LoopCore& loop = LoopCore::current();
  if (!watch_ || watch_->loop() == nullptr) watch_.emplace(loop, *this);
  listenedOnce_.clear();
  listenedOnce_.add(std::move(listener));
  pauseOnceBound_ = {};
  keep_ = server_->weak_from_this().lock();
}

void ServerCore::bindOneOf(std::vector<Endpoint> endpoints, const std::string& where) {
  // A client that knows only one family knows this one.
  std::stable_partition(endpoints.begin(), endpoints.end(),
                        [](const Endpoint& e) { return e.family() == AF_INET; });
  int status = 0;
  for (const Endpoint& endpoint : endpoints) {
    if (ListeningSocket socket = ListeningSocket::open(endpoint, {backlog, reusePort}, status)) {
      return opened(std::move(socket), 0, where);
    }
  }
  opened({}, status, where);
}

void ServerCore::opened(ListeningSocket socket, int status, const std::string& where) {
  if (status < 0) return failLater(listenError(status, where));
  try {
    acceptor_ = std::make_shared<Acceptor>(*watch_->loop(), std::move(socket), *this);
  } catch (const Error& failure) {
    return failLater(failure);
  }
  acceptor_->keepRunning(keepsRunning_);
  acceptor_->pause(pauseOnceBound_);
  state_ = State::bound;
  base::later([self = shared_from_this()] { self->emitListening(); });
}

void ServerCore::emitListening() {
  if (state_ != State::bound) return;
  state_ = State::listening;
  listening.emit();
  listenedOnce_.emit();
}

void ServerCore::failLater(const Error& failure) {
  state_ = State::failed;
  base::later([self = shared_from_this(), failure] { self->emitError(failure); });
}

void ServerCore::emitError(const Error& failure) {
  if (state_ != State::failed) return;
  state_ = State::idle;
  const auto keep = std::move(keep_);
  // For a reason of this machine's: a program must not go on without noticing.
  if (error.empty()) throw Error(failure);
  error.emit(failure);
}

void ServerCore::pause(std::chrono::milliseconds time) {
  pauseOnceBound_ = time;
  if (acceptor_ != nullptr) acceptor_->pause(time);
}

void ServerCore::keepRunning(bool keeps) noexcept {
  keepsRunning_ = keeps;
  if (acceptor_ != nullptr) acceptor_->keepRunning(keeps);
}

void ServerCore::close(Listener<> listener) {
  if (state_ == State::idle) {
    if (listener) base::later(std::move(listener));
    return;
  }
  if (listener) closedOnce_.push_back(std::move(listener));
  if (state_ == State::closing || state_ == State::closed) return;
  state_ = State::closing;
  stopAccepting();
  closeIfDone();
}

void ServerCore::closeIfDone() {
  if (state_ != State::closing || connections > 0) return;
  state_ = State::closed;
  // After the `close` of what has been made of the last connection, which comes a turn later.
  base::later([self = shared_from_this()] { base::later([self] { self->emitClosed(); }); });
}

void ServerCore::emitClosed() {
  if (state_ != State::closed) return;
  state_ = State::idle;
  const auto keep = std::move(keep_);
  auto once = std::exchange(closedOnce_, {});
  closed.emit();
  for (auto& listener : once) listener();
  if (state_ == State::idle) dropListeners();  // else it listens again
}

void ServerCore::stopAccepting() noexcept {
  lookup_.reset();
  if (acceptor_ != nullptr) std::exchange(acceptor_, nullptr)->close();
}

// What listeners hold may be all that holds the server.
void ServerCore::dropListeners() noexcept {
  const auto self = weak_from_this().lock();
  listening.clear();
  listenedOnce_.clear();
  connection.clear();
  dropped.clear();
  closed.clear();
  closedOnce_.clear();
  error.clear();
  if (server_ != nullptr) server_->listenersDropped();
}

void ServerCore::detach() noexcept {
  server_ = nullptr;
  abandon();
}

void ServerCore::abandon() noexcept {
  const auto self = weak_from_this().lock();
  const auto keep = std::move(keep_);
  state_ = State::idle;
  connections = 0;
  stopAccepting();
  dropListeners();
}

std::optional<Address> ServerCore::address() const {
  return acceptor_ != nullptr ? acceptor_->address() : std::nullopt;
}

void ServerCore::arrived(Fd fd, const Endpoint& peer) {
  if (maxConnections > 0 && connections >= maxConnections) {
    return dropped.emit({.local = localAddress(fd.get()), .remote = peer.address()});
  }
  const auto socket = SocketCore::open(*watch_->loop(), std::move(fd), peer, shared_from_this());
  ++connections;
  server_->accepted(socket);
}

void ServerCore::acceptFailed(int status) {
  const auto address = this->address();
  stopAccepting();
  failLater(listenError(status, address ? hostAndPort(address->address, address->port) : ""));
}

void ServerCore::connectionClosed() {
  if (connections > 0) --connections;
  closeIfDone();
}

}  // namespace securepair::net
