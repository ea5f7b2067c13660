#pragma once
#include <securepair/crypto.h>
#include <securepair/tls.h>

#include <node_api.h>

namespace securepair::node {

/// What credentials.js and options.js have made of the user's options: of the kind that the field
/// has, under its name, or left out.
crypto::CredentialsOptions credentialsOptions(napi_env env, napi_value options);
tls::ServerOptions serverOptions(napi_env env, napi_value options);
tls::ConnectOptions connectOptions(napi_env env, napi_value options);
tls::SecurePairOptions pairOptions(napi_env env, napi_value options);

/// Whether `asks`, an object of booleans, has this one.
bool asksFor(napi_env env, napi_value asks, const char* what);

}  // namespace securepair::node
