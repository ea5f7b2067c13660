#include "cli/throw_away_pair.h"

#include <securepair/crypto/chores.h>

#include "cli/fingerprint.h"

namespace securepair::cli {

std::string makeThrowAwayPair(tls::ServerOptions& server) {
  const crypto::NameList names{"localhost", "127.0.0.1", "::1"};
  // Whatever level is asked for is content with it.
  const int level = server.securityLevel.value_or(2);
  server.key = crypto::generateKey({.bits = level > 4 ? 521 : level == 4 ? 384 : 256});
  server.cert = crypto::selfSign({.csr = crypto::createCsr({.key = server.key, .altNames = names}),
                                  .key = server.key,
                                  .altNames = names,
                                  .days = 30});
  return fingerprintOf(server.cert).hex;
}

}  // namespace securepair::cli
