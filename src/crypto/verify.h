#pragma once
#include <securepair/error.h>
#include <securepair/tls/certificate.h>
#include <securepair/tls/identity_check.h>
#include <securepair/tls/name_kind.h>

#include <ctime>
#include <optional>
#include <span>
#include <string>

#include "crypto/openssl_ptr.h"
#include "crypto/time.h"
#include "crypto/verify_code.h"

namespace securepair::crypto {

class Context;

/// What one connection wants of its peer's certificate.
struct Expectation {
  /// Whom the context trusts is trusted here too; it must outlive this.
  void trustAs(const Context& context) noexcept;

  bool isServer = false;  ///< this side is the server and looks at a client
  std::string name = {};  ///< a client's: DNS name or address the certificate must be for; or none
  tls::NameKind nameKind = tls::NameKind::any;
  bool reject = false;  ///< a failure ends the handshake
  bool trustsSystemRoots = false;
  std::span<const X509Ptr> appendedRoots = {};
  std::time_t revocationKnownUntil = never;
  bool nameJudgedOutside = false;  ///< the user judges the name: see Verification::name
};

/// The verdict on the peer's certificate, made anew each time the peer shows one.
struct Verification {
  Expectation expect = {};
  bool done = false;
  std::optional<Error> failure = {};
  /// Of an authorized peer: the first certificate of its chain expires, or a revocation list does.
  std::time_t validUntil = 0;

  /// With Expectation::nameJudgedOutside, and a chain without a flaw, the handshake stops with
  /// SSL_ERROR_WANT_RETRY_VERIFY in `asked`. It goes on when it finds `judged`.
  enum class Name : unsigned char { open, asked, judged };
  Name name = Name::open;
  std::optional<Error> nameFailure = {};

  /// In a renegotiation: the certificate that the peer has shown before it. It has to be the same
  /// again; who was authorized is verified anew, and nobody becomes authorized.
  const X509* before = nullptr;

  bool authorized() const noexcept { return done && !failure; }
  bool failed() const noexcept { return done && failure; }
};

/// Where verifyCallback() finds what is expected and leaves its verdict; it must outlive the SSL's
/// handshakes.
void setVerification(SSL* ssl, Verification* verification);

/// For SSL_CTX_set_cert_verify_callback(): verifies the chain, then the name. Answers 0, which
/// ends the handshake where the verify mode is SSL_VERIFY_PEER, only if `reject` is set and the
/// peer failed; and where the SSL has no Verification.
int verifyCallback(X509_STORE_CTX* storeCtx, void*) noexcept;

/// Answers a verification that stands still for the user's judgement of the name (Name::asked).
/// What `check` throws comes out; the peer then is not authorized.
void judgeName(Verification& verification, const tls::IdentityCheck& check,
               const tls::PeerCertificate& certificate);

/// Whether the certificate is for the name that is expected; empty where it is, or none is.
std::optional<Error> checkName(X509* certificate, const Verification& verification);

/// "`ca`", or whom else the context trusts.
std::string trustedBy(const Expectation& expect);

/// The verdict where the peer has sent no certificate.
Error noCertificate(const Expectation& expect);

}  // namespace securepair::crypto
