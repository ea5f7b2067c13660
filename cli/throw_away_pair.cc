#include "cli/throw_away_pair.h"

#include <securepair/crypto/chores.h>

#include "cli/fingerprint.h"

namespace securepair::cli {

std::string makeThrowAwayPair(tls::ServerOptions& server) {
  const crypto::NameList names{"localhost", "127.0.0.1", "::1"};
  server.key = crypto::generateKey();
  server.cert = crypto::selfSign({.csr = crypto::createCsr({.key = server.key, .altNames = names}),
                                  .key = server.key,
                                  .altNames = names,
                                  .days = 30});
  return fingerprintOf(server.cert).hex;
}

}  // namespace securepair::cli
