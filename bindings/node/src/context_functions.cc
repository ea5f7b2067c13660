#include <securepair/crypto.h>
#include <securepair/crypto/system_roots.h>

#include <optional>
#include <string>

#include "binding.h"
#include "options.h"
#include "server_handle.h"

namespace securepair::node {
namespace {

using crypto::SecureContext;

crypto::Credentials credentialsOf(napi_env env, napi_value context) {
  return crypto::Credentials(*heldBy<SecureContext>(env, context));
}

// createContext(options)
napi_value createContext(napi_env env, const Arguments<1>& arguments) {
  const auto credentials = crypto::createCredentials(credentialsOptions(env, arguments[0]));
  return handle(env, std::make_shared<SecureContext>(credentials.context));
}

// setSystemRoots(PEM): whether that came in time
napi_value setSystemRoots(napi_env env, const Arguments<1>& arguments) {
  return boolean(env, crypto::setSystemRoots(Buffer(bytesOf(env, arguments[0]))));
}

// addContext(server, hostname, context, number of a ClientCertificate or undefined)
napi_value addContext(napi_env env, const Arguments<4>& arguments) {
  std::optional<tls::ClientCertificate> clients;
  if (isGiven(env, arguments[3])) {
    clients = static_cast<tls::ClientCertificate>(static_cast<int>(numberOf(env, arguments[3])));
  }
  serverOf(env, arguments[0])
      .addContext(textOf(env, arguments[1]), credentialsOf(env, arguments[2]), clients);
  return nullptr;
}

// removeContext(server, hostname): whether there was one
napi_value removeContext(napi_env env, const Arguments<2>& arguments) {
  return boolean(env, serverOf(env, arguments[0]).removeContext(textOf(env, arguments[1])));
}

// setSecureContext(server, context)
napi_value setSecureContext(napi_env env, const Arguments<2>& arguments) {
  serverOf(env, arguments[0]).setSecureContext(credentialsOf(env, arguments[1]));
  return nullptr;
}

// setTicketSecret(server, bytes)
napi_value setTicketSecret(napi_env env, const Arguments<2>& arguments) {
  serverOf(env, arguments[0]).setTicketSecret(Buffer(bytesOf(env, arguments[1])));
  return nullptr;
}

napi_value forgetTicketSecretBefore(napi_env env, const Arguments<1>& arguments) {
  serverOf(env, arguments[0]).forgetTicketSecretBefore();
  return nullptr;
}

}  // namespace

void addContextFunctions(napi_env env, napi_value binding) {
  add<1, createContext>(env, binding, "createContext");
  add<1, setSystemRoots>(env, binding, "setSystemRoots");
  add<4, addContext>(env, binding, "addContext");
  add<2, removeContext>(env, binding, "removeContext");
  add<2, setSecureContext>(env, binding, "setSecureContext");
  add<2, setTicketSecret>(env, binding, "setTicketSecret");
  add<1, forgetTicketSecretBefore>(env, binding, "forgetTicketSecretBefore");
}

}  // namespace securepair::node
