#pragma once
#include <securepair/tls.h>

#include <string>

namespace securepair::cli {

/// Gives the server a key and a certificate for localhost that nobody trusts who was not told its
/// fingerprint, which is the answer.
std::string makeThrowAwayPair(tls::ServerOptions& server);

}  // namespace securepair::cli
