#include "options.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "values.h"

namespace securepair::node {
namespace {

/// Reads fields of one object into those of the same name.
class Reader {
 public:
  Reader(napi_env env, napi_value options) noexcept : env_(env), options_(options) {}

  template <class T>
  void read(const char* name, T& into) const {
    napi_value value = nullptr;
    check(env_, napi_get_named_property(env_, options_, name, &value));
    if (isGiven(env_, value)) take(value, into);
  }

 private:
  void take(napi_value value, bool& into) const { into = booleanOf(env_, value); }
  void take(napi_value value, int& into) const { into = static_cast<int>(numberOf(env_, value)); }
  void take(napi_value value, std::string& into) const { into = textOf(env_, value); }
  void take(napi_value value, Buffer& into) const { into = Buffer(bytesOf(env_, value)); }
  void take(napi_value value, std::chrono::milliseconds& into) const {
    into = std::chrono::milliseconds(static_cast<std::int64_t>(numberOf(env_, value)));
  }
  void take(napi_value value, std::chrono::seconds& into) const {
    into = std::chrono::seconds(static_cast<std::int64_t>(numberOf(env_, value)));
  }
  template <class T>
  void take(napi_value value, std::optional<T>& into) const {
    T given{};
    take(value, given);
    into = given;
  }
  void take(napi_value value, tls::ClientCertificate& into) const {
    into = static_cast<tls::ClientCertificate>(static_cast<int>(numberOf(env_, value)));
  }
  void take(napi_value value, crypto::CaList& into) const { into = crypto::CaList(buffers(value)); }
  // Names, or the wire format.
  void take(napi_value value, tls::ProtocolList& into) const {
    bool isList = false;
    check(env_, napi_is_array(env_, value, &isList));
    if (!isList) {
      into = tls::ProtocolList(Buffer(bytesOf(env_, value)));
      return;
    }
    std::vector<std::string> names;
    for (const Buffer& name : buffers(value)) names.push_back(name.toString());
    into = tls::ProtocolList(names);
  }
  void take(napi_value value, crypto::SecureContext& into) const {
    into = *heldBy<crypto::SecureContext>(env_, value);
  }

  std::vector<Buffer> buffers(napi_value list) const {
    std::uint32_t count = 0;
    check(env_, napi_get_array_length(env_, list, &count));
    std::vector<Buffer> all;
    for (std::uint32_t i = 0; i < count; ++i) {
      napi_value element = nullptr;
      check(env_, napi_get_element(env_, list, i, &element));
      all.emplace_back(bytesOf(env_, element));
    }
    return all;
  }

  napi_env env_;
  napi_value options_;
};

template <class Options>
void readCredentials(const Reader& from, Options& into) {
  from.read("pfx", into.pfx);
  from.read("key", into.key);
  from.read("passphrase", into.passphrase);
  from.read("cert", into.cert);
  from.read("ca", into.ca);
  from.read("crl", into.crl);
  from.read("ciphers", into.ciphers);
  from.read("minVersion", into.minVersion);
  from.read("maxVersion", into.maxVersion);
  from.read("securityLevel", into.securityLevel);
  from.read("caAppend", into.caAppend);
  from.read("groups", into.groups);
  from.read("sigalgs", into.sigalgs);
  from.read("allowPartialTrustChain", into.allowPartialTrustChain);
  if constexpr (requires { into.dhparam; }) {
    from.read("dhparam", into.dhparam);
    from.read("honorCipherOrder", into.honorCipherOrder);
  }
}

template <class Options>
void readConnection(const Reader& from, Options& into) {
  from.read("NPNProtocols", into.NPNProtocols);
  from.read("ALPNProtocols", into.ALPNProtocols);
  from.read("handshakeTimeout", into.handshakeTimeout);
  from.read("closeTimeout", into.closeTimeout);
  from.read("keyUpdateLimit", into.keyUpdateLimit);
  from.read("allowTruncation", into.allowTruncation);
  from.read("enableTrace", into.enableTrace);
}

}  // namespace

crypto::CredentialsOptions credentialsOptions(napi_env env, napi_value options) {
  crypto::CredentialsOptions into;
  readCredentials(Reader(env, options), into);
  return into;
}

tls::ServerOptions serverOptions(napi_env env, napi_value options) {
  const Reader from(env, options);
  tls::ServerOptions into;
  readCredentials(from, into);
  readConnection(from, into);
  from.read("requestCert", into.requestCert);
  from.read("rejectUnauthorized", into.rejectUnauthorized);
  from.read("clientCertificate", into.clientCertificate);
  from.read("sessionIdContext", into.sessionIdContext);
  from.read("clientRenegLimit", into.clientRenegLimit);
  from.read("clientRenegWindow", into.clientRenegWindow);
  from.read("sessionTimeout", into.sessionTimeout);
  from.read("ticketSecret", into.ticketSecret);
  from.read("pskIdentityHint", into.pskIdentityHint);
  from.read("keylogFile", into.keylogFile);
  return into;
}

tls::ConnectOptions connectOptions(napi_env env, napi_value options) {
  const Reader from(env, options);
  tls::ConnectOptions into;
  readCredentials(from, into);
  readConnection(from, into);
  from.read("servername", into.servername);
  from.read("rejectUnauthorized", into.rejectUnauthorized);
  from.read("session", into.session);
  from.read("sessionCache", into.sessionCache);
  from.read("secureContext", into.secureContext);
  from.read("head", into.head);
  from.read("requestOCSP", into.requestOCSP);
  from.read("keylogFile", into.keylogFile);
  return into;
}

tls::SecurePairOptions pairOptions(napi_env env, napi_value options) {
  const Reader from(env, options);
  tls::SecurePairOptions into;
  readConnection(from, into);
  from.read("servername", into.servername);
  from.read("session", into.session);
  from.read("requestOCSP", into.requestOCSP);
  from.read("clientRenegLimit", into.clientRenegLimit);
  from.read("clientRenegWindow", into.clientRenegWindow);
  return into;
}

bool asksFor(napi_env env, napi_value asks, const char* what) {
  bool does = false;
  Reader(env, asks).read(what, does);
  return does;
}

}  // namespace securepair::node
