#pragma once
#include <cstddef>
#include <node_api.h>

#include "values.h"

namespace securepair::node {

/// Adds a function that JavaScript calls by this name.
template <std::size_t Count, napi_value (*body)(napi_env, const Arguments<Count>&)>
void add(napi_env env, napi_value binding, const char* name) {
  napi_value function = nullptr;
  check(env,
        napi_create_function(env, name, NAPI_AUTO_LENGTH, entry<Count, body>, nullptr, &function));
  set(env, binding, name, function);
}

// Each part of the binding, in its own file.
void addStreamFunctions(napi_env env, napi_value binding);
void addCleartextFunctions(napi_env env, napi_value binding);
void addServerFunctions(napi_env env, napi_value binding);
void addContextFunctions(napi_env env, napi_value binding);
void addConnectFunctions(napi_env env, napi_value binding);
void addPairFunctions(napi_env env, napi_value binding);
void addCarrierFunctions(napi_env env, napi_value binding);
void addAnswerFunctions(napi_env env, napi_value binding);

}  // namespace securepair::node
