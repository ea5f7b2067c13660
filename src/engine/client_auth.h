#pragma once
#include "crypto/openssl_ptr.h"

namespace securepair::engine {

/// What a client knows of how its server takes its certificate. In TLS 1.3 a client is done with
/// the handshake before its server has seen the certificate, and learns of a refusal later.
struct ClientAuth {
  bool asked = false;    ///< the server has asked for a certificate
  bool accepted = true;  ///< nothing is open: the server has gone on, or never asked

  /// Before the handshake. This must outlive it.
  void watch(SSL* ssl);
  /// This side is done with the handshake.
  void secured(const SSL* ssl) noexcept;
  /// Something has come after the handshake.
  void heard(const SSL* ssl, bool isData) noexcept;
  /// A certificate was shown: the server asked, and this side had one that it could take.
  bool shown(const SSL* ssl) const noexcept;
};

}  // namespace securepair::engine
