#include <securepair/tls/secure_pair.h>

#include <memory>

#include "binding.h"
#include "options.h"
#include "owner.h"
#include "questions.h"
#include "stream_handle.h"

namespace securepair::node {
namespace {

using tls::SecurePair;

void hear(SecurePair& pair, const std::shared_ptr<Owner>& owner) {
  pair.onSecure([owner] { owner->tell(Event::secure); });
  pair.onError([owner](const Error& error) {
    owner->tell(Event::pairError, [&](napi_env env) { return std::array{errorValue(env, error)}; });
  });
}

// createPair(owner, context, isServer, requestCert, rejectUnauthorized, options, {contexts,
// protocols}: what the owner is asked for): {pair, cleartext, encrypted}
napi_value createPair(napi_env env, const Arguments<7>& arguments) {
  const auto owner = std::make_shared<Owner>(env, arguments[0]);
  auto options = pairOptions(env, arguments[5]);
  if (asksFor(env, arguments[6], "contexts")) options.SNICallback = askForContext(owner);
  if (asksFor(env, arguments[6], "protocols")) options.ALPNCallback = askForProtocol(owner);
  const crypto::Credentials credentials(*heldBy<crypto::SecureContext>(env, arguments[1]));
  const auto pair =
      tls::createSecurePair(credentials, booleanOf(env, arguments[2]), booleanOf(env, arguments[3]),
                            booleanOf(env, arguments[4]), std::move(options));
  hear(*pair, owner);
  const napi_value result = object(env);
  const auto cleartext = std::static_pointer_cast<tls::CleartextStream>(pair->cleartext.shared());
  set(env, result, "pair", handle(env, pair));
  set(env, result, "cleartext", handle(env, std::make_shared<StreamHandle>(cleartext)));
  set(env, result, "encrypted",
      handle(env, std::make_shared<StreamHandle>(pair->encrypted.shared())));
  return result;
}

napi_value destroyPair(napi_env env, const Arguments<1>& arguments) {
  const auto pair = heldBy<SecurePair>(env, arguments[0]);
  pair->destroy();
  return nullptr;
}

}  // namespace

void addPairFunctions(napi_env env, napi_value binding) {
  add<7, createPair>(env, binding, "createPair");
  add<1, destroyPair>(env, binding, "destroyPair");
}

}  // namespace securepair::node
