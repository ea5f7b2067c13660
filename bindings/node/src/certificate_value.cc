#include "certificate_value.h"

#include <string>

#include "values.h"

namespace securepair::node {
namespace {

napi_value nameValue(napi_env env, const tls::DistinguishedName& name) {
  const napi_value result = object(env);
  // Not by set(): a peer's certificate chooses the names, which must not reach a setter.
  for (const auto& [field, text] : name) {
    const napi_value key = string(env, field);
    const napi_property_descriptor property{.utf8name = nullptr,
                                            .name = key,
                                            .method = nullptr,
                                            .getter = nullptr,
                                            .setter = nullptr,
                                            .value = string(env, text),
                                            .attributes = napi_default_jsproperty,
                                            .data = nullptr};
    check(env, napi_define_properties(env, result, 1, &property));
  }
  return result;
}

}  // namespace

napi_value certificateValue(napi_env env, const tls::PeerCertificate& certificate) {
  const napi_value result = object(env);
  if (certificate.empty()) return result;
  const auto text = [&](const char* name, const std::string& value) {
    if (!value.empty()) set(env, result, name, string(env, value));
  };
  set(env, result, "subject", nameValue(env, certificate.subject));
  set(env, result, "issuer", nameValue(env, certificate.issuer));
  text("subjectaltname", certificate.subjectaltname);
  text("modulus", certificate.modulus);
  text("exponent", certificate.exponent);
  text("valid_from", certificate.valid_from);
  text("valid_to", certificate.valid_to);
  text("fingerprint", certificate.fingerprint);
  text("fingerprint256", certificate.fingerprint256);
  if (!certificate.ext_key_usage.empty()) {
    set(env, result, "ext_key_usage", array(env, certificate.ext_key_usage));
  }
  text("serialNumber", certificate.serialNumber);
  set(env, result, "raw", buffer(env, Data(certificate.raw).bytes()));
  if (certificate.issuerCertificate != nullptr) {
    set(env, result, "issuerCertificate", certificateValue(env, *certificate.issuerCertificate));
  }
  return result;
}

}  // namespace securepair::node
