#include "cli/throw_away_pair.h"

#include <securepair/crypto/chores.h>
#include <securepair/crypto/openssl_info.h>

#include "cli/fingerprint.h"

namespace securepair::cli {

std::string makeThrowAwayPair(tls::ServerOptions& server) {
  const crypto::NameList names{"localhost", "127.0.0.1", "::1"};
  // The level that is asked for, or that OpenSSL is configured for, is content with it.
  const int level = server.securityLevel.value_or(crypto::opensslInfo().securityLevel);
  server.key = crypto::generateKey({.bits = level > 4 ? 521 : level == 4 ? 384 : 256});
  server.cert = crypto::selfSign({.csr = crypto::createCsr({.key = server.key, .altNames = names}),
                                  .key = server.key,
                                  .altNames = names,
                                  .days = 30});
  return fingerprintOf(server.cert).hex;
}

}  // namespace securepair::cli
