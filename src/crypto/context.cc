#include "crypto/context.h"

#include <securepair/error.h>

#include <algorithm>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include <openssl/provider.h>

#include "crypto/aead_provider.h"
#include "crypto/handshake_hooks.h"
#include "crypto/key_exchange.h"
#include "crypto/openssl_error.h"
#include "crypto/own_certificate.h"
#include "crypto/pem.h"
#include "crypto/pkcs12.h"
#include "crypto/policy.h"
#include "crypto/private_key.h"
#include "crypto/sha256.h"
#include "crypto/time.h"
#include "crypto/trust_store.h"
#include "crypto/verify.h"
#include "kdf/provider.h"
#include "kdf/provider_parts.h"

namespace securepair::crypto {
namespace {

Error contradiction(const std::string& message, const std::string& fix) {
  return Error({.code = "ERR_OPTION_CONFLICT", .message = message, .fix = fix});
}

Error missing(const std::string& message, const std::string& fix) {
  return Error({.code = "ERR_MISSING_OPTION", .message = message, .fix = fix});
}

void refuseContradictions(const CredentialsOptions& options, Use use) {
  const bool hasPfx = options.pfx.given();
  const bool hasKey = options.key.given();
  const bool hasCert = options.cert.given();
  if (hasPfx && (hasKey || hasCert)) {
    throw contradiction(
        std::string("`pfx` and `") + (hasKey ? "key" : "cert") + "` are mutually exclusive",
        "give `pfx` alone, or `key` and `cert`");
  }
  const bool hasCa = options.ca.given();
  const bool hasCaAppend = options.caAppend.given();
  if (hasCa && hasCaAppend) {
    throw contradiction("`ca` and `caAppend` are mutually exclusive",
                        "give `ca` to trust these authorities alone, or `caAppend` to trust the "
                        "system's roots and these");
  }
  if (hasPfx && use == Use::server && (hasCa || hasCaAppend)) {
    throw contradiction(
        std::string("`pfx` and `") + (hasCa ? "ca" : "caAppend") +
            "` are mutually exclusive on a server",
        "put the authorities into the pfx (openssl pkcs12 -export -in cert.pem "
        "-inkey key.pem -certfile ca.pem -out server.pfx), or give `key` and `cert` "
        "with `ca`");
  }
  if (hasKey && !hasCert) {
    throw missing("`key` is given without `cert`", "give its certificate as `cert`");
  }
  if (hasCert && !hasKey) {
    throw missing("`cert` is given without `key`", "give its private key as `key`");
  }
  if (!options.passphrase.empty() && !hasPfx && !hasKey) {
    throw missing("`passphrase` is given without `key` or `pfx`",
                  "give the key or the pfx that it decrypts, or leave it out");
  }
}

OwnCertificate readOwn(const CredentialsOptions& options) {
  if (options.pfx.given()) {
    PfxContent content = readPfx(options.pfx, options.passphrase);
    return {.key = std::move(content.key),
            .leaf = std::move(content.cert),
            .others = std::move(content.cas),
            .option = "pfx"};
  }
  if (!options.key.given()) return {};
  OwnCertificate own{.key = readKey(options.key, options.passphrase), .option = "cert"};
  own.chain = readChain(options.cert);
  own.leaf = std::move(own.chain.front());
  own.chain.erase(own.chain.begin());
  return own;
}

Trust readTrust(const CredentialsOptions& options, const OwnCertificate& own) {
  if (options.ca.given()) return {.given = readCas(options.ca)};
  if (options.caAppend.given()) return {.appended = readCas(options.caAppend, "caAppend")};
  return {.given = share(own.others)};
}

// Servers tell clients whose certificates they take; once each.
void nameAuthorities(SSL_CTX* ctx, const std::vector<X509Ptr>& cas) {
  std::vector<const X509_NAME*> named;
  for (const X509Ptr& ca : cas) {
    const X509_NAME* const name = X509_get_subject_name(ca.get());
    const bool known = std::any_of(named.begin(), named.end(), [name](const X509_NAME* other) {
      return X509_NAME_cmp(name, other) == 0;
    });
    if (known) continue;
    named.push_back(name);
    if (SSL_CTX_add_client_CA(ctx, ca.get()) != 1) throw std::bad_alloc();
  }
}

// The fast AEAD and our key derivations are for our contexts alone; the others of the process keep
// OpenSSL's.
const char* propertyQuery() {
  const bool isFast = OSSL_PROVIDER_available(nullptr, aeadProvider) == 1;
  return kdf::provide() || isFast ? kdf::preferOwn : nullptr;
}

SslCtxPtr newContext() {
  SslCtxPtr ctx(SSL_CTX_new_ex(nullptr, propertyQuery(), TLS_method()));
  if (ctx == nullptr) {
    const OpensslFailure failure = takeFailure();
    throw Error({.code = errorCode(failure.code),
                 .message = "OpenSSL makes no context (" + failure.reason + ")",
                 .fix =
                     "check OpenSSL's configuration file, which openssl version -d has the folder "
                     "of"});
  }
  // A server's engine lets clients ask for a limited number of renegotiations.
  // With another session a renegotiation could put another peer into the connection.
  SSL_CTX_set_options(ctx.get(), SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                                     SSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION);
  // OpenSSL's configuration may have allowed handshakes that are bound to nothing (RFC 5746).
  SSL_CTX_clear_options(ctx.get(),
                        SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION);
  SSL_CTX_set_mode(ctx.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_NO_AUTO_CHAIN);
  SSL_CTX_set_cert_verify_callback(ctx.get(), verifyCallback, nullptr);
  installHooks(ctx.get());
  // A session belongs to the policy that authorized it, which the connection knows: OpenSSL keeps
  // none by itself.
  SSL_CTX_set_session_cache_mode(
      ctx.get(), SSL_SESS_CACHE_BOTH | SSL_SESS_CACHE_NO_INTERNAL | SSL_SESS_CACHE_NO_AUTO_CLEAR);
  SSL_CTX_set_options(ctx.get(), SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(ctx.get(), 0);
  return ctx;
}

std::string policyDigest(SSL_CTX* ctx, const CredentialsOptions& options, const OwnCertificate& own,
                         const Trust& trust, const std::vector<X509CrlPtr>& crls) {
  Sha256 hash;
  hash.add(options.ciphers)
      .add(std::to_string(SSL_CTX_get_min_proto_version(ctx)))
      .add(std::to_string(SSL_CTX_get_max_proto_version(ctx)))
      .add(std::to_string(SSL_CTX_get_security_level(ctx)));
  hash.add(options.groups)
      .add(options.sigalgs)
      .add(options.allowPartialTrustChain ? "part" : "all");
  hash.add(own.leaf == nullptr ? "no certificate" : "a certificate");
  if (own.leaf != nullptr) hash.add(own.leaf.get());
  hash.add(trust.given.empty() ? "the system's roots" : "its own roots");
  for (const X509Ptr& ca : trust.given) hash.add(ca.get());
  for (const X509Ptr& ca : trust.appended) hash.add(ca.get());
  hash.add("revoked");
  for (const X509CrlPtr& crl : crls) hash.add(crl.get());
  return hash.digest();
}

std::time_t firstUpdateOf(const std::vector<X509CrlPtr>& crls) {
  std::time_t first = never;
  for (const X509CrlPtr& crl : crls) {
    const ASN1_TIME* const next = X509_CRL_get0_nextUpdate(crl.get());
    if (next != nullptr) first = std::min(first, timeOf(next));
  }
  return first;
}

}  // namespace

std::shared_ptr<const Context> buildContext(const CredentialsOptions& options, Use use) {
  const CleanErrors clean;
  refuseContradictions(options, use);
  SslCtxPtr ctx = newContext();
  applyPolicy(ctx.get(), options);
  std::string groups = applyKeyExchange(ctx.get(), options);
  OwnCertificate own = readOwn(options);
  Trust trust = readTrust(options, own);
  if (own.others.empty()) own.others = share(trust.appended);
  const auto crls = options.crl.given() ? readCrls(options.crl) : std::vector<X509CrlPtr>();
  SSL_CTX_set_cert_store(ctx.get(), makeStore(trust, crls).release());
  const bool hasKey = own.key != nullptr;
  if (hasKey) useOwnCertificate(ctx.get(), own, !trust.given.empty());
  if (hasKey && use == Use::server) requireSuiteFor(ctx.get(), own.key.get(), options);
  nameAuthorities(ctx.get(), trust.given);
  if (options.allowPartialTrustChain) {
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(ctx.get()), X509_V_FLAG_PARTIAL_CHAIN);
  }
  std::string digest = policyDigest(ctx.get(), options, own, trust, crls);
  return std::make_shared<const Context>(std::move(ctx), std::move(digest), hasKey,
                                         trust.given.empty(), firstUpdateOf(crls),
                                         std::move(groups), std::move(trust.appended));
}

Credentials createCredentials(CredentialsOptions options) {
  return Credentials(SecureContext(buildContext(options, Use::any)));
}

}  // namespace securepair::crypto
