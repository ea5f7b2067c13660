#include "net/socket.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include "base/later.h"
#include "net/connector.h"
#include "net/failure.h"
#include "net/handle.h"
#include "net/loop.h"

namespace securepair::net {
namespace {

constexpr ssize_t muchToRead = 64 * 1024;

// uv_buf_init() takes no more than 4 GiB.
uv_buf_t bufferOf(BytesView bytes) {
  uv_buf_t buffer;
  buffer.base = const_cast<char*>(reinterpret_cast<const char*>(bytes.data()));
  buffer.len = bytes.size();
  return buffer;
}

// How many bytes the kernel takes, or why it never will. As uv_try_write() where nothing waits, but
// past what the kernel asks of files.
ssize_t sendAtOnce(int fd, BytesView bytes, bool more) noexcept {
  const int flags = MSG_DONTWAIT | MSG_NOSIGNAL | (more ? MSG_MORE : 0);
  ssize_t count = 0;
  do {
    count = ::send(fd, bytes.data(), bytes.size(), flags);
  } while (count < 0 && errno == EINTR);
  if (count >= 0) return count;
  return errno == EAGAIN || errno == ENOBUFS ? 0 : uv_translate_sys_error(errno);
}

}  // namespace

// ---- From the beginning to the end ----

std::shared_ptr<Socket> SocketCore::open(LoopCore& loop, Fd fd, const Endpoint& peer,
                                         std::shared_ptr<Home> home) {
  auto socket = make(loop);
  SocketCore& core = *socket->core_;
  core.peer_ = peer;
  core.home_ = std::move(home);
  core.adopt(std::move(fd));
  return socket;
}

std::shared_ptr<Socket> SocketCore::openInput(LoopCore& loop, Fd fd, std::shared_ptr<Home> home) {
  auto socket = open(loop, std::move(fd), Endpoint(), std::move(home));
  socket->pause();
  socket->setOwnConnection();
  // A socket may be another descriptor's output: it is not shut down.
  socket->core_->output_ = Output::ended;
  socket->end();
  return socket;
}

std::shared_ptr<Socket> SocketCore::connect(LoopCore& loop, std::uint16_t port, std::string host) {
  auto socket = make(loop);
  socket->setOwnConnection();
  socket->host_ = std::make_unique<const std::string>(host);
  SocketCore& core = *socket->core_;
  core.connector_ = std::make_unique<Connector>(core, std::move(host), port);
  core.connector_->start();
  return socket;
}

std::shared_ptr<Socket> SocketCore::connect(LoopCore& loop, const std::string& path) {
  auto socket = make(loop);
  socket->setOwnConnection();
  int status = 0;
  Fd fd = connectUnix(path, status);
  if (fd) socket->core_->adopt(std::move(fd));
  base::later([socket, path, status] {
    if (socket->core_ == nullptr) return;
    if (status == 0) return socket->core_->announceConnection();
    socket->core_->fail(connectError(status, path));
  });
  return socket;
}

std::shared_ptr<Socket> SocketCore::make(LoopCore& loop) {
  auto socket = std::make_shared<Socket>(Socket::Key());
  socket->core_ = new SocketCore(loop, socket);
  return socket;
}

SocketCore::SocketCore(LoopCore& loop, std::shared_ptr<Socket> socket)
    : Resource(loop), socket_(std::move(socket)) {
  tcp_.data = this;
}

SocketCore::~SocketCore() = default;

// A Unix socket lies in a uv_tcp_t too: libuv does nothing to a stream that TCP alone could bear.
void SocketCore::adopt(Fd fd) {
  initHandle();
  state_ = State::open;
  const int status = uv_tcp_open(&tcp_, fd.get());
  if (status == 0) {
    fd.release();
    followReader();
    return;
  }
  base::later([socket = socket_, status] {
    if (socket->core_ != nullptr) socket->core_->fail(systemError(status, "opening a socket"));
  });
}

// A connection that is made may take several, one after the other.
void SocketCore::initHandle() noexcept {
  uv_tcp_init(loop()->uv(), &tcp_);
  if (!keepsRunning_) uv_unref(handle());
}

uv_tcp_t* SocketCore::openHandle() {
  initHandle();
  uv_tcp_nodelay(&tcp_, noDelay_ ? 1 : 0);
  state_ = State::connecting;
  return &tcp_;
}

void SocketCore::closeHandle() {
  state_ = State::retrying;
  closeUv();
}

void SocketCore::connected(const Endpoint& peer) {
  state_ = State::open;
  peer_ = peer;
  connector_.reset();
  if (keepAlive_) applyKeepAlive();
  if (!waiting_.empty()) {
    send();
  } else if (output_ == Output::busyThenEnd) {
    sendEnd();
  }
  followReader();
  announceConnection();
}

void SocketCore::announceConnection() {
  if (state_ != State::open) return;
  base::andThen([socket = socket_] { socket->connect_.emit(); },
                [socket = socket_] { socket->connect_.clear(); });
}

void SocketCore::fail(const Error& error) { socket_->fail(error); }

void SocketCore::destroy() {
  loop()->outbox().send();
  if (connector_ != nullptr) connector_->giveUp();
  if (state_ == State::detached) {
    connector_.reset();
    base::later([socket = socket_] {
      delete std::exchange(socket->core_, nullptr);
      emitClosed(*socket);
    });
    return;
  }
  if (state_ == State::connecting || state_ == State::open) closeUv();
  state_ = State::closing;
}

void SocketCore::closeUv() noexcept {
  const int closing = fd();
  uv_close(handle(),
           [](uv_handle_t* handle) { static_cast<SocketCore*>(handle->data)->handleClosed(); });
  // libuv leaves these open, and the peer would wait for ever.
  if (closing >= 0 && closing <= STDERR_FILENO) ::close(closing);
}

void SocketCore::handleClosed() {
  LoopCore* const loop = this->loop();
  if (state_ == State::retrying) {
    state_ = State::detached;
    loop->enter([this] { connector_->handleClosed(); });
    return;
  }
  const std::unique_ptr<SocketCore> self(this);
  if (loop == nullptr) return;
  socket_->core_ = nullptr;
  loop->enter([this] {
    if (home_ != nullptr) home_->connectionClosed();
    base::andThen(
        [this] {
          if (socket_->destroyed()) return;
          socket_->fail(connectionError(UV_ENOMEM, "write", peerText()));  // sendHeld()
        },
        [socket = socket_] { emitClosed(*socket); });
  });
}

void SocketCore::emitClosed(Socket& socket) {
  socket.closed();
  socket.connect_.clear();
}

void SocketCore::abandon() noexcept {
  socket_->core_ = nullptr;
  socket_->abandon();
  socket_->connect_.clear();
  if (connector_ != nullptr) connector_->giveUp();
  if (state_ == State::detached) {
    delete this;
    return;
  }
  if (state_ == State::connecting || state_ == State::open) closeUv();
  state_ = State::closing;
}

// ---- Reading ----

void SocketCore::followReader() {
  if (state_ != State::open) return;
  const bool wanted = !socket_->isPaused();
  if (wanted && input_ == Input::stopped) {
    const auto lend = [](uv_handle_t* handle, std::size_t, uv_buf_t* buffer) {
      auto& self = *static_cast<SocketCore*>(handle->data);
      const auto slab = self.loop()->slab();
      const std::size_t size = std::min(slab.size(), self.socket_->mostAtOnce());
      *buffer = uv_buf_init(reinterpret_cast<char*>(slab.data()), static_cast<unsigned int>(size));
    };
    const auto onRead = [](uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer) {
      static_cast<SocketCore*>(stream->data)->onRead(count, *buffer);
    };
    if (uv_read_start(stream(), lend, onRead) == 0) input_ = Input::started;
  } else if (!wanted && input_ == Input::started) {
    uv_read_stop(stream());
    input_ = Input::stopped;
  }
}

void SocketCore::onRead(ssize_t count, const uv_buf_t& buffer) {
  if (count == 0) return;
  // Of a poll: its end sends what is written here. Who has written before does not wait for much.
  LoopCore& loop = *this->loop();
  if (count >= muchToRead) loop.outbox().send();
  loop.outbox().open();
  // While it delivers, pause() and resume() are free: what counts is how it ends.
  input_ = count > 0 ? Input::delivering : Input::ended;
  loop.enter([&] {
    if (count > 0) {
      deliver({reinterpret_cast<const std::byte*>(buffer.base), static_cast<std::size_t>(count)});
    } else if (const int status = count == UV_EOF ? whyHungUp(buffer) : static_cast<int>(count)) {
      fail(connectionError(status, "read", peerText()));
    } else {
      socket_->deliverEnd();
    }
    // Within the turn: a hang-up that lies behind may be told before it ends.
    loop.outbox().readDone();
  });
  if (input_ == Input::delivering) input_ = Input::started;
  followReader();
}

// libuv takes a hang-up after a short read for the end, and a reset is one too. It has not read
// then, and lends no buffer.
int SocketCore::whyHungUp(const uv_buf_t& buffer) const noexcept {
  if (buffer.base != nullptr) return 0;
  int error = 0;
  socklen_t size = sizeof(error);
  ::getsockopt(fd(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error == 0 && output_ == Output::broken) return UV_ECONNRESET;  // a write has been told of it
  return uv_translate_sys_error(error);
}

void SocketCore::deliver(BytesView bytes) {
  try {
    socket_->deliver(bytes);
  } catch (const std::bad_alloc&) {
    socket_->destroy();  // what could not be handed on would be a hole in the data
    throw;
  }
#ifndef NDEBUG
  // A view that was kept too long shows itself.
  std::memset(const_cast<std::byte*>(bytes.data()), 0xDB, bytes.size());
#endif
}

// ---- Writing ----

bool SocketCore::write(BytesView bytes) {
  if (state_ != State::open || output_ != Output::idle) return queue(bytes);
  if (loop()->outbox().put(*this, bytes)) return true;
  return output_ == Output::idle ? sendNow(bytes) : queue(bytes);
}

void SocketCore::sendHeld(BytesView bytes, bool more) noexcept {
  try {
    if (output_ == Output::idle) {
      sendNow(bytes, more);
    } else {
      queue(bytes);
    }
  } catch (const std::bad_alloc&) {
    // What could not be kept would be a hole in the data.
    output_ = Output::broken;
    closeUv();
    state_ = State::closing;
  }
}

bool SocketCore::sendNow(BytesView bytes, bool more) {
  const ssize_t count = sendAtOnce(fd(), bytes, more);
  if (count == static_cast<ssize_t>(bytes.size())) return true;
  if (count >= 0) return queue(bytes.subspan(static_cast<std::size_t>(count)));
  writeFailed(static_cast<int>(count));
  return false;
}

bool SocketCore::queue(BytesView bytes) {
  if (output_ == Output::broken) return false;
  waiting_.append(bytes);
  output_ = Output::busy;
  if (state_ == State::open && sending_ == nullptr) send();
  return bufferSize() < Stream::highWaterMark;
}

void SocketCore::send() {
  if (sending_ == nullptr) sending_ = std::make_unique<Sending>();
  sending_->bytes.clear();
  std::swap(sending_->bytes, waiting_);
  const uv_buf_t buffer = bufferOf(sending_->bytes.front());
  sending_->request.data = this;
  const int status =
      uv_write(&sending_->request, stream(), &buffer, 1, [](uv_write_t* request, int result) {
        auto& core = *static_cast<SocketCore*>(request->data);
        if (core.state_ == State::open) core.loop()->enter([&] { core.onSent(result); });
      });
  if (status < 0) writeFailed(status);
}

void SocketCore::onSent(int status) {
  if (status < 0) return writeFailed(status);
  if (!waiting_.empty()) return send();
  sending_.reset();
  if (output_ == Output::busyThenEnd) {
    sendEnd();
  } else {
    output_ = Output::idle;
  }
  socket_->drained();
}

// The end goes with the last data, in one packet.
void SocketCore::end() {
  loop()->outbox().send(this);
  if (output_ == Output::broken) return;
  if (output_ == Output::ended) return socket_->finished();  // openInput()
  if (state_ == State::open && output_ == Output::idle) return sendEnd();
  output_ = Output::busyThenEnd;
}

void SocketCore::sendEnd() {
  output_ = Output::ended;
  // Also where close() follows, which says nothing while a child process has the socket too. Where
  // this fails the connection is broken, which reading tells.
  ::shutdown(fd(), SHUT_WR);
  base::later([socket = socket_] { socket->finished(); });
}

void SocketCore::writeFailed(int status) {
  output_ = Output::broken;
  waiting_.clear();
  base::later([socket = socket_, status] {
    if (socket->core_ != nullptr) socket->core_->giveUp(status);
  });
}

void SocketCore::giveUp(int status) {
  const Error error = connectionError(status, "write", peerText());
  base::andThen([this] { readRest(); }, [socket = socket_, error] { socket->fail(error); });
}

// What the peer has sent before it went away is still there: it may say why. A listener that has
// paused does not get it; a further layer does, which looks into it.
void SocketCore::readRest() {
  constexpr int atMost = 16;  // a kernel holds less; a peer that goes on sending is not waited for
  for (int i = 0; i < atMost && state_ == State::open; ++i) {
    if (socket_->isPaused() && !socket_->hasConsumer()) return;
    const auto slab = loop()->slab();
    const ssize_t count = ::recv(fd(), slab.data(), slab.size(), MSG_DONTWAIT);
    if (count <= 0) return;
    deliver(slab.first(static_cast<std::size_t>(count)));
  }
}

std::size_t SocketCore::bufferSize() const noexcept {
  if (state_ == State::closing) return 0;
  return waiting_.size() + (sending_ != nullptr ? tcp_.write_queue_size : 0);
}

int SocketCore::fd() const noexcept {
  uv_os_fd_t fd = -1;
  uv_fileno(reinterpret_cast<const uv_handle_t*>(&tcp_), &fd);
  return fd;
}

}  // namespace securepair::net
