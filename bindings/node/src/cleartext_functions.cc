#include <memory>
#include <string>
#include <vector>

#include "binding.h"
#include "certificate_value.h"
#include "owner.h"
#include "stream_handle.h"

namespace securepair::node {
namespace {

using tls::CleartextStream;

CleartextStream& cleartextOf(napi_env env, napi_value value) {
  return heldBy<StreamHandle>(env, value)->cleartext();
}

// The thing itself, for a text, bytes or a yes and no.
napi_value valueOf(napi_env env, const std::string& text) { return string(env, text); }
napi_value valueOf(napi_env env, bool yes) { return boolean(env, yes); }
napi_value valueOf(napi_env env, const Buffer& bytes) { return bufferOrNull(env, bytes); }
napi_value valueOf(napi_env env, const std::vector<std::string>& texts) {
  return array(env, texts);
}
napi_value valueOf(napi_env env, const tls::CipherInfo& cipher) {
  const napi_value result = object(env);
  set(env, result, "name", string(env, cipher.name));
  set(env, result, "standardName", string(env, cipher.standardName));
  set(env, result, "version", string(env, cipher.version));
  return result;
}
napi_value valueOf(napi_env env, const tls::EphemeralKeyInfo& key) {
  const napi_value result = object(env);
  if (key.empty()) return result;
  set(env, result, "type", string(env, key.type));
  if (!key.name.empty()) set(env, result, "name", string(env, key.name));
  if (key.size > 0) set(env, result, "size", number(env, key.size));
  return result;
}
napi_value valueOf(napi_env env, const std::optional<Error>& error) {
  return error ? errorValue(env, *error) : null(env);
}

template <auto method>
napi_value get(napi_env env, const Arguments<1>& arguments) {
  return valueOf(env, (cleartextOf(env, arguments[0]).*method)());
}

// getPeerCertificate(stream, detailed)
napi_value getPeerCertificate(napi_env env, const Arguments<2>& arguments) {
  const bool detailed = booleanOf(env, arguments[1]);
  return certificateValue(env, cleartextOf(env, arguments[0]).getPeerCertificate(detailed));
}

napi_value getCertificate(napi_env env, const Arguments<1>& arguments) {
  return certificateValue(env, cleartextOf(env, arguments[0]).getCertificate());
}

// exportKeyingMaterial(stream, length, label, context or undefined)
napi_value exportKeyingMaterial(napi_env env, const Arguments<4>& arguments) {
  Buffer context;
  if (isGiven(env, arguments[3])) context = Buffer(bytesOf(env, arguments[3]));
  const auto length = static_cast<std::size_t>(numberOf(env, arguments[1]));
  return valueOf(env, cleartextOf(env, arguments[0])
                          .exportKeyingMaterial(length, textOf(env, arguments[2]), context));
}

// renegotiate(stream, owner): `secure` is told to the owner when it is so again
napi_value renegotiate(napi_env env, const Arguments<2>& arguments) {
  const auto owner = std::make_shared<Owner>(env, arguments[1]);
  cleartextOf(env, arguments[0]).renegotiate([owner] { owner->tell(Event::secure); });
  return nullptr;
}

// setMaxSendFragment(stream, bytes): whether that can be
napi_value setMaxSendFragment(napi_env env, const Arguments<2>& arguments) {
  const double size = numberOf(env, arguments[1]);
  if (!(size >= 0 && size <= 1e6)) return boolean(env, false);
  return boolean(env,
                 cleartextOf(env, arguments[0]).setMaxSendFragment(static_cast<std::size_t>(size)));
}

napi_value disableRenegotiation(napi_env env, const Arguments<1>& arguments) {
  cleartextOf(env, arguments[0]).disableRenegotiation();
  return nullptr;
}

napi_value enableTrace(napi_env env, const Arguments<1>& arguments) {
  cleartextOf(env, arguments[0]).enableTrace();
  return nullptr;
}

napi_value tellKeys(napi_env env, const Arguments<1>& arguments) {
  heldBy<StreamHandle>(env, arguments[0])->tellKeys();
  return nullptr;
}

}  // namespace

void addCleartextFunctions(napi_env env, napi_value binding) {
  add<1, get<&CleartextStream::authorized>>(env, binding, "authorized");
  add<1, get<&CleartextStream::authorizationFailure>>(env, binding, "authorizationFailure");
  add<1, get<&CleartextStream::npnProtocol>>(env, binding, "npnProtocol");
  add<1, get<&CleartextStream::alpnProtocol>>(env, binding, "alpnProtocol");
  add<1, get<&CleartextStream::servername>>(env, binding, "servername");
  add<1, get<&CleartextStream::getSession>>(env, binding, "getSession");
  add<1, get<&CleartextStream::isSessionReused>>(env, binding, "isSessionReused");
  add<1, get<&CleartextStream::getCipher>>(env, binding, "getCipher");
  add<1, get<&CleartextStream::getProtocol>>(env, binding, "getProtocol");
  add<1, get<&CleartextStream::getNegotiatedGroup>>(env, binding, "getNegotiatedGroup");
  add<1, get<&CleartextStream::getEphemeralKeyInfo>>(env, binding, "getEphemeralKeyInfo");
  add<1, get<&CleartextStream::getSharedSigalgs>>(env, binding, "getSharedSigalgs");
  add<1, get<&CleartextStream::getFinished>>(env, binding, "getFinished");
  add<1, get<&CleartextStream::getPeerFinished>>(env, binding, "getPeerFinished");
  add<2, getPeerCertificate>(env, binding, "getPeerCertificate");
  add<1, getCertificate>(env, binding, "getCertificate");
  add<4, exportKeyingMaterial>(env, binding, "exportKeyingMaterial");
  add<2, renegotiate>(env, binding, "renegotiate");
  add<1, get<&CleartextStream::getTLSTicket>>(env, binding, "getTLSTicket");
  add<1, get<&CleartextStream::getOCSPResponse>>(env, binding, "getOCSPResponse");
  add<2, setMaxSendFragment>(env, binding, "setMaxSendFragment");
  add<1, disableRenegotiation>(env, binding, "disableRenegotiation");
  add<1, enableTrace>(env, binding, "enableTrace");
  add<1, tellKeys>(env, binding, "tellKeys");
}

}  // namespace securepair::node
