#include "net/acceptor.h"

#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <utility>

#include "net/failure.h"
#include "net/loop.h"

namespace securepair::net {
namespace {

// So many in a turn, so that a storm of connections does not hold up those that are open.
constexpr int budget = 64;
constexpr std::chrono::milliseconds starvedFor{100};

Fd openSpare() { return Fd(::open("/dev/null", O_RDONLY | O_CLOEXEC)); }

Fd acceptFrom(int listening, sockaddr_storage& peer) {
  socklen_t size = sizeof(peer);
  return Fd(::accept4(listening, reinterpret_cast<sockaddr*>(&peer), &size,
                      SOCK_NONBLOCK | SOCK_CLOEXEC));
}

// An accept4() that finds nobody costs ten times as much, for it has made a socket by then.
bool isWaiting(int listening) {
  pollfd asked{.fd = listening, .events = POLLIN, .revents = 0};
  return ::poll(&asked, 1, 0) == 1;
}

}  // namespace

Acceptor::Acceptor(LoopCore& loop, ListeningSocket socket, Owner& owner)
    : loop_(loop), socket_(std::move(socket)), owner_(owner), spare_(openSpare()), poll_(this) {
  if (const int status = uv_poll_init(loop.uv(), poll_.get(), socket_.fd()); status < 0) {
    poll_.forget();
    socket_.giveUp();
    throw systemError(status, "listening");
  }
  watch();
}

void Acceptor::watch() {
  state_ = State::accepting;
  uv_poll_start(poll_.get(), UV_READABLE, [](uv_poll_t* poll, int status, int) {
    auto& self = ownerOf<Acceptor>(poll);
    self.loop_.enter([&self, status] { status < 0 ? self.rest(starvedFor) : self.acceptSome(); });
  });
}

void Acceptor::pause(std::chrono::milliseconds time) {
  if (state_ == State::closed) return;
  if (time.count() > 0) return rest(time);
  loop_.timers().stop(rest_);
  if (state_ == State::resting) goOn();
}

void Acceptor::keepRunning(bool keeps) noexcept {
  if (state_ == State::closed) return;
  keepsRunning_ = keeps;
  keeps ? uv_ref(poll_.base()) : uv_unref(poll_.base());
  loop_.timers().setKind(rest_, restKind());
}

void Acceptor::close() noexcept {
  if (state_ == State::closed) return;
  state_ = State::closed;
  loop_.timers().stop(rest_);
  poll_ = {};  // before the descriptor that it watches
  const ListeningSocket ended = std::move(socket_);
  spare_.reset();
}

void Acceptor::acceptSome() {
  const auto keep = shared_from_this();  // a listener may close the server
  int accepted = 0;
  do {
    if (!acceptOne()) return;
  } while (++accepted < budget && state_ == State::accepting && isWaiting(socket_.fd()));
}

// False: there is nothing more to accept for now.
bool Acceptor::acceptOne() {
  sockaddr_storage peer = {};
  Fd connection = acceptFrom(socket_.fd(), peer);
  if (!connection) return mayGoOn(errno);
  owner_.arrived(std::move(connection), Endpoint(reinterpret_cast<const sockaddr&>(peer)));
  return true;
}

bool Acceptor::mayGoOn(int error) {
  switch (error) {
    case EAGAIN:
      return false;
    // What became of one connection before it was accepted.
    case ECONNABORTED:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case EINTR:
    case ENETDOWN:
    case ENETUNREACH:
    case ENONET:
    case ENOPROTOOPT:
    case EOPNOTSUPP:
    case EPROTO:
      return true;
    case EBADF:
    case EINVAL:
    case ENOTSOCK:
      owner_.acceptFailed(uv_translate_sys_error(error));
      return false;
    case EMFILE:
    case ENFILE:
      shed();
      break;
    default:
      break;  // no memory, or forbidden: it may pass
  }
  rest(starvedFor);
  return false;
}

// The waiting clients learn at once that they are not served, instead of waiting for a descriptor.
void Acceptor::shed() {
  for (int i = 0; i < budget && spare_; ++i) {
    spare_.reset();
    sockaddr_storage peer = {};
    const bool shedOne = static_cast<bool>(acceptFrom(socket_.fd(), peer));
    // Another thread may have taken the descriptor meanwhile: then there is no spare one for now.
    spare_ = openSpare();
    if (!shedOne) return;
  }
}

void Acceptor::rest(std::chrono::milliseconds time) {
  state_ = State::resting;
  uv_poll_stop(poll_.get());
  loop_.timers().stop(rest_);
  rest_ = loop_.timers().start(time, restKind(), [this] { goOn(); });
}

// A server that rests keeps the loop running where it would while it accepts.
Timers::Kind Acceptor::restKind() const noexcept {
  return keepsRunning_ ? Timers::Kind::once : Timers::Kind::background;
}

void Acceptor::goOn() {
  if (!spare_) spare_ = openSpare();
  watch();
}

}  // namespace securepair::net
