#include "stream_handle.h"

#include <utility>

namespace securepair::node {

StreamHandle::StreamHandle(std::shared_ptr<Stream> stream) : stream_(std::move(stream)) {}

StreamHandle::StreamHandle(std::shared_ptr<tls::CleartextStream> stream)
    : stream_(stream), cleartext_(stream.get()) {}

void StreamHandle::own(napi_env env, napi_value owner, Keep keep) {
  owner_ = std::make_unique<Owner>(env, owner);
  if (keep == Keep::untilClose) owner_->hold();
  // JavaScript's stream sees to both ends, and to what has not been read yet.
  stream_->setAllowHalfOpen(true);
  hearStream();
  if (cleartext_ != nullptr) hearCleartext();
}

tls::CleartextStream& StreamHandle::cleartext() const {
  if (cleartext_ != nullptr) return *cleartext_;
  throw Error("ERR_INVALID_THIS", "the stream is no CleartextStream");
}

void StreamHandle::hearStream() {
  stream_->onData(
      listener([](StreamHandle& self, const Data& data) { self.tellData(data.bytes()); }));
  stream_->onEnd(listener([](StreamHandle& self) { self.owner_->tell(Event::end); }));
  stream_->onDrain(listener([](StreamHandle& self) { self.owner_->tell(Event::drain); }));
  stream_->onFinish(listener([](StreamHandle& self) { self.owner_->tell(Event::finish); }));
  stream_->onTimeout(listener([](StreamHandle& self) { self.owner_->tell(Event::timeout); }));
  stream_->onError(listener([](StreamHandle& self, const Error& error) {
    self.owner_->tell(Event::error,
                      [&](napi_env env) { return std::array{errorValue(env, error)}; });
  }));
  stream_->onClose(listener([](StreamHandle& self, bool) { self.closed(); }));
}

// A Buffer is made where somebody wants to have it: whoever discards what comes is asked first, and
// told how much it is.
void StreamHandle::tellData(BytesView bytes) {
  const auto tell = [this](auto&& argument) {
    return owner_->ask(
        Event::data, [&](napi_env env) { return std::array{argument(env)}; },
        [](napi_env env, napi_value discarded) { return booleanOf(env, discarded); }, false);
  };
  const auto size = [&](napi_env env) { return number(env, static_cast<double>(bytes.size())); };
  if (discards_ && tell(size)) return;
  discards_ = tell([&](napi_env env) { return Realm::of(env)->blocks().buffer(env, bytes); });
}

void StreamHandle::hearCleartext() {
  // What has been written waits for what JavaScript says of the server, and it says nothing any
  // more.
  cleartext_->onSecureConnect(listener([](StreamHandle& self) {
    if (!self.owner_->tell(Event::secureConnect)) self.stream_->destroy();
  }));
  cleartext_->onAuthenticated(
      listener([](StreamHandle& self) { self.owner_->tell(Event::authenticated); }));
  cleartext_->onSession(listener([](StreamHandle& self, const Buffer& session) {
    self.owner_->tell(Event::session,
                      [&](napi_env env) { return std::array{buffer(env, Data(session).bytes())}; });
  }));
}

void StreamHandle::tellConnection() {
  cleartext().onConnect(listener([](StreamHandle& self) { self.owner_->tell(Event::connect); }));
}

void StreamHandle::tellKeys() {
  cleartext().onKeylog(listener([](StreamHandle& self, const Data& line) {
    self.owner_->tell(Event::keylog,
                      [&](napi_env env) { return std::array{buffer(env, line.bytes())}; });
  }));
}

void StreamHandle::closed() {
  owner_->tell(Event::close);
  owner_->letGo();
}

}  // namespace securepair::node
