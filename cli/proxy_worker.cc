#include "cli/proxy_worker.h"

#include <utility>

#include "cli/handed_socket.h"
#include "cli/proxy_connection.h"

namespace securepair::cli {
namespace {

thread_local std::weak_ptr<ProxyWorker> currentProxy;

// A server of TLS 1.3 gives one or two with each connection, each good for one.
constexpr std::size_t mostSessions = 64;

}  // namespace

std::shared_ptr<ProxyWorker> ProxyWorker::ofThisThread() { return currentProxy.lock(); }

ProxyWorker::ProxyWorker(const ProxyFlags& flags, std::shared_ptr<const ProxySecrets> secrets,
                         Io& io, std::atomic<int>& cut)
    : flags_(flags), io_(io), cut_(cut), listener_(net::createServer()) {
  reload(std::move(secrets));
  listener_->setMaxConnections(static_cast<int>(flags.maxConnections));
  listener_->setReusePort(flags.workers > 1);
}

ProxyWorker::~ProxyWorker() = default;

void ProxyWorker::listen(const ListenAddress& address,
                         std::function<void(const net::Address&)> listening,
                         std::function<void()> failed) {
  currentProxy = weak_from_this();
  // The listening server, which keeps itself, keeps the worker; later its connections do.
  listener_->onConnection(
      [self = shared_from_this()](net::Socket& client) { self->accept(client); });
  listener_->onError([failed = std::move(failed)](const Error& error) {
    failed();
    throw Failure(Exit::unreachable, error);
  });
  const auto told = [this, listening = std::move(listening)] {
    if (const auto bound = listener_->address()) listening(*bound);
  };
  listenAt(*listener_, address, told);
}

void ProxyWorker::reload(std::shared_ptr<const ProxySecrets> secrets) {
  secrets_ = std::move(secrets);
  sessions_.clear();
  if (flags_.client) return;
  tls_ = makeProxyServer(*secrets_);
  tls_->onSecureConnection([this](tls::CleartextStream& stream) { secured(stream); });
  tls_->onClientError([this](const Error& error) { handshakeFailed(error); });
}

void ProxyWorker::drain() {
  if (drainTimer_) return;
  listener_->close();
  if (open_.empty()) return;
  drainTimer_ =
      Loop::current().setTimeout(flags_.drain, [this] { cutAll("cut by the end of --drain"); });
}

void ProxyWorker::cutAll(const char* why) {
  const Connections connections = open_;
  for (const auto& [key, weak] : connections) {
    const auto connection = weak.lock();
    if (connection == nullptr) continue;
    connection->cut(why);
    ++cut_;
    open_.erase(key);
  }
}

std::shared_ptr<tls::CleartextStream> ProxyWorker::secure(
    ProxyConnection& connection, const std::shared_ptr<net::Socket>& client, const Data& head) {
  auto stream = tls_->secure(client, head);
  handshaking_.emplace(stream.get(), connection.weak_from_this());
  stream->onClose([this, key = stream.get()] { handshaking_.erase(key); });
  return stream;
}

Buffer ProxyWorker::takeSession() {
  if (sessions_.empty()) return {};
  Buffer session = std::move(sessions_.back());
  sessions_.pop_back();
  return session;
}

void ProxyWorker::keepSession(const Buffer& session) {
  if (sessions_.size() == mostSessions) sessions_.erase(sessions_.begin());
  sessions_.push_back(session);
}

void ProxyWorker::ended(ProxyConnection& connection) {
  open_.erase(&connection);
  if (open_.empty() && drainTimer_) Loop::current().clearTimer(*drainTimer_);
}

void ProxyWorker::accept(net::Socket& client) {
  const auto connection = std::make_shared<ProxyConnection>(
      shared_from_this(), std::static_pointer_cast<net::Socket>(client.shared()));
  open_.emplace(connection.get(), connection);
  connection->start();
}

void ProxyWorker::secured(const tls::CleartextStream& stream) {
  const auto found = handshaking_.extract(&stream);
  if (found.empty()) return;
  if (const auto connection = found.mapped().lock()) connection->secured();
}

// The server does not say whose handshake has failed: it is the one that has just ended its side.
void ProxyWorker::handshakeFailed(const Error& error) {
  for (const auto& [key, weak] : handshaking_) {
    const auto connection = weak.lock();
    if (connection != nullptr && connection->hasUnexplainedFailure()) {
      return connection->handshakeFailed(error);
    }
  }
}

}  // namespace securepair::cli
