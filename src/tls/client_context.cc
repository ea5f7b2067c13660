#include "tls/client_context.h"

#include <securepair/error.h>

#include <string>

#include "crypto/context.h"
#include "tls/options.h"

namespace securepair::tls {
namespace {

// The first option that a context is made of; empty where none is given.
std::string firstGiven(const crypto::CredentialsOptions& options) {
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
  return options.securityLevel ? "securityLevel" : "";
}

}  // namespace

std::shared_ptr<const crypto::Context> contextOf(const ConnectOptions& options) {
  const crypto::CredentialsOptions credentials = credentialsOf(options);
  if (!options.secureContext) return crypto::buildContext(credentials, crypto::Use::client);
  if (const std::string given = firstGiven(credentials); !given.empty()) {
    throw Error(
        {.code = "ERR_OPTION_CONFLICT",
         .message = "`secureContext` and `" + given + "` are mutually exclusive",
         .fix = "give `" + given + "` to crypto::createCredentials(), which makes the context"});
  }
  return options.secureContext.get();
}

}  // namespace securepair::tls
