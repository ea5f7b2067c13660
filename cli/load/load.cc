#include "cli/load/load.h"

#include <algorithm>
#include <utility>

namespace securepair::load {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

// How much of a bulk echo may be under way on a connection.
constexpr std::size_t window = std::size_t{256} * 1024;
constexpr std::size_t blockSize = std::size_t{64} * 1024;
// So many of the connections that stay shake hands at a time: what they are to show is what they
// keep.
constexpr std::size_t openedAtATime = 8;

}  // namespace

struct Load::Slot {
  std::shared_ptr<Stream> stream = {};
  Clock::time_point since = {};
  bool ready = false;       ///< connected, and where it is TLS, secure
  std::size_t missing = 0;  ///< bytes of the echo, or of the window
  Buffer session = {};
};

Load::Load(Order order, Watcher watcher) : order_(std::move(order)), watcher_(std::move(watcher)) {
  message_.assign(order_.mode == Mode::echo || isVisits() ? order_.message : blockSize, 'x');
}

Load::~Load() = default;

void Load::start() {
  const auto all = static_cast<std::size_t>(order_.connections);
  const std::size_t first = isHandshakes() ? all : std::min(all, openedAtATime);
  progress_ = Loop::current().setInterval(250ms, [this] { watcher_.progress(outcome()); });
  if (isHandshakes()) warmUp();
  for (std::size_t i = 0; i < first; ++i) openNew();
}

void Load::stop() {
  if (!over_) end();
}

Outcome Load::outcome() const {
  Outcome seen = outcome_;
  seen.began = start_ != Clock::time_point();
  if (counting_) seen.seconds = std::chrono::duration<double>(Clock::now() - start_).count();
  return seen;
}

void Load::warmUp() {
  if (order_.warmUp.count() == 0) return begin();
  next_ = Loop::current().setTimeout(order_.warmUp, [this] { begin(); });
}

void Load::begin() {
  if (over_) return;
  watcher_.began();
  counting_ = true;
  start_ = Clock::now();
  if (order_.time.count() == 0) return;
  next_ = Loop::current().setTimeout(order_.time, [this] { stop(); });
}

void Load::end() {
  outcome_.seconds = outcome().seconds;
  counting_ = false;
  watcher_.ended();
  destroyAll();
}

void Load::destroyAll() {
  over_ = true;
  Loop::current().clearTimer(progress_);
  Loop::current().clearTimer(next_);
  for (const auto& slot : slots_) slot->stream->destroy();
}

// Where only so many are wanted, no more are begun.
bool Load::mayBegin() { return order_.most == 0 || begun_++ < order_.most; }

void Load::endIfDone() {
  const std::uint64_t done = outcome_.units + outcome_.failures;
  const bool allDone = order_.most > 0 && done >= order_.most;
  const bool hopeless = order_.mostFailures > 0 && outcome_.failures >= order_.mostFailures;
  if (allDone || hopeless) stop();
}

void Load::openNew() {
  if (isHandshakes() && !mayBegin()) return;
  slots_.push_back(std::make_unique<Slot>());
  slots_.back()->session = order_.session;
  open(*slots_.back());
}

void Load::open(Slot& slot) {
  slot.since = Clock::now();
  slot.ready = false;
  slot.missing = 0;
  if (order_.plain) {
    slot.stream = openPlain(slot);
  } else {
    slot.stream = openSecure(slot);
  }
  Stream& stream = *slot.stream;
  stream.onError([this, &slot](const Error& error) {
    // How a connection ends is no part of a handshake.
    if (!isHandshakes() || !slot.ready || slot.missing > 0) failed(error);
    slot.missing = 0;
  });
  stream.onData([this, &slot](const Data& data) { receive(slot, data.size()); });
  stream.onDrain([this, &slot] {
    if (order_.mode == Mode::upload) pour(slot);
  });
  stream.onClose([this, &slot] {
    if (over_) return;
    if (isHandshakes()) {
      if (slot.missing > 0) failed(Error("ERR_BENCH_CLOSED", "the server has not echoed"));
      if (mayBegin()) open(slot);
      return;
    }
    failed(Error("ERR_BENCH_CLOSED", "the server has closed a connection"));
    stop();
  });
}

std::shared_ptr<net::Socket> Load::openPlain(Slot& slot) {
  auto socket =
      order_.path.empty() ? net::connect(order_.port, order_.host) : net::connect(order_.path);
  socket->onConnect([this, &slot] { ready(slot); });
  return socket;
}

std::shared_ptr<tls::CleartextStream> Load::openSecure(Slot& slot) {
  auto options = order_.connect;
  if (order_.mode == Mode::resume) options.session = slot.session;
  auto stream = order_.path.empty() ? tls::connect(order_.port, order_.host, options)
                                    : tls::connect(order_.path, options);
  stream->onSecureConnect([this, &slot, &own = *stream] { secured(slot, own); });
  stream->onSession([this, &slot](const Buffer& session) {
    if (order_.mode != Mode::resume) return;
    // In TLS 1.2 it comes before the handshake is done, and nobody has waited.
    const bool waited = slot.ready && slot.session.empty();
    slot.session = session;
    if (waited) slot.stream->end();
  });
  return stream;
}

void Load::secured(Slot& slot, tls::CleartextStream& stream) {
  watcher_.secured(stream);
  if (outcome_.protocol.empty()) {
    outcome_.protocol = stream.getProtocol();
    outcome_.cipher = stream.getCipher().name;
    outcome_.group = stream.getNegotiatedGroup();
  }
  if (stream.isSessionReused() && counting_) ++outcome_.resumed;
  ready(slot);
}

void Load::ready(Slot& slot) {
  slot.ready = true;
  if (isVisits()) {
    slot.missing = message_.size();
    slot.stream->write(message_);
    return;
  }
  if (isHandshakes()) {
    count(1, slot.since);
    if (over_) return;
    // Not every server gives a new session each time, nor before it is spoken to.
    const bool waits = order_.mode == Mode::resume && slot.session.empty();
    if (waits) {
      slot.stream->write("x");
    } else {
      slot.stream->end();
    }
    return;
  }
  const auto all = static_cast<std::size_t>(order_.connections);
  if (++ready_ == all) return allReady();
  if (order_.mode == Mode::idle && ready_ == all / 5) watcher_.some();
  if (slots_.size() < all) openNew();
}

void Load::allReady() {
  if (order_.mode == Mode::idle) {
    outcome_.units = ready_;
    return begin();
  }
  warmUp();
  for (const auto& slot : slots_) {
    if (order_.mode == Mode::echo) resting_.push_back(slot.get());
    if (order_.mode == Mode::upload) pour(*slot);
    if (order_.mode == Mode::bulk) {
      for (std::size_t size = 0; size < window; size += blockSize) slot->stream->write(message_);
      slot->missing = window;
    }
  }
  const std::size_t most = order_.active > 0 ? static_cast<std::size_t>(order_.active) : ready_;
  for (std::size_t i = 0; i < most && !resting_.empty(); ++i) sendNext();
}

void Load::sendNext() {
  if (!mayBegin()) return;
  Slot& slot = *resting_.front();
  resting_.pop_front();
  slot.since = Clock::now();
  slot.missing = message_.size();
  slot.stream->write(message_);
}

void Load::pour(Slot& slot) {
  do {
    count(message_.size(), {});
  } while (slot.stream->write(message_));
}

void Load::receive(Slot& slot, std::size_t bytes) {
  if (order_.mode == Mode::download) return count(bytes, {});
  if (order_.mode == Mode::bulk) {
    count(bytes, {});
    // As much again as has come back.
    slot.missing -= bytes;
    for (; slot.missing + blockSize <= window; slot.missing += blockSize) {
      slot.stream->write(message_);
    }
    return;
  }
  // What comes unasked, as a greeting does, is no echo.
  if ((order_.mode != Mode::echo && !isVisits()) || slot.missing == 0) return;
  slot.missing -= std::min(slot.missing, bytes);
  if (slot.missing > 0) return;
  count(1, slot.since);
  if (over_) return;
  if (isVisits()) return slot.stream->end();
  resting_.push_back(&slot);
  sendNext();
}

void Load::count(std::uint64_t units, Clock::time_point since) {
  if (!counting_) return;
  outcome_.units += units;
  // What had begun before stood still with the load.
  if (since < start_) return;
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - since);
  outcome_.times.add(static_cast<std::uint64_t>(took.count()));
  endIfDone();
}

void Load::failed(const Error& error) {
  if (over_) return;
  ++outcome_.failures;
  if (outcome_.firstFailure.empty()) outcome_.firstFailure = error.what();
  endIfDone();
}

}  // namespace securepair::load
