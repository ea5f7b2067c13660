#pragma once
#include <securepair/tls/certificate.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "cli/io.h"
#include "cli/json.h"

namespace securepair::cli {

/// The certificate and those above it, as far as they are known: the peer's own first.
std::vector<const tls::PeerCertificate*> chainOf(const tls::PeerCertificate& certificate);

/// Draws the chain, each certificate with its names, dates and fingerprint.
void printChain(Io& io, const tls::PeerCertificate& certificate);
std::vector<Json> chainJson(const tls::PeerCertificate& certificate);

/// The first certificate of the chain that is not valid for so long; null: all are.
const tls::PeerCertificate* expiresWithin(const tls::PeerCertificate& certificate,
                                          std::chrono::milliseconds time);

}  // namespace securepair::cli
