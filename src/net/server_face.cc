#include <securepair/net.h>

#include <string>
#include <utility>

#include "net/server.h"

namespace securepair::net {

Server::Server() : core_(std::make_shared<ServerCore>(*this)) {}
Server::~Server() { core_->detach(); }

void Server::listen(Port port, Listener<> listener) {
  listen(port, Name("0.0.0.0"), std::move(listener));
}

void Server::listen(Port port, const Name& host, Listener<> listener) {
  checkReady();
  core_->listen(port.value(), host.str(), std::move(listener));
}

void Server::listen(const Name& path, Listener<> listener) {
  checkReady();
  core_->listen(path.str(), std::move(listener));
}

void Server::listen(Descriptor descriptor, Listener<> listener) {
  checkReady();
  core_->listen(descriptor, std::move(listener));
}

void Server::setBacklog(int most) {
  if (most < 1) {
    throw Error({.code = "ERR_OUT_OF_RANGE",
                 .message = "a backlog must have room for a connection",
                 .expected = "1 or more",
                 .got = std::to_string(most),
                 .fix = "leave it at its default, 511; pause() the server to accept nothing"});
  }
  core_->backlog = most;
}

int Server::backlog() const noexcept { return core_->backlog; }
void Server::setReusePort(bool reuse) noexcept { core_->reusePort = reuse; }
void Server::unref() noexcept { core_->keepRunning(false); }
void Server::ref() noexcept { core_->keepRunning(true); }
void Server::pause(std::chrono::milliseconds time) { core_->pause(time); }
void Server::close(Listener<> listener) { core_->close(std::move(listener)); }

void Server::onListening(Listener<> listener) { core_->listening.add(std::move(listener)); }
void Server::onConnection(Listener<Socket&> listener) {
  core_->connection.add(std::move(listener));
}
void Server::onDrop(Listener<const Drop&> listener) { core_->dropped.add(std::move(listener)); }
void Server::onClose(Listener<> listener) { core_->closed.add(std::move(listener)); }
void Server::onError(Listener<const Error&> listener) { core_->error.add(std::move(listener)); }

std::optional<Address> Server::address() const { return core_->address(); }
void Server::setMaxConnections(int most) noexcept { core_->maxConnections = most; }
int Server::maxConnections() const noexcept { return core_->maxConnections; }
int Server::connections() const noexcept { return core_->connections; }

void Server::accepted(const std::shared_ptr<Socket>& socket) { core_->connection.emit(*socket); }

std::shared_ptr<Server> createServer(Listener<Socket&> listener) {
  auto server = std::make_shared<Server>();
  server->onConnection(std::move(listener));
  return server;
}

}  // namespace securepair::net
