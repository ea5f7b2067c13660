#include "cli/proxied.h"

#include "support/child.h"

namespace securepair::test {

using namespace std::chrono_literals;

ProxiedEnd::ProxiedEnd(std::shared_ptr<Stream> open) : stream(std::move(open)) {
  stream->setAllowHalfOpen(true);
  // The stream may outlive this, in its last turn.
  const auto told = [this, isThere = isThere_](const std::string& bytes, const std::string& event) {
    if (!*isThere) return;
    received += bytes;
    events += event;
  };
  stream->onData([told](const Data& data) { told(data, ""); });
  stream->onEnd([told] { told("", "end "); });
  stream->onError([told](const Error& error) { told("", error.code() + " "); });
  stream->onClose([this, isThere = isThere_] {
    if (*isThere) closed = true;
  });
}

ProxiedEnd::~ProxiedEnd() {
  *isThere_ = false;
  stream->destroy();
}

void UserWithProxy::runUntil(const std::function<bool()>& holds) {
  bool inTime = true;
  const auto often = loop_.setInterval(1ms, [&] {
    if (holds()) loop_.stop();
  });
  const auto limit = loop_.setTimeout(10s, [&] {
    inTime = false;
    loop_.stop();
  });
  loop_.run();
  loop_.clearTimer(often);
  loop_.clearTimer(limit);
  EXPECT_TRUE(inTime);
}

void UserWithProxy::runFor(std::chrono::milliseconds time) {
  loop_.setTimeout(time, [this] { loop_.stop(); });
  loop_.run();
}

std::string UserWithProxy::plainTarget() {
  const auto server = net::createServer([this](net::Socket& socket) {
    auto& end = targets_.emplace_back(socket.shared());
    end.socket = std::static_pointer_cast<net::Socket>(socket.shared());
  });
  server->listen(0, "127.0.0.1");
  return std::to_string(server->address()->port);
}

std::string UserWithProxy::tlsTarget() {
  const auto secure = tls::createServer({.key = file("server-key.pem"), .cert = file("server.pem")},
                                        [this](tls::CleartextStream& stream) {
                                          for (ProxiedEnd& end : targets_) {
                                            if (end.stream.get() == &stream)
                                              end.events += "secure ";
                                          }
                                        });
  secure->onClientError([](const Error&) {});
  const auto server = net::createServer([this, secure](net::Socket& socket) {
    const auto raw = std::static_pointer_cast<net::Socket>(socket.shared());
    raw->onError([](const Error&) {});
    auto& end = targets_.emplace_back(secure->secure(raw));
    end.socket = raw;
  });
  server->listen(0, "127.0.0.1");
  return std::to_string(server->address()->port);
}

Served UserWithProxy::proxy(const std::string& flags) {
  const bool isClient = flags.find("--client") != std::string::npos;
  return {folder(), "securepair proxy --listen 0 " +
                        std::string(isClient ? "" : "--key server-key.pem --cert server.pem ") +
                        flags};
}

std::unique_ptr<ProxiedEnd> UserWithProxy::tlsClient(const Served& proxy,
                                                     tls::ConnectOptions options) {
  const auto socket = net::connect(std::stoi(proxy.port()), "127.0.0.1");
  socket->onError([](const Error&) {});
  options.socket = socket;
  options.ca = file("ca.pem");
  options.rejectUnauthorized = true;
  if (options.servername.empty()) options.servername = "localhost";
  auto client = std::make_unique<ProxiedEnd>(tls::connect(std::move(options)));
  client->socket = socket;
  return client;
}

std::unique_ptr<ProxiedEnd> UserWithProxy::plainClient(const Served& proxy) {
  const auto socket = net::connect(std::stoi(proxy.port()), "127.0.0.1");
  auto client = std::make_unique<ProxiedEnd>(socket);
  client->socket = socket;
  return client;
}

std::unique_ptr<ProxiedEnd> UserWithProxy::throughTls(const Served& proxy,
                                                      tls::ConnectOptions options) {
  auto client = tlsClient(proxy, std::move(options));
  greet(*client);
  return client;
}

std::unique_ptr<ProxiedEnd> UserWithProxy::throughPlain(const Served& proxy) {
  auto client = plainClient(proxy);
  greet(*client);
  return client;
}

Buffer UserWithProxy::file(const std::string& name) const { return readFile(path(name)); }

void UserWithProxy::greet(ProxiedEnd& client) {
  const std::size_t before = targets_.size();
  client.stream->write("hello");
  runUntil([&] { return targets_.size() > before && target().received.ends_with("hello"); });
}

}  // namespace securepair::test
