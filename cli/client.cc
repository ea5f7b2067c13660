#include "cli/client.h"

#include <memory>
#include <optional>
#include <sys/socket.h>
#include <utility>

#include "cli/address_lookup.h"
#include "cli/starttls.h"

namespace securepair::cli {
namespace {

class Deadline {
 public:
  Deadline(Loop& loop, std::chrono::milliseconds time, std::function<void()> over) : loop_(loop) {
    if (time.count() > 0) timer_ = loop.setTimeout(time, std::move(over));
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

void addClientFlags(Verb& verb, ClientFlags& flags, const char* newestVersion) {
  addTlsFlags(verb, flags.tls, newestVersion);
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
  tls::ConnectOptions options = withContext(given);
  options.servername = flags.servername.empty() ? flags.target.host : flags.servername;
  options.handshakeTimeout = {};
  return options;
}

void Client::open(tls::ConnectOptions options) {
  options_ = std::move(options);
  const Deadline deadline(loop_, flags_.connectTimeout, [this] { throw late(); });
  const std::string& host = flags_.resolve.empty() ? flags_.target.host : flags_.resolve;
  std::optional<AddressLookup> lookup;
  if (flags_.ipv4 || flags_.ipv6) {
    step_ = "the resolver has not answered";
    lookup.emplace(loop_, host, flags_.ipv4 ? AF_INET : AF_INET6,
                   [this](const std::vector<std::string>& hosts) { dial(hosts, 0); });
  } else {
    dial({flags_.target.path.empty() ? host : flags_.target.path}, 0);
  }
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

Failure Client::late() const {
  return {Exit::timeout,
          {.code = "ETIMEDOUT",
           .message = "no connection to " + flags_.target.text() + " within --connect-timeout",
           .got = step_,
           .fix = "check that the server is what is meant and is well, or give it more time"}};
}

void Client::dial(const std::vector<std::string>& hosts, std::size_t at) {
  step_ = "the host has not been resolved, or nothing has answered at its port";
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
  step_ = "the server is connected, and has not let TLS begin as --starttls has it";
  startTls(
      *socket_, flags_.starttls, options_.servername,
      [self = shared_from_this()] { self->startHandshake(); },
      [](const Failure& failure) { throw failure; });
}

void Client::startHandshake() {
  step_ = "the server is connected, and has not done its part of the TLS handshake";
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
