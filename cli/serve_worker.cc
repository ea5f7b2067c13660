#include "cli/serve_worker.h"

#include <securepair/loop.h>

#include <chrono>

#include "cli/handed_socket.h"
#include "cli/listening.h"
#include "cli/text.h"

namespace securepair::cli {
namespace {

thread_local std::weak_ptr<ServeWorker> current;

}  // namespace

std::shared_ptr<ServeWorker> ServeWorker::ofThisThread() { return current.lock(); }

ServeWorker::ServeWorker(const ServePlan& plan, Io& io, std::atomic<int>& cut)
    : plan_(plan), io_(io), cut_(cut), server_(tls::createServer(plan.server)) {
  for (const auto& [name, credentials] : plan.contexts) server_->addContext(name, credentials);
  server_->setMaxConnections(plan.maxConnections);
  server_->setReusePort(plan.sharesPort);
}

void ServeWorker::listen(const ListenAddress& address,
                         std::function<void(const net::Address&)> listening,
                         std::function<void()> failed) {
  current = weak_from_this();
  // The server, which keeps itself as long as there is something to serve, keeps the worker.
  server_->onSecureConnection(
      [self = shared_from_this()](tls::CleartextStream& stream) { self->start(stream); });
  server_->onClientError([this](const Error& error, const net::Address& peer) {
    tellFailure("clientError", peerText(peer), error);
  });
  server_->onError([failed = std::move(failed)](const Error& error) {
    failed();
    throw Failure(Exit::unreachable, error);
  });
  const auto told = [this, listening = std::move(listening)] {
    if (const auto bound = server_->address()) listening(*bound);
  };
  listenAt(*server_, address, told);
}

void ServeWorker::finish() {
  if (finishing_) return;
  finishing_ = true;
  Loop& loop = Loop::current();
  const auto deadline = loop.setTimeout(std::chrono::seconds(2), [this] { cutAll(); });
  server_->close([&loop, deadline] { loop.clearTimer(deadline); });
  // Each takes itself off the list.
  const auto streams = open_;
  for (const auto& [key, stream] : streams) stream->destroySoon();
}

void ServeWorker::cutAll() {
  cut_ += static_cast<int>(open_.size());
  Loop::current().stop();
}

void ServeWorker::start(tls::CleartextStream& stream) {
  const std::string peer = peerText(stream.remote());
  if (plan_.verbose) tellConnection(stream, peer);
  open_.emplace(&stream, std::static_pointer_cast<tls::CleartextStream>(stream.shared()));
  stream.onError([this, peer](const Error& error) { tellFailure("connectionError", peer, error); });
  stream.onClose([this, key = static_cast<Stream*>(&stream), peer] {
    open_.erase(key);
    if (!plan_.verbose) return;
    if (io_.json()) {
      Json object;
      io_.record(object.set("event", "disconnected").set("peer", peer));
    } else {
      io_.note(peer + " disconnected");
    }
  });
  serveConnection(stream, plan_.service);
}

void ServeWorker::tellConnection(tls::CleartextStream& stream, const std::string& peer) {
  const bool authorized = stream.authorized();
  if (io_.json()) {
    Json object;
    object.set("event", "connected").set("peer", peer).set("version", stream.getProtocol());
    object.set("cipher", stream.getCipher().name).set("servername", stream.servername());
    object.set("protocol", stream.npnProtocol()).set("resumed", stream.isSessionReused());
    if (plan_.server.requestCert) {
      object.set("authorized", authorized).set("authorizationError", stream.authorizationError());
    }
    io_.record(object);
    return;
  }
  std::string text = peer + " connected: " + stream.getProtocol() + ", " + stream.getCipher().name;
  const auto add = [&text](const char* label, const std::string& value) {
    // The client has chosen it, a line's end in it too.
    if (!value.empty()) text += std::string(", ") + label + printable(value);
  };
  add("for ", stream.servername());
  add("speaks ", stream.npnProtocol());
  if (stream.isSessionReused()) text += ", resumed";
  if (plan_.server.requestCert) {
    text += authorized ? ", authorized" : ", not authorized: " + stream.authorizationError();
  }
  io_.note(text);
}

void ServeWorker::tellFailure(const char* event, const std::string& peer, const Error& error) {
  if (io_.json()) {
    Json object;
    object.set("event", event).set("peer", peer);
    io_.record(object.set("error", errorJson(io_.inFlags(error))));
  } else {
    io_.note(peer + ": " + io_.inFlags(error).what());
  }
}

}  // namespace securepair::cli
