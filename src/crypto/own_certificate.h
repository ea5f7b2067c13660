#pragma once
#include <string>
#include <vector>

#include "crypto/openssl_ptr.h"

namespace securepair::crypto {

/// What this side shows of itself.
struct OwnCertificate {
  EvpPkeyPtr key = {};
  X509Ptr leaf = {};
  std::vector<X509Ptr> chain = {};   ///< sent after the leaf, as it is
  std::vector<X509Ptr> others = {};  ///< among which the chain is to be found
  std::string option = {};           ///< where the leaf came from: "cert" or "pfx"
};

/// Throws Error where the key does not belong to the leaf.
void requireOwnKey(const OwnCertificate& own);

/// Throws Error likewise, or where a certificate is too weak for
/// the context's security level. What is neither in `chain` nor in `others` is looked for among the
/// trusted certificates of the context, if it has its own: once here, in place of a search in each
/// handshake.
void useOwnCertificate(SSL_CTX* ctx, const OwnCertificate& own, bool mayTakeTrusted);

}  // namespace securepair::crypto
