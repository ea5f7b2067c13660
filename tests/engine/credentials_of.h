#pragma once
#include <string>

#include "crypto/context.h"
#include "support/certificates.h"
#include "support/tls_world.h"

namespace securepair::test {

/// Of somebody who trusts the world's authority, in one version where one is named.
inline crypto::Credentials credentialsOf(const Identity& own, const std::string& version = {},
                                         const std::string& ciphers = {}) {
  return crypto::createCredentials({.key = own.key,
                                    .cert = own.cert,
                                    .ca = World::get().authority.own.cert,
                                    .ciphers = ciphers,
                                    .minVersion = version,
                                    .maxVersion = version});
}

}  // namespace securepair::test
