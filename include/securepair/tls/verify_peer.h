#pragma once
#include <securepair/crypto.h>
#include <securepair/error.h>
#include <securepair/export.h>
#include <securepair/tls/certificate.h>
#include <securepair/tls/identity_check.h>
#include <securepair/tls/name_kind.h>

#include <chrono>
#include <optional>
#include <string>

namespace securepair::tls {

/// What the peer has to be.
enum class Purpose : unsigned char {
  server,  ///< as a client judges it: chain and name
  client,  ///< as a server judges it: the chain alone
};

/// What a peer would send: its own certificate first, then those that lead to its root. One text or
/// Buffer, or a list of them, each with one or more PEM blocks or with one certificate in DER.
using CertificateChain = crypto::CaList;

/// What verifyPeer() takes. The fields are explained where ConnectOptions has them too.
struct VerifyOptions {
  crypto::CaList ca = {};
  crypto::CaList caAppend = {};
  crypto::CaList crl = {};
  /// The name or address for which a server's certificate must be. Without one a chain to the
  /// system's roots is not enough, as for a connection. Of a client it is refused.
  std::string servername = {};
  NameKind nameKind = NameKind::any;
  Purpose purpose = Purpose::server;
  /// When the certificates and the revocation lists must be valid; empty: now.
  std::optional<std::chrono::system_clock::time_point> time = {};
  /// How many certificates there may be between the peer's own and the trusted one; empty: 100.
  std::optional<int> maxDepth = {};
  std::optional<int> securityLevel = {};
  IdentityCheck checkServerIdentity = {};
  /// A context of crypto::createCredentials(), by which any number of chains is judged with its CAs
  /// and lists read once. It stands for `ca`, `caAppend`, `crl` and `securityLevel`: together with
  /// one of them it is refused.
  crypto::SecureContext secureContext = {};
};

struct Verdict {
  bool authorized = false;
  std::optional<Error> failure = {};  ///< why not
  /// The peer's own, and the chain by which it was judged, as getPeerCertificate(true) has it.
  /// Empty where it cannot be read.
  PeerCertificate certificate = {};
};

/// What a connection says of a peer that sends this chain: the same code judges it, without a
/// connection. That the peer has the certificate's key is for a handshake to see.
///
/// Throws Error where an option is not usable, and what `checkServerIdentity` throws. What is wrong
/// with the chain is never thrown: it is in the verdict, also where it cannot be read or is larger
/// than a handshake takes. May be called from any thread.
SECUREPAIR_API Verdict verifyPeer(const CertificateChain& chain, const VerifyOptions& options = {});

}  // namespace securepair::tls
