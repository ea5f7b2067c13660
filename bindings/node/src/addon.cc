#include <securepair/crypto/openssl_info.h>
#include <securepair/process.h>

#include "binding.h"
#include "realm.h"

namespace securepair::node {
namespace {

// setHandlers(handlers)
napi_value setHandlers(napi_env env, const Arguments<1>& arguments) {
  Realm::of(env)->setHandlers(arguments[0]);
  return nullptr;
}

napi_value leave(napi_env env, const Arguments<0>&) {
  Realm::of(env)->leave();
  return nullptr;
}

// reportUnhandledError(error)
napi_value reportUnhandledError(napi_env env, const Arguments<1>& arguments) {
  Realm::of(env)->loop().reportUnhandledError(errorOf(env, arguments[0]));
  return nullptr;
}

napi_value versions(napi_env env, const Arguments<0>&) {
  const auto found = process::versions();
  const napi_value result = object(env);
  set(env, result, "securepair", string(env, found.securepair));
  set(env, result, "openssl", string(env, found.openssl));
  set(env, result, "uv", string(env, found.uv));
  return result;
}

napi_value hasNpn(napi_env env, const Arguments<0>&) {
  return boolean(env, crypto::opensslInfo().npn);
}

napi_value makeBinding(napi_env env) {
  Realm::enter(env);
  const napi_value binding = object(env);
  add<1, setHandlers>(env, binding, "setHandlers");
  add<0, leave>(env, binding, "leave");
  add<1, reportUnhandledError>(env, binding, "reportUnhandledError");
  add<0, versions>(env, binding, "versions");
  add<0, hasNpn>(env, binding, "hasNpn");
  addStreamFunctions(env, binding);
  addCleartextFunctions(env, binding);
  addServerFunctions(env, binding);
  addContextFunctions(env, binding);
  addConnectFunctions(env, binding);
  addPairFunctions(env, binding);
  addCarrierFunctions(env, binding);
  addAnswerFunctions(env, binding);
  return binding;
}

napi_value initialize(napi_env env) noexcept {
  try {
    return makeBinding(env);
  } catch (const Pending&) {
  } catch (const Error& error) {
    throwInto(env, error);
  } catch (const std::exception& error) {
    throwInto(env, Error("ERR_OUT_OF_MEMORY", error.what()));
  }
  return nullptr;
}

}  // namespace
}  // namespace securepair::node

NAPI_MODULE_INIT() {
  static_cast<void>(exports);
  return securepair::node::initialize(env);
}
