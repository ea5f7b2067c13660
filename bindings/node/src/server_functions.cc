#include <securepair/net.h>

#include <memory>
#include <string>

#include "binding.h"
#include "carrier.h"
#include "options.h"
#include "questions.h"
#include "server_handle.h"
#include "stream_handle.h"

namespace securepair::node {
namespace {

const std::shared_ptr<ServerHandle>& serverHandleOf(napi_env env, napi_value value) {
  return heldBy<ServerHandle>(env, value);
}

// The server's handle is made after the server, which is to ask it.
tls::OcspCallback askHandle(const std::shared_ptr<std::weak_ptr<ServerHandle>>& handle) {
  return [handle](const tls::OcspRequest& request, tls::OcspAnswer answer) {
    if (const auto server = handle->lock()) server->answerStatus(request, std::move(answer));
  };
}

// createServer(owner, options, {contexts, sessions, protocols, psk}: what the owner is asked for)
napi_value createServer(napi_env env, const Arguments<3>& arguments) {
  const auto owner = std::make_shared<Owner>(env, arguments[0]);
  tls::ServerOptions options = serverOptions(env, arguments[1]);
  const napi_value asks = arguments[2];
  if (asksFor(env, asks, "contexts")) options.SNICallback = askForContext(owner);
  if (asksFor(env, asks, "sessions")) options.sessionStore = askForSessions(owner);
  if (asksFor(env, asks, "protocols")) options.ALPNCallback = askForProtocol(owner);
  if (asksFor(env, asks, "psk")) options.pskCallback = askForServersPsk(owner);
  const auto asked = std::make_shared<std::weak_ptr<ServerHandle>>();
  options.OCSPCallback = askHandle(asked);
  const auto made = std::make_shared<ServerHandle>(std::make_shared<tls::Server>(options), owner);
  *asked = made;
  return handle(env, made);
}

// listen(server, port, host)
napi_value listen(napi_env env, const Arguments<3>& arguments) {
  const int port = static_cast<int>(numberOf(env, arguments[1]));
  const std::string host = textOf(env, arguments[2]);
  serverHandleOf(env, arguments[0])->listen([&](net::Server& server) {
    server.listen(port, host);
  });
  return nullptr;
}

// listenOnPath(server, path)
napi_value listenOnPath(napi_env env, const Arguments<2>& arguments) {
  const std::string path = textOf(env, arguments[1]);
  serverHandleOf(env, arguments[0])->listen([&](net::Server& server) {
    server.listen(Name(path));
  });
  return nullptr;
}

// listenOnDescriptor(server, number)
napi_value listenOnDescriptor(napi_env env, const Arguments<2>& arguments) {
  const net::Descriptor descriptor(static_cast<int>(numberOf(env, arguments[1])));
  serverHandleOf(env, arguments[0])->listen([&](net::Server& server) {
    server.listen(descriptor);
  });
  return nullptr;
}

// closeServer(server)
napi_value closeServer(napi_env env, const Arguments<1>& arguments) {
  serverOf(env, arguments[0]).close();
  return nullptr;
}

// pauseServer(server, milliseconds)
napi_value pauseServer(napi_env env, const Arguments<2>& arguments) {
  const auto time = static_cast<std::int64_t>(numberOf(env, arguments[1]));
  serverOf(env, arguments[0]).pause(std::chrono::milliseconds(time));
  return nullptr;
}

// setBacklog(server, number)
napi_value setBacklog(napi_env env, const Arguments<2>& arguments) {
  serverOf(env, arguments[0]).setBacklog(static_cast<int>(numberOf(env, arguments[1])));
  return nullptr;
}

// setReusePort(server, boolean)
napi_value setReusePort(napi_env env, const Arguments<2>& arguments) {
  serverOf(env, arguments[0]).setReusePort(booleanOf(env, arguments[1]));
  return nullptr;
}

// setMaxConnections(server, number)
napi_value setMaxConnections(napi_env env, const Arguments<2>& arguments) {
  serverOf(env, arguments[0]).setMaxConnections(static_cast<int>(numberOf(env, arguments[1])));
  return nullptr;
}

// keepServerRunning(server, boolean): whether the process runs on for its sake
napi_value keepServerRunning(napi_env env, const Arguments<2>& arguments) {
  tls::Server& server = serverOf(env, arguments[0]);
  booleanOf(env, arguments[1]) ? server.ref() : server.unref();
  return nullptr;
}

napi_value connections(napi_env env, const Arguments<1>& arguments) {
  return number(env, serverOf(env, arguments[0]).connections());
}

napi_value serverAddress(napi_env env, const Arguments<1>& arguments) {
  return addressValue(env, serverOf(env, arguments[0]).address());
}

napi_value tellConnections(napi_env env, const Arguments<1>& arguments) {
  serverHandleOf(env, arguments[0])->tellConnections();
  return nullptr;
}

napi_value tellServerKeys(napi_env env, const Arguments<1>& arguments) {
  serverHandleOf(env, arguments[0])->tellKeys();
  return nullptr;
}

napi_value askForStatuses(napi_env env, const Arguments<1>& arguments) {
  serverHandleOf(env, arguments[0])->askForStatus();
  return nullptr;
}

// storeSessions(server): in the owner's hands, from now on
napi_value storeSessions(napi_env env, const Arguments<1>& arguments) {
  serverHandleOf(env, arguments[0])->storeSessions();
  return nullptr;
}

// secure(server, carrier, what has been read of it already): {stream, id}, by which
// secureConnection tells it again
napi_value secure(napi_env env, const Arguments<3>& arguments) {
  const auto handle = serverHandleOf(env, arguments[0]);
  handle->hear();
  const auto carrier = heldBy<Carrier>(env, arguments[1]);
  const auto stream = handle->server().secure(carrier, Data(bytesOf(env, arguments[2])));
  carrier->hold();
  const napi_value result = object(env);
  set(env, result, "stream", node::handle(env, std::make_shared<StreamHandle>(stream)));
  set(env, result, "id", number(env, idOf(stream.get())));
  return result;
}

}  // namespace

tls::Server& serverOf(napi_env env, napi_value handle) {
  return serverHandleOf(env, handle)->server();
}

void addServerFunctions(napi_env env, napi_value binding) {
  add<3, createServer>(env, binding, "createServer");
  add<3, listen>(env, binding, "listen");
  add<2, listenOnPath>(env, binding, "listenOnPath");
  add<2, listenOnDescriptor>(env, binding, "listenOnDescriptor");
  add<1, closeServer>(env, binding, "closeServer");
  add<2, pauseServer>(env, binding, "pauseServer");
  add<2, setBacklog>(env, binding, "setBacklog");
  add<2, setReusePort>(env, binding, "setReusePort");
  add<2, setMaxConnections>(env, binding, "setMaxConnections");
  add<2, keepServerRunning>(env, binding, "keepServerRunning");
  add<1, connections>(env, binding, "connections");
  add<1, serverAddress>(env, binding, "serverAddress");
  add<1, tellConnections>(env, binding, "tellConnections");
  add<1, tellServerKeys>(env, binding, "tellServerKeys");
  add<1, askForStatuses>(env, binding, "askForStatuses");
  add<1, storeSessions>(env, binding, "storeSessions");
  add<3, secure>(env, binding, "secure");
}

}  // namespace securepair::node
