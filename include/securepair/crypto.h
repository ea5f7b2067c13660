#pragma once
#include <securepair/bytes.h>
#include <securepair/export.h>

#include <concepts>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace securepair::crypto {

class Context;

/// Key, certificate, trust and policy of one side of a connection, read and checked once. It never
/// changes, is cheap to copy, and may be shared between connections and threads.
class SECUREPAIR_API SecureContext {
 public:
  /// None.
  SecureContext() noexcept = default;
  explicit SecureContext(std::shared_ptr<const Context> context) noexcept
      : context_(std::move(context)) {}
  explicit operator bool() const noexcept { return context_ != nullptr; }

  /// For the library.
  const std::shared_ptr<const Context>& get() const noexcept { return context_; }

 private:
  std::shared_ptr<const Context> context_;
};

/// Trusted certificates, or revocation lists: one string or Buffer, or a list of them, each with
/// one or more PEM blocks. `{}` means not given; a list that turns out empty is refused where it
/// is used, for it would trust no one.
class CaList {
 public:
  CaList() noexcept = default;
  CaList(std::initializer_list<Buffer> list) : list_(list), given_(true) {}
  template <class T>
  requires(std::is_same_v<T, Buffer> || detail::TextOrBytes<T>) CaList(const T& one)
      : list_{Buffer(one)}, given_(true) {}
  template <class Range>
  requires(!std::is_base_of_v<CaList, Range> && !std::is_same_v<Range, Buffer> &&
           !detail::TextOrBytes<Range> &&
           requires(const Range& range) {
             { *std::begin(range) } -> std::convertible_to<Buffer>;
             std::end(range);
           }) CaList(const Range& range)
      : list_(std::begin(range), std::end(range)), given_(true) {}

  bool given() const noexcept { return given_; }
  const std::vector<Buffer>& list() const noexcept { return list_; }

 private:
  std::vector<Buffer> list_;
  bool given_ = false;
};

struct CredentialsOptions {
  /// Private key, certificate and CA certificates in PFX or PKCS12 format, in place of `key` and
  /// `cert`. The CAs in it are trusted where neither `ca` nor `caAppend` is given.
  Buffer pfx = {};
  /// Private key in PEM format.
  Buffer key = {};
  /// For the private key or the pfx.
  std::string passphrase = {};
  /// Certificate in PEM format, followed by the certificates between it and its root, if any.
  Buffer cert = {};
  /// Trusted certificates. Where neither these nor a pfx's are given, the system's well-known roots
  /// are used.
  CaList ca = {};
  /// Certificate revocation lists in PEM format. Given one, every certificate of a chain must be
  /// covered by one.
  CaList crl = {};
  /// Cipher list in OpenSSL's format; names that begin with TLS_ are TLS 1.3's.
  std::string ciphers = {};
  /// "TLSv1.2" or "TLSv1.3"; empty: TLSv1.2.
  std::string minVersion = {};
  /// "TLSv1.2" or "TLSv1.3"; empty: TLSv1.3.
  std::string maxVersion = {};
  /// OpenSSL's security level, 0 to 5; empty: OpenSSL's own (2 on Debian).
  std::optional<int> securityLevel = {};
  /// Trusted beside the system's well-known roots, in place of which `ca` is trusted: one excludes
  /// the other. A pfx's CAs then serve its own certificate only.
  CaList caAppend = {};
  /// Groups for the key exchange, by priority: "X25519:P-256". One with a "?" before it is left out
  /// where OpenSSL has none such: "?X25519MLKEM768:X25519". Empty: OpenSSL's own. In TLS 1.2
  /// the curve of the peer's key has to be among them. A context that is found by SNI has the
  /// server's where it has none itself.
  std::string groups = {};
  /// Signature algorithms, by priority, that this side signs with and accepts of a peer's
  /// handshake: "ECDSA+SHA256:rsa_pss_rsae_sha256". Empty: OpenSSL's own.
  std::string sigalgs = {};
  /// "auto" lets a server of TLS 1.2 use cipher suites with DHE, in well-known groups that fit its
  /// key (RFC 7919). Empty: it uses ECDHE alone, for DHE costs it far more than whoever asks for
  /// it. Groups of one's own are refused, for nobody can tell whether they are sound.
  std::string dhparam = {};
  /// Whether a server chooses the cipher suite by its own order rather than by the client's.
  bool honorCipherOrder = true;
  /// Whether a certificate of `ca` or `caAppend` is trusted where it is no root, too: the chain may
  /// end in an authority below one, or in the peer's own certificate.
  bool allowPartialTrustChain = false;
};

class SECUREPAIR_API Credentials {
 public:
  explicit Credentials(SecureContext c) noexcept : context(std::move(c)) {}
  SecureContext context;
};

/// Reads and checks what it is given. Throws Error where a key, certificate, CA, CRL, PFX, cipher
/// list or version is not usable; the message names the option, the reason and the fix.
SECUREPAIR_API Credentials createCredentials(CredentialsOptions options = {});

}  // namespace securepair::crypto
