#include <securepair/tls.h>

#include <memory>
#include <string>
#include <utility>

#include "binding.h"
#include "carrier.h"
#include "options.h"
#include "questions.h"
#include "stream_handle.h"

namespace securepair::node {
namespace {

// The options of a connection; `asks` says what its owner is asked for: {identity, psk}.
tls::ConnectOptions optionsOf(napi_env env, napi_value owner, napi_value options, napi_value asks) {
  tls::ConnectOptions into = connectOptions(env, options);
  const auto asked = std::make_shared<Owner>(env, owner);
  if (asksFor(env, asks, "identity")) into.checkServerIdentity = askForIdentity(asked);
  if (asksFor(env, asks, "psk")) into.pskCallback = askForClientsPsk(asked);
  return into;
}

napi_value own(napi_env env, napi_value owner, std::shared_ptr<tls::CleartextStream> stream) {
  const auto owned = std::make_shared<StreamHandle>(std::move(stream));
  owned->own(env, owner, StreamHandle::Keep::untilClose);
  owned->tellConnection();
  return handle(env, owned);
}

// connect(owner, options, what it is asked for, port, host)
napi_value connect(napi_env env, const Arguments<5>& arguments) {
  auto options = optionsOf(env, arguments[0], arguments[1], arguments[2]);
  const int port = static_cast<int>(numberOf(env, arguments[3]));
  return own(env, arguments[0], tls::connect(port, textOf(env, arguments[4]), std::move(options)));
}

// connectToPath(owner, options, what it is asked for, path)
napi_value connectToPath(napi_env env, const Arguments<4>& arguments) {
  auto options = optionsOf(env, arguments[0], arguments[1], arguments[2]);
  return own(env, arguments[0], tls::connect(Name(textOf(env, arguments[3])), std::move(options)));
}

// connectOver(owner, options, what it is asked for, carrier)
napi_value connectOver(napi_env env, const Arguments<4>& arguments) {
  auto options = optionsOf(env, arguments[0], arguments[1], arguments[2]);
  const auto carrier = heldBy<Carrier>(env, arguments[3]);
  options.socket = carrier;
  const napi_value stream = own(env, arguments[0], tls::connect(std::move(options)));
  carrier->hold();
  return stream;
}

}  // namespace

void addConnectFunctions(napi_env env, napi_value binding) {
  add<5, connect>(env, binding, "connect");
  add<4, connectToPath>(env, binding, "connectToPath");
  add<4, connectOver>(env, binding, "connectOver");
}

}  // namespace securepair::node
