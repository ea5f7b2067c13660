#pragma once
#include <securepair/address.h>
#include <securepair/bytes.h>
#include <securepair/error.h>

#include <cstddef>
#include <exception>
#include <memory>
#include <node_api.h>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace securepair::node {

/// A JavaScript exception is pending: whoever catches this returns to JavaScript.
struct Pending {};

/// Throws Pending, or makes it so, where a call of Node-API has failed.
void check(napi_env env, napi_status status);

napi_value string(napi_env env, std::string_view text);
napi_value number(napi_env env, double value);
napi_value boolean(napi_env env, bool value);
napi_value null(napi_env env);
napi_value array(napi_env env, const std::vector<std::string>& texts);
/// A Buffer with bytes of its own.
napi_value buffer(napi_env env, BytesView bytes);
/// The same, or null where there are none.
napi_value bufferOrNull(napi_env env, const Buffer& bytes);
/// An Error with `code` and the parts that explain it.
napi_value errorValue(napi_env env, const Error& error);
/// {address, port, family}, or null.
napi_value addressValue(napi_env env, const std::optional<net::Address>& address);
napi_value object(napi_env env);
void set(napi_env env, napi_value object, const char* name, napi_value value);

std::string textOf(napi_env env, napi_value value);
/// Of a Uint8Array; valid until JavaScript runs again.
BytesView bytesOf(napi_env env, napi_value value);
double numberOf(napi_env env, napi_value value);
bool booleanOf(napi_env env, napi_value value);
bool isGiven(napi_env env, napi_value value);
/// What an Error of JavaScript's says; one without a code has `otherwise`.
Error errorOf(napi_env env, napi_value value, const char* otherwise = "ERR_UNKNOWN");

/// A std::shared_ptr in JavaScript's hands. The script keeps what it points to alive.
template <class T>
napi_value handle(napi_env env, std::shared_ptr<T> held) {
  auto owned = std::make_unique<std::shared_ptr<T>>(std::move(held));
  napi_value value = nullptr;
  check(env, napi_create_external(
                 env, owned.get(),
                 [](napi_env, void* data, void*) { delete static_cast<std::shared_ptr<T>*>(data); },
                 nullptr, &value));
  static_cast<void>(owned.release());
  return value;
}

template <class T>
const std::shared_ptr<T>& heldBy(napi_env env, napi_value value) {
  void* data = nullptr;
  check(env, napi_get_value_external(env, value, &data));
  return *static_cast<std::shared_ptr<T>*>(data);
}

void throwInto(napi_env env, const Error& error) noexcept;

/// The arguments of a call from JavaScript; those that are left out are undefined.
template <std::size_t Count>
class Arguments {
 public:
  Arguments(napi_env env, napi_callback_info info) {
    std::size_t count = Count;
    check(env, napi_get_cb_info(env, info, &count, values_, nullptr, nullptr));
  }
  napi_value operator[](std::size_t index) const noexcept { return values_[index]; }

 private:
  napi_value values_[Count == 0 ? 1 : Count] = {};
};

/// A function that JavaScript calls: nothing of C++ is thrown through its frames.
template <std::size_t Count, napi_value (*body)(napi_env, const Arguments<Count>&)>
napi_value entry(napi_env env, napi_callback_info info) noexcept {
  try {
    return body(env, Arguments<Count>(env, info));
  } catch (const Pending&) {
  } catch (const Error& error) {
    throwInto(env, error);
  } catch (const std::exception& error) {
    throwInto(env, Error("ERR_OUT_OF_MEMORY", error.what()));
  }
  return nullptr;
}

}  // namespace securepair::node
