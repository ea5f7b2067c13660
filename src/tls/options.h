#pragma once
#include <securepair/crypto.h>

namespace securepair::tls {

/// The part of a server's or a client's options that makes a context.
template <class Options>
crypto::CredentialsOptions credentialsOf(const Options& options) {
  crypto::CredentialsOptions credentials{.pfx = options.pfx,
                                         .key = options.key,
                                         .passphrase = options.passphrase,
                                         .cert = options.cert,
                                         .ca = options.ca,
                                         .crl = options.crl,
                                         .ciphers = options.ciphers,
                                         .minVersion = options.minVersion,
                                         .maxVersion = options.maxVersion,
                                         .securityLevel = options.securityLevel,
                                         .caAppend = options.caAppend,
                                         .groups = options.groups,
                                         .sigalgs = options.sigalgs,
                                         .allowPartialTrustChain = options.allowPartialTrustChain};
  if constexpr (requires { options.dhparam; }) {
    credentials.dhparam = options.dhparam;
    credentials.honorCipherOrder = options.honorCipherOrder;
  }
  return credentials;
}

}  // namespace securepair::tls
