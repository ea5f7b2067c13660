#include "crypto/policy.h"

#include <securepair/error.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "crypto/openssl_error.h"

namespace securepair::crypto {
namespace {

using Ciphers =
    OpensslPtr<STACK_OF(SSL_CIPHER), [](STACK_OF(SSL_CIPHER) * list) { sk_SSL_CIPHER_free(list); }>;

int versionOf(const std::string& name, const std::string& option, const std::optional<int>& level) {
  if (name == "TLSv1.2") return TLS1_2_VERSION;
  if (name == "TLSv1.3") return TLS1_3_VERSION;
  const bool old = name == "TLSv1" || name == "TLSv1.1";
  if (old && level == 0) return name == "TLSv1" ? TLS1_VERSION : TLS1_1_VERSION;
  throw Error(
      {.code = "ERR_INVALID_VERSION",
       .message = "`" + option + "` is no version of TLS that can be used",
       .expected = "TLSv1.2 or TLSv1.3",
       .got = name,
       .fix = old ? "use TLSv1.2; or, where a peer can do no better, set `securityLevel` to "
                    "0 as well"
                  : "write it as TLSv1.2 or TLSv1.3"});
}

void setVersions(SSL_CTX* ctx, const CredentialsOptions& options) {
  const auto& level = options.securityLevel;
  const int most = options.maxVersion.empty() ? TLS1_3_VERSION
                                              : versionOf(options.maxVersion, "maxVersion", level);
  const int least = options.minVersion.empty() ? std::min(TLS1_2_VERSION, most)
                                               : versionOf(options.minVersion, "minVersion", level);
  if (least > most) {
    throw Error({.code = "ERR_INVALID_VERSION",
                 .message = "`minVersion` is above `maxVersion`",
                 .got = options.minVersion + " to " + options.maxVersion,
                 .fix = "exchange them, or leave one out"});
  }
  SSL_CTX_set_min_proto_version(ctx, least);
  SSL_CTX_set_max_proto_version(ctx, most);
}

void setSecurityLevel(SSL_CTX* ctx, const std::optional<int>& level) {
  if (!level) return;
  if (*level < 0 || *level > 5) {
    throw Error({.code = "ERR_INVALID_SECURITY_LEVEL",
                 .message = "`securityLevel` is out of range",
                 .expected = "0 to 5",
                 .got = std::to_string(*level),
                 .fix = "leave it out for OpenSSL's own"});
  }
  SSL_CTX_set_security_level(ctx, *level);
}

Error unusable(const std::string& list, const std::string& why) {
  return Error({.code = "ERR_INVALID_CIPHERS",
                .message = "`ciphers` cannot be used: " + why,
                .expected = "a list in OpenSSL's format, such as ECDHE+AESGCM:ECDHE+CHACHA20, and "
                            "for TLS 1.3 names such as TLS_AES_128_GCM_SHA256",
                .got = list,
                .fix = "leave `ciphers` out for OpenSSL's defaults, or see what a list stands for "
                       "with: openssl ciphers -s -v '" +
                       list + "'"});
}

struct Suites {
  std::string upTo12 = {};
  std::string of13 = {};
};

void append(std::string& list, std::string_view name) {
  if (!list.empty()) list += ':';
  list += name;
}

// OpenSSL keeps the suites of TLS 1.3 in a list of their own, which knows nothing but names.
Suites split(const std::string& list) {
  constexpr std::string_view separators = ":,; ";
  Suites suites;
  std::string_view rest = list;
  while (!rest.empty()) {
    const std::string_view name = rest.substr(0, rest.find_first_of(separators));
    rest.remove_prefix(std::min(name.size() + 1, rest.size()));
    if (name.empty()) continue;
    if (name.substr(1).starts_with("TLS_")) {
      throw unusable(list, "suites of TLS 1.3 can be named, not taken out: " + std::string(name));
    }
    append(name.starts_with("TLS_") ? suites.of13 : suites.upTo12, name);
  }
  if (suites.of13.empty() && suites.upTo12.empty()) throw unusable(list, "it names nothing");
  return suites;
}

void requireTls13(SSL_CTX* ctx, const std::string& list) {
  if (SSL_CTX_get_max_proto_version(ctx) < TLS1_3_VERSION) {
    throw unusable(list, "its suites are of TLS 1.3, which `maxVersion` excludes");
  }
  SSL_CTX_set_min_proto_version(ctx, TLS1_3_VERSION);
}

// Who has a key for suites with PSK is known to the connection.
void allowPsk(SSL* ssl) noexcept {
  SSL_set_psk_client_callback(
      ssl, [](SSL*, const char*, char*, unsigned int, unsigned char*, unsigned int) { return 0U; });
}

// Whether the security level and the versions leave a suite with an authentication that passes the
// test. Those of TLS 1.3 leave it open: NID_auth_any.
template <class Passes>
bool leavesSuite(SSL_CTX* ctx, Passes passes) {
  const SslPtr trial(SSL_new(ctx));
  if (trial == nullptr) return false;
  allowPsk(trial.get());
  const Ciphers ciphers(SSL_get1_supported_ciphers(trial.get()));
  for (int i = 0; i < sk_SSL_CIPHER_num(ciphers.get()); ++i) {
    if (passes(SSL_CIPHER_get_auth_nid(sk_SSL_CIPHER_value(ciphers.get(), i)))) return true;
  }
  return false;
}

void requireEffect(SSL_CTX* ctx, const std::string& list, const Suites& suites) {
  if (SSL_CTX_get_min_proto_version(ctx) >= TLS1_3_VERSION && suites.of13.empty()) {
    throw unusable(list, "its suites are of TLS 1.2 and below, which `minVersion` excludes");
  }
  const bool are12 = SSL_CTX_get_min_proto_version(ctx) < TLS1_3_VERSION;
  if (!leavesSuite(ctx, [are12](int kind) { return (kind != NID_auth_any) == are12; })) {
    throw unusable(list, "the security level and the versions leave none of its suites");
  }
}

// Without authentication or encryption there is nothing to verify and nothing to hide. Those with
// RSA and a key are neither for who has a key, nor for who has a certificate.
constexpr const char* never = ":!aNULL:!eNULL:!kRSAPSK";

void setCiphers(SSL_CTX* ctx, const std::string& list, const Suites& suites) {
  const CleanErrors clean;
  if (!suites.of13.empty() && SSL_CTX_set_ciphersuites(ctx, suites.of13.c_str()) != 1) {
    throw unusable(list, takeFailure().reason);
  }
  if (suites.upTo12.empty()) {
    requireTls13(ctx, list);
  } else if (SSL_CTX_set_cipher_list(ctx, (suites.upTo12 + never).c_str()) != 1) {
    throw unusable(list, takeFailure().reason);
  }
}

}  // namespace

void applyPolicy(SSL_CTX* ctx, const CredentialsOptions& options) {
  setSecurityLevel(ctx, options.securityLevel);
  setVersions(ctx, options);
  if (options.ciphers.empty()) return;
  const Suites suites = split(options.ciphers);
  setCiphers(ctx, options.ciphers, suites);
  // A list may hold an @SECLEVEL: the option wins.
  setSecurityLevel(ctx, options.securityLevel);
  requireEffect(ctx, options.ciphers, suites);
}

void requireSuiteFor(SSL_CTX* ctx, const EVP_PKEY* key, const CredentialsOptions& options) {
  if (options.ciphers.empty() || SSL_CTX_get_min_proto_version(ctx) >= TLS1_3_VERSION) return;
  const bool isRsa = EVP_PKEY_is_a(key, "RSA") == 1 || EVP_PKEY_is_a(key, "RSA-PSS") == 1;
  const int own = isRsa ? NID_auth_rsa : NID_auth_ecdsa;
  if (leavesSuite(ctx, [own](int kind) { return kind == own || kind == NID_auth_psk; })) return;
  throw unusable(options.ciphers,
                 std::string("none of its suites of TLS 1.2 and below is for the ") +
                     EVP_PKEY_get0_type_name(key) + " key of `cert`");
}

}  // namespace securepair::crypto
