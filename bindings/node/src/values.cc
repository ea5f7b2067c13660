#include "values.h"

#include <array>
#include <cstdint>

namespace securepair::node {

void check(napi_env env, napi_status status) {
  if (status == napi_ok) return;
  bool isPending = false;
  napi_is_exception_pending(env, &isPending);
  if (!isPending) {
    const napi_extended_error_info* info = nullptr;
    napi_get_last_error_info(env, &info);
    const char* const message = info != nullptr && info->error_message != nullptr
                                    ? info->error_message
                                    : "Node-API refused a call";
    napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", message);
  }
  throw Pending();
}

napi_value string(napi_env env, std::string_view text) {
  napi_value value = nullptr;
  check(env, napi_create_string_utf8(env, text.data(), text.size(), &value));
  return value;
}

napi_value number(napi_env env, double value) {
  napi_value result = nullptr;
  check(env, napi_create_double(env, value, &result));
  return result;
}

napi_value boolean(napi_env env, bool value) {
  napi_value result = nullptr;
  check(env, napi_get_boolean(env, value, &result));
  return result;
}

napi_value null(napi_env env) {
  napi_value result = nullptr;
  check(env, napi_get_null(env, &result));
  return result;
}

napi_value array(napi_env env, const std::vector<std::string>& texts) {
  napi_value list = nullptr;
  check(env, napi_create_array_with_length(env, texts.size(), &list));
  for (std::uint32_t i = 0; i < texts.size(); ++i) {
    check(env, napi_set_element(env, list, i, string(env, texts[i])));
  }
  return list;
}

napi_value bufferOrNull(napi_env env, const Buffer& bytes) {
  return bytes.empty() ? null(env) : buffer(env, Data(bytes).bytes());
}

napi_value buffer(napi_env env, BytesView bytes) {
  napi_value result = nullptr;
  check(env, napi_create_buffer_copy(env, bytes.size(), bytes.data(), nullptr, &result));
  return result;
}

napi_value object(napi_env env) {
  napi_value result = nullptr;
  check(env, napi_create_object(env, &result));
  return result;
}

void set(napi_env env, napi_value object, const char* name, napi_value value) {
  check(env, napi_set_named_property(env, object, name, value));
}

napi_value errorValue(napi_env env, const Error& error) {
  napi_value result = nullptr;
  check(env, napi_create_error(env, string(env, error.code()), string(env, error.what()), &result));
  using Part = std::pair<const char*, const std::string*>;
  const std::array<Part, 4> parts{{{"certificate", &error.certificate()},
                                   {"expected", &error.expected()},
                                   {"got", &error.got()},
                                   {"fix", &error.fix()}}};
  for (const auto& [name, text] : parts) {
    if (!text->empty()) set(env, result, name, string(env, *text));
  }
  return result;
}

napi_value addressValue(napi_env env, const std::optional<net::Address>& address) {
  if (!address) return null(env);
  const napi_value result = object(env);
  set(env, result, "address", string(env, address->address));
  set(env, result, "port", number(env, address->port));
  set(env, result, "family", string(env, address->family));
  return result;
}

std::string textOf(napi_env env, napi_value value) {
  std::size_t size = 0;
  check(env, napi_get_value_string_utf8(env, value, nullptr, 0, &size));
  std::string text(size, '\0');
  check(env, napi_get_value_string_utf8(env, value, text.data(), size + 1, &size));
  return text;
}

BytesView bytesOf(napi_env env, napi_value value) {
  void* data = nullptr;
  std::size_t size = 0;
  check(env, napi_get_buffer_info(env, value, &data, &size));
  return {static_cast<const std::byte*>(data), size};
}

double numberOf(napi_env env, napi_value value) {
  double result = 0;
  check(env, napi_get_value_double(env, value, &result));
  return result;
}

bool booleanOf(napi_env env, napi_value value) {
  bool result = false;
  check(env, napi_get_value_bool(env, value, &result));
  return result;
}

bool isGiven(napi_env env, napi_value value) {
  napi_valuetype type = napi_undefined;
  check(env, napi_typeof(env, value, &type));
  return type != napi_undefined && type != napi_null;
}

Error errorOf(napi_env env, napi_value value, const char* otherwise) {
  const auto part = [&](const char* name) {
    napi_value text = nullptr;
    napi_valuetype type = napi_undefined;
    check(env, napi_get_named_property(env, value, name, &text));
    check(env, napi_typeof(env, text, &type));
    return type == napi_string ? textOf(env, text) : std::string();
  };
  std::string code = part("code");
  return Error(code.empty() ? otherwise : std::move(code), part("message"));
}

void throwInto(napi_env env, const Error& error) noexcept {
  try {
    napi_throw(env, errorValue(env, error));
  } catch (const Pending&) {  // another exception takes its place
  }
}

}  // namespace securepair::node
