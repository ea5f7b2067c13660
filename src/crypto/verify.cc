#include "crypto/verify.h"

#include <algorithm>
#include <new>
#include <string>
#include <utility>

#include "crypto/certificate.h"
#include "crypto/chain_error.h"
#include "crypto/context.h"
#include "crypto/identity.h"
#include "crypto/openssl_error.h"

namespace securepair::crypto {
namespace {

int verificationIndex() {
  static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

int flawIndex() {
  static const int index = X509_STORE_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

// What OpenSSL goes on to say of a mistake that it has told already: that a root which was
// rejected, or an issuer which is no authority, is not for the purpose.
bool followsFrom(int error, int before) {
  return error == X509_V_ERR_INVALID_PURPOSE &&
         (before == X509_V_ERR_CERT_REJECTED || before == X509_V_ERR_INVALID_CA);
}

// The peer has made this chain, and chooses what the verification of its signatures costs: it is
// not looked at any further. A certificate alone costs nothing.
bool leadsNowhere(int error, X509_STORE_CTX* ctx) {
  switch (error) {
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
      return true;
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_CERT_CHAIN_TOO_LONG:
      return sk_X509_num(X509_STORE_CTX_get0_chain(ctx)) > 1;
    default:
      return false;
  }
}

// Goes on whatever else is wrong; the last mistake is the verdict, as it was in v0.6.
int recordFlaw(int ok, X509_STORE_CTX* ctx) {
  auto* const flaw = static_cast<Flaw*>(X509_STORE_CTX_get_ex_data(ctx, flawIndex()));
  if (flaw == nullptr) return ok;
  const int error = X509_STORE_CTX_get_error(ctx);
  if (ok == 0 && !followsFrom(error, flaw->error)) {
    *flaw = {.error = error, .depth = X509_STORE_CTX_get_error_depth(ctx)};
  }
  return ok == 0 && leadsNowhere(error, ctx) ? 0 : 1;
}

Flaw verifyChain(X509_STORE_CTX* ctx) {
  Flaw flaw;
  if (X509_STORE_CTX_set_ex_data(ctx, flawIndex(), &flaw) != 1) throw std::bad_alloc();
  X509_STORE_CTX_set_verify_cb(ctx, recordFlaw);
  const int result = X509_verify_cert(ctx);
  X509_STORE_CTX_set_ex_data(ctx, flawIndex(), nullptr);
  // What the callback was not told of, such as a lack of memory.
  if (result != 1 && flaw.error == X509_V_OK) {
    const int error = X509_STORE_CTX_get_error(ctx);
    flaw.error = error == X509_V_OK ? X509_V_ERR_UNSPECIFIED : error;
  }
  return flaw;
}

// A chain that holds ends in the root that is trusted.
bool endsInAppendedRoot(X509_STORE_CTX* ctx, const Expectation& expect) {
  const STACK_OF(X509)* const chain = X509_STORE_CTX_get0_chain(ctx);
  const X509* const anchor = sk_X509_value(chain, sk_X509_num(chain) - 1);
  return std::any_of(expect.appendedRoots.begin(), expect.appendedRoots.end(),
                     [anchor](const X509Ptr& root) { return X509_cmp(root.get(), anchor) == 0; });
}

// A public authority vouches for a name, not for a peer.
bool needsName(X509_STORE_CTX* ctx, const Expectation& expect) {
  return !expect.isServer && expect.name.empty() && expect.trustsSystemRoots &&
         !endsInAppendedRoot(ctx, expect);
}

Error nameUnknown(X509* certificate) {
  return Error(
      {.code = "ERR_TLS_NAME_UNKNOWN",
       .message = "a public authority vouches for the server's certificate, but which name "
                  "it should be for is not known",
       .certificate = summary(certificate),
       .expected = "a name to look for in it",
       .got = "neither `servername` nor a host",
       .fix = "give `servername`; or give `ca`, the authority that vouches for this server "
              "and no other"});
}

std::optional<Error> verdictOn(X509_STORE_CTX* ctx, const Flaw& flaw,
                               const Verification& verification) {
  const Expectation& expect = verification.expect;
  if (flaw.error != X509_V_OK) return chainError(ctx, flaw, expect);
  X509* const certificate = X509_STORE_CTX_get0_cert(ctx);
  if (!expect.nameJudgedOutside && needsName(ctx, expect)) return nameUnknown(certificate);
  return checkName(certificate, verification);
}

int nameFlaw(const Expectation& expect) {
  return isAddress(expect.name) ? X509_V_ERR_IP_ADDRESS_MISMATCH : X509_V_ERR_HOSTNAME_MISMATCH;
}

std::time_t validUntil(X509_STORE_CTX* ctx, const Expectation& expect) {
  std::time_t first = expect.revocationKnownUntil;
  const STACK_OF(X509)* const chain = X509_STORE_CTX_get0_chain(ctx);
  for (int i = 0; i < sk_X509_num(chain); ++i) {
    first = std::min(first, timeOf(X509_get0_notAfter(sk_X509_value(chain, i))));
  }
  return first;
}

SSL* sslOf(X509_STORE_CTX* ctx) {
  return static_cast<SSL*>(X509_STORE_CTX_get_ex_data(ctx, SSL_get_ex_data_X509_STORE_CTX_idx()));
}

// Answers OpenSSL's number for what is wrong, which decides on the alert.
int judge(X509_STORE_CTX* ctx, Verification& verification) {
  verification.done = false;
  verification.failure.reset();
  const CleanErrors clean;
  const Expectation& expect = verification.expect;
  const Flaw flaw = verifyChain(ctx);
  const bool open = expect.nameJudgedOutside && verification.name != Verification::Name::judged;
  if (flaw.error == X509_V_OK && open) {
    static_cast<void>(SSL_set_retry_verify(sslOf(ctx)));
    verification.name = Verification::Name::asked;
    return X509_V_OK;
  }
  verification.failure = verdictOn(ctx, flaw, verification);
  verification.done = true;
  verification.validUntil = verification.failure ? 0 : validUntil(ctx, expect);
  if (!verification.failure) return X509_V_OK;
  return flaw.error == X509_V_OK ? nameFlaw(expect) : flaw.error;
}

Error peerChanged(X509* certificate) {
  return Error({.code = "ERR_TLS_PEER_CHANGED",
                .message = "the peer shows another certificate in the middle of the connection",
                .certificate = summary(certificate),
                .expected = "the certificate of the first handshake",
                .got = "this one",
                .fix = "make a new connection"});
}

// Whoever looked at the verdict before has to be able to rely on it.
int judgeAgain(X509_STORE_CTX* ctx, Verification& verification) {
  X509* const certificate = X509_STORE_CTX_get0_cert(ctx);
  const bool isSame = X509_cmp(verification.before, certificate) == 0;
  if (isSame && !verification.authorized()) return X509_V_OK;
  verification.expect.reject = true;
  if (isSame) return judge(ctx, verification);
  verification.done = false;
  verification.failure = peerChanged(certificate);
  return X509_V_ERR_CERT_REJECTED;
}

Verification* verificationOf(X509_STORE_CTX* ctx) {
  const SSL* const ssl = sslOf(ctx);
  if (ssl == nullptr) return nullptr;
  return static_cast<Verification*>(SSL_get_ex_data(ssl, verificationIndex()));
}

}  // namespace

void Expectation::trustAs(const Context& context) noexcept {
  trustsSystemRoots = context.trustsSystemRoots();
  appendedRoots = context.appendedRoots();
  revocationKnownUntil = context.revocationKnownUntil();
}

std::optional<Error> checkName(X509* certificate, const Verification& verification) {
  const Expectation& expect = verification.expect;
  if (expect.isServer) return std::nullopt;
  if (expect.nameJudgedOutside) return verification.nameFailure;
  if (expect.name.empty()) return std::nullopt;
  return checkServerIdentity(certificate, expect.name, expect.nameKind);
}

void judgeName(Verification& verification, const tls::IdentityCheck& check,
               const tls::PeerCertificate& certificate) {
  verification.name = Verification::Name::judged;
  verification.nameFailure =
      Error("ERR_TLS_IDENTITY_NOT_CHECKED", "`checkServerIdentity` threw an exception");
  auto failure = check(verification.expect.name, certificate);
  if (failure && failure->code().empty()) {
    failure = Error("ERR_TLS_CERT_ALTNAME_INVALID", failure->message());
  }
  verification.nameFailure = std::move(failure);
}

void setVerification(SSL* ssl, Verification* verification) {
  if (SSL_set_ex_data(ssl, verificationIndex(), verification) != 1) throw std::bad_alloc();
}

int verifyCallback(X509_STORE_CTX* storeCtx, void*) noexcept {
  Verification* const verification = verificationOf(storeCtx);
  if (verification == nullptr) {
    X509_STORE_CTX_set_error(storeCtx, X509_V_ERR_APPLICATION_VERIFICATION);
    return 0;
  }
  try {
    const int error = verification->before != nullptr ? judgeAgain(storeCtx, *verification)
                                                      : judge(storeCtx, *verification);
    X509_STORE_CTX_set_error(storeCtx, error);
    return error == X509_V_OK || !verification->expect.reject ? 1 : 0;
  } catch (...) {
    // No memory for a verdict: without one nobody is authorized.
    X509_STORE_CTX_set_error(storeCtx, X509_V_ERR_OUT_OF_MEM);
    return 0;
  }
}

std::string trustedBy(const Expectation& expect) {
  if (!expect.trustsSystemRoots) return "`ca`";
  return expect.appendedRoots.empty() ? "the system's roots" : "the system's roots or `caAppend`";
}

Error noCertificate(const Expectation& expect) {
  // The code is what v0.6.18 said of it.
  const std::string peer = expect.isServer ? "client" : "server";
  return Error({.code = "UNABLE_TO_GET_ISSUER_CERT",
                .message = "the " + peer + " sent no certificate",
                .expected = "a certificate that leads to " + trustedBy(expect),
                .got = "none",
                .fix = "give the " + peer + " `key` and `cert`, or `pfx`"});
}

}  // namespace securepair::crypto
