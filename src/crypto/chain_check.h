#pragma once
#include <securepair/tls/certificate.h>
#include <securepair/tls/identity_check.h>

#include <ctime>
#include <optional>
#include <vector>

#include "crypto/context.h"
#include "crypto/openssl_ptr.h"
#include "crypto/verify.h"

namespace securepair::crypto {

/// A chain to be judged, and for when.
struct ChainCheck {
  std::vector<X509Ptr> chain = {};       ///< the peer's own certificate first; not empty
  std::optional<std::time_t> time = {};  ///< empty: now
  std::optional<int> maxDepth = {};      ///< empty: OpenSSL's own
  tls::IdentityCheck identity = {};      ///< judges the name, where Expectation says that one does
};

/// Judges a chain as a handshake in this context would: by verifyCallback(), to which it hands what
/// OpenSSL would hand to it. Leaves the verdict in `verification`, and answers the certificate with
/// the chain that was found. Lets out what the user's judgement throws.
tls::PeerCertificate judgeChain(const Context& context, const ChainCheck& check,
                                Verification& verification);

}  // namespace securepair::crypto
