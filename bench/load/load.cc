#include "load.h"

#include <algorithm>
#include <utility>

namespace bench {
namespace {

using Clock = std::chrono::steady_clock;

// How much of a bulk echo may be under way on a connection.
constexpr std::size_t window = std::size_t{256} * 1024;
constexpr std::size_t blockSize = std::size_t{64} * 1024;
// So many of the idle connections shake hands at a time: what they are to show is what they keep.
constexpr int idleAtATime = 8;
// The same with every server, so that what is compared is not the cipher.
constexpr const char* suites =
    "TLS_AES_128_GCM_SHA256:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256";

}  // namespace

struct Load::Slot {
  std::shared_ptr<tls::CleartextStream> stream = {};
  Clock::time_point since = {};
  std::size_t missing = 0;  ///< bytes of the echo, or of the window
  Buffer session = {};
};

Load::Load(Order order, std::function<void()> began, std::function<void()> ended)
    : order_(std::move(order)), began_(std::move(began)), ended_(std::move(ended)) {
  options_.servername = "localhost";
  options_.rejectUnauthorized = true;
  options_.secureContext = securepair::crypto::createCredentials({.ca = order_.ca,
                                                                  .ciphers = suites,
                                                                  .minVersion = order_.version,
                                                                  .maxVersion = order_.version})
                               .context;
  options_.sessionCache = false;
  message_.assign(order_.mode == Mode::echo ? order_.message : blockSize, 'x');
}

Load::~Load() = default;

Outcome Load::run() {
  const bool isIdle = order_.mode == Mode::idle;
  const int first = isIdle ? std::min(order_.connections, idleAtATime) : order_.connections;
  for (int i = 0; i < first; ++i) openNew();
  // Idle ones are begun with when all are there.
  if (!isIdle) Loop::current().setTimeout(order_.warmUp, [this] { begin(); });
  securepair::run();
  return std::move(outcome_);
}

void Load::begin() {
  began_();
  counting_ = true;
  start_ = Clock::now();
  Loop::current().setTimeout(order_.time, [this] { end(); });
}

void Load::end() {
  counting_ = false;
  over_ = true;
  outcome_.seconds = std::chrono::duration<double>(Clock::now() - start_).count();
  ended_();
  for (const auto& slot : slots_) slot->stream->destroy();
}

void Load::openNew() {
  slots_.push_back(std::make_unique<Slot>());
  open(*slots_.back());
}

void Load::open(Slot& slot) {
  slot.since = Clock::now();
  auto options = options_;
  if (order_.mode == Mode::resume) options.session = slot.session;
  slot.stream = tls::connect(order_.port, order_.host, options);
  tls::CleartextStream& stream = *slot.stream;
  stream.onSecureConnect([this, &slot] { secured(slot); });
  stream.onError([this](const Error& error) { failed(error); });
  stream.onSession([this, &slot](const Buffer& session) {
    if (order_.mode != Mode::resume || !slot.session.empty()) return;
    slot.session = session;
    slot.stream->end();
  });
  stream.onData([this, &slot](const Data& data) { receive(slot, data.size()); });
  stream.onDrain([this, &slot] {
    if (order_.mode == Mode::upload) pour(slot);
  });
  stream.onClose([this, &slot] {
    if (over_) return;
    if (isHandshakes()) return open(slot);
    failed(Error("ERR_BENCH_CLOSED", "the server has closed a connection"));
  });
}

void Load::secured(Slot& slot) {
  tls::CleartextStream& stream = *slot.stream;
  if (outcome_.protocol.empty()) {
    outcome_.protocol = stream.getProtocol();
    outcome_.cipher = stream.getCipher().name;
    outcome_.group = stream.getNegotiatedGroup();
  }
  if (stream.isSessionReused() && counting_) ++outcome_.resumed;
  if (isHandshakes()) {
    count(1, slot.since);
    // The first session serves all connections: not every server gives a new one each time.
    const bool waits = order_.mode == Mode::resume && slot.session.empty();
    if (!waits) stream.end();
    return;
  }
  if (order_.mode == Mode::idle) {
    const auto all = static_cast<std::size_t>(order_.connections);
    if (slots_.size() < all) openNew();
    if (++outcome_.units == all) begin();
  }
  if (order_.mode == Mode::echo) send(slot);
  if (order_.mode == Mode::upload) pour(slot);
  if (order_.mode == Mode::bulk) {
    for (std::size_t size = 0; size < window; size += blockSize) slot.stream->write(message_);
    slot.missing = window;
  }
}

void Load::send(Slot& slot) {
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
  if (order_.mode != Mode::echo) return;
  slot.missing -= std::min(slot.missing, bytes);
  if (slot.missing > 0) return;
  count(1, slot.since);
  send(slot);
}

void Load::count(std::uint64_t units, Clock::time_point since) {
  if (!counting_) return;
  outcome_.units += units;
  if (since == Clock::time_point()) return;
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - since);
  outcome_.microseconds.push_back(static_cast<std::uint32_t>(took.count()));
}

void Load::failed(const Error& error) {
  if (over_) return;
  ++outcome_.failures;
  if (outcome_.firstFailure.empty()) outcome_.firstFailure = error.what();
}

}  // namespace bench
