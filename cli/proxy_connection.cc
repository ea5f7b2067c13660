#include "cli/proxy_connection.h"

#include <utility>

#include "cli/fingerprint.h"
#include "cli/listening.h"
#include "cli/proxy_header_reader.h"
#include "cli/proxy_worker.h"

namespace securepair::cli {

ProxyConnection::ProxyConnection(std::shared_ptr<ProxyWorker> worker,
                                 std::shared_ptr<net::Socket> client)
    : worker_(std::move(worker)), client_(std::move(client)) {}

void ProxyConnection::start() {
  const auto peer = client_->remote();
  record_.peer = peerText(peer);
  hold(*client_);
  client_->onError([this](const Error& error) { clientFailed(error); });
  const ProxyFlags& flags = worker_->flags();
  if (!isTrusted(flags.trustedProxies, peer)) return beginFront({}, {});
  readProxyHeader(
      *client_, flags.handshakeTimeout,
      [this](const auto& addresses, const Data& rest) { beginFront(addresses, rest); },
      [this](const Error& error) { cut("no PROXY header", error); });
}

void ProxyConnection::beginFront(const std::optional<ProxiedAddresses>& addresses,
                                 const Data& head) {
  told_ = addresses;
  if (told_) record_.via = std::exchange(record_.peer, peerText(told_->source));
  if (!worker_->flags().client) {
    tls_ = worker_->secure(*this, client_, head);
    hold(*tls_);
    return;
  }
  front_ = client_.get();
  dial(*worker_->flags().to);
  if (head.empty()) return;
  record_.received += head.size();
  back_->write(head);
}

void ProxyConnection::secured() {
  front_ = tls_.get();
  record_.noteTls(*tls_);
  tls_->onError([this](const Error& error) { clientFailed(error); });
  if (!isAllowed()) return;
  const ProxyFlags& flags = worker_->flags();
  const Target* const target = targetOf(flags.routes, flags.to, record_.servername);
  if (target == nullptr) return cut("no --route for the name");
  dial(*target);
}

bool ProxyConnection::isAllowed() {
  const ClientRules& rules = worker_->flags().rules;
  if (!rules.given()) return true;
  const tls::PeerCertificate certificate = tls_->getPeerCertificate();
  if (tls_->authorized() && rules.allow(certificate)) return true;
  std::string names = "CN " + certificate.subject["CN"];
  if (!certificate.subjectaltname.empty()) names += ", " + certificate.subjectaltname;
  cut("client not allowed",
      Error("ERR_NOT_ALLOWED",
            "neither --allow-cn nor --allow-san has a name of its certificate, " + names));
  return false;
}

void ProxyConnection::handshakeFailed(const Error& error) { note("handshake failed", error); }

bool ProxyConnection::hasUnexplainedFailure() const {
  return record_.closed.empty() && !client_->writable();
}

void ProxyConnection::dial(const Target& target) {
  record_.target = target.text();
  target_ =
      target.path.empty() ? net::connect(target.port, target.host) : net::connect(target.path);
  hold(*target_);
  startConnectTimer();
  sendProxyHeader();
  if (worker_->flags().client) {
    startTls();
  } else {
    back_ = target_.get();
    target_->onConnect([this] { stopConnectTimer(); });
  }
  relay();
}

void ProxyConnection::startTls() {
  tls::ConnectOptions options = worker_->secrets().client;
  options.socket = target_;
  options.session = worker_->takeSession();
  tls_ = tls::connect(std::move(options));
  hold(*tls_);
  back_ = tls_.get();
  tls_->onSecureConnect([this] { targetSecured(); });
  tls_->onSession([this](const Buffer& session) { worker_->keepSession(session); });
}

void ProxyConnection::targetSecured() {
  stopConnectTimer();
  record_.noteTls(*tls_);
  record_.servername = worker_->secrets().client.servername;
  if (tls_->authorized()) return;
  record_.unverified =
      tls_->authorizationError() + ", SHA-256 " + fingerprintOf(tls_->getPeerCertificate()).hex;
}

// Before all else, TLS with --client too, as those who understand it expect it.
void ProxyConnection::sendProxyHeader() {
  const std::string& version = worker_->flags().proxyProtocol;
  if (version.empty()) return;
  const ProxiedAddresses addresses =
      told_ ? *told_
            : ProxiedAddresses{client_->remote().value_or(net::Address()),
                               client_->address().value_or(net::Address())};
  if (version == "v1") {
    target_->write(proxyHeaderV1(addresses));
    return;
  }
  if (tls_ == nullptr) {
    target_->write(proxyHeaderV2(addresses, nullptr));
    return;
  }
  ProxyTlsFacts facts{.servername = record_.servername,
                      .protocol = tls_->npnProtocol(),
                      .version = record_.version,
                      .cipher = record_.cipher,
                      .authorized = tls_->authorized(),
                      .resumed = tls_->isSessionReused()};
  if (facts.authorized) facts.commonName = tls_->getPeerCertificate().subject["CN"];
  target_->write(proxyHeaderV2(addresses, &facts));
}

// Bytes flow at once: what comes before the target is reached waits in its stream, which says when
// that is enough.
void ProxyConnection::relay() {
  back_->onError([this](const Error& error) { targetFailed(error); });
  carry(*front_, *back_, record_.received, "the client ended");
  carry(*back_, *front_, record_.sent, "the target ended");
  front_->onEnd([this] { clientEnded_ = true; });
  back_->onEnd([this] { targetEnded_ = true; });
  front_->setTimeout(worker_->flags().idleTimeout, [this] { cut("idle"); });
}

void ProxyConnection::carry(Stream& from, Stream& to, std::uint64_t& count, const char* whoEnds) {
  from.setAllowHalfOpen(true);
  from.onData([&from, &to, &count](const Data& data) {
    count += data.size();
    if (!to.write(data)) from.pause();
  });
  to.onDrain([&from] { from.resume(); });
  from.onEnd([this, &to, whoEnds] {
    if (firstEnd_.empty()) firstEnd_ = whoEnds;
    to.end();
  });
}

// A client that has said all and closes resets the connection where something it was sent is
// unread: the target gets what was said all the same.
void ProxyConnection::clientFailed(const Error& error) {
  if (!clientEnded_ || back_ == nullptr) return cut("the client failed", error);
  note("the client takes no more", error);
  back_->setTimeout(worker_->flags().idleTimeout, [this] { cut("idle"); });
  back_->destroySoon();
}

// A target that has said all may close while the client is still sending: the client gets what was
// said all the same.
void ProxyConnection::targetFailed(const Error& error) {
  if (!targetEnded_) return cut("the target failed", error);
  note("the target takes no more", error);
  front_->destroySoon();
}

void ProxyConnection::cut(const std::string& why, const std::optional<Error>& failure) {
  note(why, failure);
  stopConnectTimer();
  client_->resetAndDestroy();
  if (target_) target_->resetAndDestroy();
  if (tls_) tls_->destroy();
}

// The first one is the reason of all that follow.
void ProxyConnection::note(const std::string& why, const std::optional<Error>& failure) {
  if (!record_.closed.empty()) return;
  record_.closed = why;
  record_.failure = failure;
}

void ProxyConnection::startConnectTimer() {
  const auto within = worker_->flags().connectTimeout;
  if (within.count() == 0) return;
  connectTimer_ = Loop::current().setTimeout(within, [this] {
    connectTimer_.reset();
    cut("target not reached within --connect-timeout");
  });
}

void ProxyConnection::stopConnectTimer() {
  if (connectTimer_) Loop::current().clearTimer(*std::exchange(connectTimer_, std::nullopt));
}

// The listener of `close` keeps this connection; all its other listeners go with it.
void ProxyConnection::hold(Stream& stream) {
  ++open_;
  stream.onClose([self = shared_from_this()] {
    if (--self->open_ == 0) self->finish();
  });
}

void ProxyConnection::finish() {
  stopConnectTimer();
  note(firstEnd_.empty() ? "the client ended" : firstEnd_, {});
  tellConnection(worker_->io(), record_);
  worker_->ended(*this);
}

}  // namespace securepair::cli
