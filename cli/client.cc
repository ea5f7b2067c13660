#include "cli/client.h"

#include <memory>
#include <netdb.h>
#include <utility>

#include "cli/starttls.h"

namespace securepair::cli {
namespace {

// The addresses of one family, in the resolver's order.
std::vector<std::string> addressesOf(const std::string& host, int family) {
  addrinfo wanted{};
  wanted.ai_family = family;
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(host.c_str(), nullptr, &wanted, &found);
  if (error != 0) {
    throw Failure(Exit::unreachable,
                  {.code = "ENOTFOUND",
                   .message = "'" + host + "' has no " + (family == AF_INET ? "IPv4" : "IPv6") +
                              " address: " + ::gai_strerror(error)});
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> list(found, ::freeaddrinfo);
  std::vector<std::string> addresses;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    std::string text(NI_MAXHOST, '\0');
    if (::getnameinfo(one->ai_addr, one->ai_addrlen, text.data(),
                      static_cast<socklen_t>(text.size()), nullptr, 0, NI_NUMERICHOST) == 0) {
      addresses.emplace_back(text.c_str());
    }
  }
  return addresses;
}

std::vector<std::string> hostsOf(const ClientFlags& flags) {
  const std::string& host = flags.resolve.empty() ? flags.target.host : flags.resolve;
  if (flags.ipv4) return addressesOf(host, AF_INET);
  if (flags.ipv6) return addressesOf(host, AF_INET6);
  return {host};
}

class Deadline {
 public:
  Deadline(Loop& loop, std::chrono::milliseconds time) : loop_(loop) {
    if (time.count() == 0) return;
    timer_ = loop.setTimeout(time, [] {
      throw Failure(Exit::timeout,
                    {.code = "ETIMEDOUT", .message = "no connection within --connect-timeout"});
    });
  }
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;
  ~Deadline() {
    if (timer_) loop_.clearTimer(*timer_);
  }

 private:
  Loop& loop_;
  std::optional<Loop::TimerId> timer_;
};

// In a handshake all is the handshake's failure that is not somebody's certificate or the clock.
Exit exitInHandshake(const Error& error) {
  const Exit exit = exitOf(error);
  return exit == Exit::timeout || exit == Exit::unauthorized ? exit : Exit::handshake;
}

}  // namespace

void addClientFlags(Verb& verb, ClientFlags& flags) {
  addTlsFlags(verb, flags.tls);
  verb.flag("servername", "NAME", "asks for this name, and the certificate must be for it",
            flags.servername)
      .preset("the host");
  verb.flag("resolve", "ADDRESS", "connects to this address instead of the host's", flags.resolve);
  verb.toggle("ipv4,4", "to IPv4 addresses only", flags.ipv4);
  verb.toggle("ipv6,6", "to IPv6 addresses only", flags.ipv6);
  verb.flag("connect-timeout", "TIME", "until the handshake is done; 0: for ever",
            flags.connectTimeout)
      .preset("30s");
}

void addStarttlsFlag(Verb& verb, ClientFlags& flags) {
  verb.flag("starttls", "PROTOCOL", "begins in the clear with the words of a protocol",
            flags.starttls)
      .choices(starttlsProtocols());
}

void checkClientFlags(const ClientFlags& flags) {
  if (flags.ipv4 && flags.ipv6) throw usageFailure("-4 and -6 exclude each other");
  const bool forHosts = flags.ipv4 || flags.ipv6 || !flags.resolve.empty();
  if (forHosts && !flags.target.path.empty()) {
    throw usageFailure("-4, -6 and --resolve are for hosts, and '" + flags.target.path +
                       "' is a Unix socket");
  }
}

tls::ConnectOptions connectOptionsOf(Io& io, const ClientFlags& flags) {
  checkClientFlags(flags);
  tls::ConnectOptions given;
  applyTlsFlags(io, flags.tls, given);
  tls::ConnectOptions options;
  // What is wrong with them is to be known before anybody is connected to.
  options.secureContext = crypto::createCredentials({.pfx = given.pfx,
                                                     .key = given.key,
                                                     .passphrase = given.passphrase,
                                                     .cert = given.cert,
                                                     .ca = given.ca,
                                                     .ciphers = given.ciphers,
                                                     .minVersion = given.minVersion,
                                                     .maxVersion = given.maxVersion,
                                                     .securityLevel = given.securityLevel})
                              .context;
  options.NPNProtocols = given.NPNProtocols;
  options.ALPNProtocols = given.ALPNProtocols;
  options.servername = flags.servername.empty() ? flags.target.host : flags.servername;
  options.handshakeTimeout = {};
  return options;
}

void Client::open(tls::ConnectOptions options) {
  options_ = std::move(options);
  const Deadline deadline(loop_, flags_.connectTimeout);
  dial(flags_.target.path.empty() ? hostsOf(flags_) : std::vector{flags_.target.path}, 0);
  loop_.run();
}

void Client::runToEnd() {
  stream_->resume();
  loop_.run();
}

void Client::runFor(std::chrono::milliseconds time) {
  const auto timer = loop_.setTimeout(time, [this] { loop_.stop(); });
  runToEnd();
  loop_.clearTimer(timer);
  stream_->pause();
}

void Client::drop() {
  dropped_ = true;
  if (stream_) stream_->destroy();
  if (socket_) socket_->destroy();
}

void Client::dial(const std::vector<std::string>& hosts, std::size_t at) {
  const bool isPath = !flags_.target.path.empty();
  socket_ = isPath ? net::connect(hosts[at]) : net::connect(flags_.target.port, hosts[at]);
  socket_->onConnect([self = shared_from_this()] { self->connected(); });
  socket_->onError([self = shared_from_this(), hosts, at](const Error& error) {
    // Once it is connected the error is the dialogue's or the handshake's.
    if (self->dropped_ || self->stream_) return;
    if (self->connected_) throw Failure(Exit::handshake, error);
    if (at + 1 == hosts.size()) throw Failure(Exit::unreachable, error);
    self->dial(hosts, at + 1);
  });
}

void Client::connected() {
  connected_ = true;
  if (flags_.starttls.empty()) {
    startHandshake();
    return;
  }
  startTls(
      *socket_, flags_.starttls, options_.servername,
      [self = shared_from_this()] { self->startHandshake(); },
      [](const Failure& failure) { throw failure; });
}

void Client::startHandshake() {
  options_.socket = socket_;
  try {
    stream_ = tls::connect(options_);
  } catch (const Error& error) {
    // What the system says is said of the file of the key log.
    const Exit exit = exitOf(error);
    throw Failure(exit == Exit::unreachable ? Exit::badFile : exit, error);
  }
  stream_->onSecureConnect([self = shared_from_this()] {
    self->secure_ = true;
    self->stream_->pause();
    self->loop_.stop();
  });
  stream_->onAuthenticated([self = shared_from_this()] { self->accepted_ = true; });
  stream_->onError([self = shared_from_this()](const Error& error) {
    if (self->dropped_) return;
    // A server of TLS 1.3 looks at this side's certificate when the handshake seems to be done.
    if (!self->secure_ || !self->accepted_) throw Failure(exitInHandshake(error), error);
    const Exit exit = exitOf(error);
    throw Failure(exit == Exit::timeout ? exit : Exit::failure, error);
  });
  stream_->onClose([self = shared_from_this()] {
    if (!self->dropped_) self->loop_.stop();
  });
}

}  // namespace securepair::cli
