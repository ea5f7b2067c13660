#pragma once
#include <securepair/bytes.h>
#include <securepair/crypto.h>
#include <securepair/crypto/chores.h>
#include <securepair/export.h>

namespace securepair::crypto {

struct CrlOptions {
  CertificateAuthority authority = {};
  /// Certificates of this authority's that nobody is to trust any more.
  CaList revoked = {};
  /// The list before, PEM, one of this authority's: what it has revoked stays so.
  Buffer crl = {};
  /// How long the list is good for: who verifies wants a newer one then.
  int days = 30;
};

/// What an authority says of certificates that it takes back: the option `crl` of those who trust
/// it. Without `revoked` the list is renewed, or begins empty. Throws Error.
SECUREPAIR_API Buffer createCrl(CrlOptions options);

}  // namespace securepair::crypto
