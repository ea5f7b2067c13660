#include <securepair/stream.h>

#include <limits>
#include <utility>

#include "base/host.h"
#include "base/later.h"
#include "stream/extras.h"

namespace securepair {
namespace {

// How long a peer has to end its side once all that is for it has been sent.
constexpr std::chrono::milliseconds lingerTime{500};

}  // namespace

Stream::Stream() = default;
Stream::~Stream() = default;
Stream::Consumer::~Consumer() = default;

std::size_t Stream::Consumer::mostAtOnce() const noexcept {
  return std::numeric_limits<std::size_t>::max();
}

std::size_t Stream::mostAtOnce() const noexcept {
  return consumer_ != nullptr ? consumer_->mostAtOnce() : std::numeric_limits<std::size_t>::max();
}

void Stream::onData(Listener<const Data&> listener) {
  add(On::data, std::move(listener));
  readerAdded();
}

void Stream::readerAdded() {
  if (std::exchange(discarded_, false)) {
    base::warn(Error({.code = "WARN_DATA_DISCARDED",
                      .message = "a listener of `data` was added after data had been discarded",
                      .fix = "add the listener before the first data comes, or pause() the stream "
                             "until then"}));
  }
  if (life_ == Life::open) dataListenerAdded();
}
void Stream::onEnd(Listener<> listener) { add(On::end, std::move(listener)); }
void Stream::onClose(Listener<bool> listener) { add(On::close, std::move(listener)); }
void Stream::onDrain(Listener<> listener) { add(On::drain, std::move(listener)); }
void Stream::onFinish(Listener<> listener) { add(On::finish, std::move(listener)); }
void Stream::onError(Listener<const Error&> listener) { add(On::error, std::move(listener)); }
void Stream::onTimeout(Listener<> listener) { add(On::timeout, std::move(listener)); }

bool Stream::write(Data data) {
  if (!writable()) return false;
  const auto keep = shared();  // a listener may let go of the stream meanwhile
  return put(data.bytes());
}

bool Stream::put(BytesView bytes) {
  if (bytes.empty()) return !needDrain_;
  const bool mayGoOn = doWrite(bytes);
  touch();
  if (!mayGoOn) needDrain_ = true;
  return mayGoOn;
}

void Stream::end() {
  if (!writable()) return;
  writing_ = Writing::ending;
  letPipesGoOn();  // what still comes out of them is dropped, and need not wait for `drain`
  doEnd();
}

void Stream::end(Data last) {
  const auto keep = shared();
  write(last);
  end();
}

void Stream::destroy() {
  if (life_ != Life::open) return;
  life_ = Life::destroyed;
  stopTimers();
  doDestroy();
}

void Stream::resetAndDestroy() {
  const auto keep = shared();
  if (life_ == Life::open) doReset();
  destroy();
}

void Stream::destroySoon() {
  if (life_ != Life::open) return;
  const auto keep = shared();
  end();
  if (writing_ == Writing::finished) {
    linger();
  } else if (writing_ == Writing::ending) {
    writing_ = Writing::endingThenDestroy;
  }
}

void Stream::pause() {
  pausedByUser_ = true;
  stopFlow();
}

void Stream::resume() {
  pausedByUser_ = false;
  if (heldBy_ == 0) startFlow();
}

void Stream::hold() {
  ++heldBy_;
  stopFlow();
}

void Stream::release() {
  --heldBy_;
  if (heldBy_ == 0 && !pausedByUser_) startFlow();
}

void Stream::stopFlow() {
  if (reading_ != Reading::flowing || !readable()) return;
  reading_ = Reading::paused;
  pausedChanged();
}

void Stream::startFlow() {
  if (life_ != Life::open) return;
  if (reading_ == Reading::pausedBeforeEnd) {
    reading_ = Reading::flowing;
    base::afterThisTurn([keep = shared(), this] { deliverEnd(); });
  } else if (reading_ == Reading::paused) {
    reading_ = Reading::flowing;
    pausedChanged();
  }
}

bool Stream::hasDataListener() const noexcept { return events_.has(On::data) || !pipes_.empty(); }

bool Stream::isPaused() const noexcept {
  return reading_ == Reading::paused || reading_ == Reading::pausedBeforeEnd;
}

bool Stream::readable() const noexcept {
  return life_ == Life::open && reading_ != Reading::ended && writing_ != Writing::lingering;
}

bool Stream::writable() const noexcept { return life_ == Life::open && writing_ == Writing::open; }

void Stream::setEncoding(std::string_view encoding) {
  extras().decoder = std::make_unique<detail::StringDecoder>(encoding);
}

detail::StreamExtras& Stream::extras() {
  if (extras_ == nullptr) extras_ = std::make_unique<detail::StreamExtras>();
  return *extras_;
}

void Stream::setTimeout(std::chrono::milliseconds idle, Listener<> listener) {
  detail::StreamExtras& own = extras();
  own.idle.reset();
  const bool wanted = life_ == Life::open && idle.count() > 0;
  if (listener || !wanted) own.timeoutOnce = wanted ? std::move(listener) : nullptr;
  if (!wanted) return;
  own.idle = std::make_unique<detail::IdleTimer>(idle, *this, [this] {
    base::later([this, keep = shared()] {
      if (life_ != Life::open || extras_->idle == nullptr) return;
      events_.emit(On::timeout);
      if (auto once = std::exchange(extras_->timeoutOnce, nullptr)) once();
    });
  });
}

void Stream::touch() {
  if (extras_ != nullptr && extras_->idle != nullptr) extras_->idle->touch();
}

void Stream::stopTimers() noexcept {
  if (extras_ == nullptr) return;
  extras_->idle.reset();
  extras_->lingering.reset();
}

void Stream::setNoDelay(bool noDelay) {
  if (life_ == Life::open) doSetNoDelay(noDelay);
}

void Stream::setKeepAlive(bool keepAlive, std::chrono::seconds delay) {
  if (life_ == Life::open) doSetKeepAlive(keepAlive, delay);
}

void Stream::unref() {
  if (life_ == Life::open) doKeepRunning(false);
}

void Stream::ref() {
  if (life_ == Life::open) doKeepRunning(true);
}

std::optional<net::Address> Stream::address() const { return std::nullopt; }
std::optional<net::Address> Stream::remote() const { return std::nullopt; }

std::string Stream::remoteAddress() const {
  const auto end = remote();
  return end ? end->address : std::string();
}

int Stream::remotePort() const {
  const auto end = remote();
  return end ? end->port : 0;
}

void Stream::attach(std::shared_ptr<Consumer> consumer) {
  if (life_ == Life::closed) return;
  if (consumer_ != nullptr) {
    throw Error({.code = "ERR_STREAM_TAKEN",
                 .message = "the stream is read by another layer already, such as TLS",
                 .fix = "secure a stream once; for TLS inside TLS, secure the stream that the "
                        "outer one gives"});
  }
  consumer_ = std::move(consumer);
}

bool Stream::deliver(BytesView bytes) {
  if (!readable()) return writing_ == Writing::lingering;
  touch();
  if (consumer_ != nullptr) {
    const auto consumer = consumer_;
    consumer->consume(bytes);
  } else if (!hasDataListener()) {
    discarded_ = true;
  } else if (extras_ != nullptr && extras_->decoder != nullptr) {
    std::string scratch;
    const std::string_view text = extras_->decoder->write(bytes, scratch);
    if (!text.empty()) emitData(Data(text));
  } else {
    emitData(Data(bytes));
  }
  return life_ == Life::open && reading_ == Reading::flowing;
}

void Stream::deliverEnd() {
  if (writing_ == Writing::lingering) return destroy();
  if (!readable()) return;
  if (isPaused()) {
    reading_ = Reading::pausedBeforeEnd;
    return;
  }
  reading_ = Reading::ended;
  base::andThen([this] { emitEnd(); }, [this, keep = shared()] { answerEnd(); });
}

void Stream::emitEnd() {
  if (const auto consumer = consumer_) return consumer->consumeEnd();
  if (extras_ != nullptr && extras_->decoder != nullptr) {
    const std::string rest = extras_->decoder->end();
    if (!rest.empty()) emitData(Data(rest));
  }
  if (life_ != Life::open) return;
  base::andThen([this] { events_.emit(On::end); }, [this, keep = shared()] { endPipes(); });
}

void Stream::answerEnd() {
  if (consumer_ == nullptr && !allowHalfOpen_) end();
  closeIfDone();
}

void Stream::drained() {
  touch();
  if (life_ != Life::open || !std::exchange(needDrain_, false)) return;
  if (consumer_ != nullptr) {
    const auto consumer = consumer_;
    consumer->carrierDrained();
  } else if (writing_ == Writing::open) {
    base::andThen([this] { events_.emit(On::drain); }, [this, keep = shared()] { letPipesGoOn(); });
  }
}

void Stream::finished() {
  const bool isKnown = writing_ == Writing::finished || writing_ == Writing::lingering;
  if (life_ != Life::open || isKnown) return;
  const bool thenDestroy = writing_ == Writing::endingThenDestroy;
  writing_ = Writing::finished;
  if (const auto consumer = consumer_) consumer->carrierFinished();
  base::andThen([this] { events_.emit(On::finish); },
                [this, thenDestroy, keep = shared()] {
                  if (thenDestroy) {
                    linger();
                  } else {
                    closeIfDone();
                  }
                });
}

void Stream::linger() {
  if (life_ != Life::open) return;
  if (reading_ == Reading::ended || base::host() == nullptr) return destroy();
  const bool paused = isPaused();
  writing_ = Writing::lingering;
  extras().idle.reset();
  extras().lingering = std::make_unique<detail::Deadline>(
      lingerTime, [this] { base::later([this, keep = shared()] { destroy(); }); });
  if (paused) startFlow();
}

void Stream::closeIfDone() {
  if (reading_ == Reading::ended && writing_ == Writing::finished) destroy();
}

void Stream::fail(const Error& error) {
  if (life_ != Life::open) return;
  if (writing_ == Writing::lingering) return destroy();  // all that was asked for has been done
  failed_ = true;
  writing_ = Writing::finished;
  base::andThen([&] { tellFailure(error); }, [this, keep = shared()] { destroy(); });
}

void Stream::tellFailure(const Error& error) {
  const auto consumer = consumer_;
  if (consumer != nullptr) consumer->carrierFailed(error);
  if (events_.has(On::error)) {
    events_.emit(On::error, error);
  } else if (consumer == nullptr) {
    base::reportUnhandledError(error,
                               ownConnection_ ? base::Origin::ownConnection : base::Origin::other);
  }
}

void Stream::closed() {
  if (life_ == Life::closed) return;
  life_ = Life::closed;
  base::andThen(
      [this] {
        if (const auto consumer = std::exchange(consumer_, nullptr)) consumer->carrierClosed();
      },
      [this, keep = shared()] { emitClose(); });
}

void Stream::emitClose() {
  struct DropListeners {
    explicit DropListeners(Stream& stream) : stream_(stream) {}
    DropListeners(const DropListeners&) = delete;
    DropListeners& operator=(const DropListeners&) = delete;
    ~DropListeners() { stream_.dropListeners(); }
    Stream& stream_;
  };
  // What the last listeners hold may be all that holds this stream.
  const auto keep = shared();
  const DropListeners afterwards(*this);
  letPipesGoOn();
  breakPipes();
  events_.emit(On::close, failed_);
}

void Stream::abandon() noexcept {
  if (life_ == Life::closed) return;
  life_ = Life::closed;
  const auto keep = weak_from_this().lock();
  stopTimers();
  const auto consumer = std::exchange(consumer_, nullptr);
  dropListeners();
}

void Stream::dropListeners() noexcept {
  events_.clear();
  for (auto& pipe : pipes_) pipe.to.reset();
  if (extras_ == nullptr) return;
  extras_->timeoutOnce = nullptr;
  extras_->waitingPipes.clear();
}

}  // namespace securepair
