#include "crypto/shared_context.h"

#include <securepair/error.h>

#include <string>

namespace securepair::crypto {
namespace {

// The first option that a context is made of; empty where none is given.
std::string firstGiven(const CredentialsOptions& options) {
  if (options.pfx.given()) return "pfx";
  if (options.key.given()) return "key";
  if (!options.passphrase.empty()) return "passphrase";
  if (options.cert.given()) return "cert";
  if (options.ca.given()) return "ca";
  if (options.caAppend.given()) return "caAppend";
  if (options.crl.given()) return "crl";
  if (!options.ciphers.empty()) return "ciphers";
  if (!options.minVersion.empty()) return "minVersion";
  if (!options.maxVersion.empty()) return "maxVersion";
  if (options.securityLevel) return "securityLevel";
  if (!options.groups.empty()) return "groups";
  if (!options.sigalgs.empty()) return "sigalgs";
  return options.allowPartialTrustChain ? "allowPartialTrustChain" : "";
}

}  // namespace

std::shared_ptr<const Context> contextOf(const SecureContext& secureContext,
                                         const CredentialsOptions& options, Use use) {
  if (!secureContext) return buildContext(options, use);
  if (const std::string given = firstGiven(options); !given.empty()) {
    throw Error(
        {.code = "ERR_OPTION_CONFLICT",
         .message = "`secureContext` and `" + given + "` are mutually exclusive",
         .fix = "give `" + given + "` to crypto::createCredentials(), which makes the context"});
  }
  return secureContext.get();
}

}  // namespace securepair::crypto
