#include <chrono>
#include <cstdint>

#include "binding.h"
#include "stream_handle.h"

namespace securepair::node {
namespace {

const std::shared_ptr<StreamHandle>& streamHandleOf(napi_env env, napi_value value) {
  return heldBy<StreamHandle>(env, value);
}

Stream& streamOf(napi_env env, napi_value value) { return streamHandleOf(env, value)->stream(); }

// own(stream, owner): it hears of everything, and is kept until the stream is closed
napi_value own(napi_env env, const Arguments<2>& arguments) {
  streamHandleOf(env, arguments[0])->own(env, arguments[1], StreamHandle::Keep::untilClose);
  return nullptr;
}

// ownWeakly(stream, owner): the stream ends where JavaScript lets go of it
napi_value ownWeakly(napi_env env, const Arguments<2>& arguments) {
  streamHandleOf(env, arguments[0])->own(env, arguments[1], StreamHandle::Keep::no);
  return nullptr;
}

// write(stream, bytes): whether to go on
napi_value write(napi_env env, const Arguments<2>& arguments) {
  const auto handle = streamHandleOf(env, arguments[0]);
  return boolean(env, handle->stream().write(Data(bytesOf(env, arguments[1]))));
}

template <void (Stream::*method)()>
napi_value callStream(napi_env env, const Arguments<1>& arguments) {
  const auto handle = streamHandleOf(env, arguments[0]);
  (handle->stream().*method)();
  return nullptr;
}

// setTimeout(stream, milliseconds)
napi_value setTimeout(napi_env env, const Arguments<2>& arguments) {
  const auto time = static_cast<std::int64_t>(numberOf(env, arguments[1]));
  streamOf(env, arguments[0]).setTimeout(std::chrono::milliseconds(time));
  return nullptr;
}

// setNoDelay(stream, boolean)
napi_value setNoDelay(napi_env env, const Arguments<2>& arguments) {
  streamOf(env, arguments[0]).setNoDelay(booleanOf(env, arguments[1]));
  return nullptr;
}

// setKeepAlive(stream, boolean, seconds)
napi_value setKeepAlive(napi_env env, const Arguments<3>& arguments) {
  const auto delay = static_cast<std::int64_t>(numberOf(env, arguments[2]));
  streamOf(env, arguments[0])
      .setKeepAlive(booleanOf(env, arguments[1]), std::chrono::seconds(delay));
  return nullptr;
}

napi_value bufferSize(napi_env env, const Arguments<1>& arguments) {
  return number(env, static_cast<double>(streamOf(env, arguments[0]).bufferSize()));
}

napi_value address(napi_env env, const Arguments<1>& arguments) {
  return addressValue(env, streamOf(env, arguments[0]).address());
}

napi_value remote(napi_env env, const Arguments<1>& arguments) {
  return addressValue(env, streamOf(env, arguments[0]).remote());
}

}  // namespace

void addStreamFunctions(napi_env env, napi_value binding) {
  add<2, own>(env, binding, "own");
  add<2, ownWeakly>(env, binding, "ownWeakly");
  add<2, write>(env, binding, "write");
  add<1, callStream<static_cast<void (Stream::*)()>(&Stream::end)>>(env, binding, "end");
  add<1, callStream<&Stream::destroy>>(env, binding, "destroy");
  add<1, callStream<&Stream::destroySoon>>(env, binding, "destroySoon");
  add<1, callStream<&Stream::resetAndDestroy>>(env, binding, "resetAndDestroy");
  add<1, callStream<&Stream::pause>>(env, binding, "pause");
  add<1, callStream<&Stream::resume>>(env, binding, "resume");
  add<1, callStream<&Stream::ref>>(env, binding, "ref");
  add<1, callStream<&Stream::unref>>(env, binding, "unref");
  add<2, setTimeout>(env, binding, "setTimeout");
  add<2, setNoDelay>(env, binding, "setNoDelay");
  add<3, setKeepAlive>(env, binding, "setKeepAlive");
  add<1, bufferSize>(env, binding, "bufferSize");
  add<1, address>(env, binding, "address");
  add<1, remote>(env, binding, "remote");
}

}  // namespace securepair::node
