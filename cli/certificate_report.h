#pragma once
#include <securepair/tls/certificate.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "cli/io.h"
#include "cli/json.h"

namespace securepair::cli {

using Certificates = std::vector<const tls::PeerCertificate*>;

/// The certificate and those above it, as far as they are known: the peer's own first.
Certificates chainOf(const tls::PeerCertificate& certificate);

/// Draws the chain, each certificate with its names, dates and fingerprint.
void printChain(Io& io, const tls::PeerCertificate& certificate);
/// The same of certificates of which none stands below another.
void printCertificates(Io& io, const std::string& label, const Certificates& certificates);
std::vector<Json> certificatesJson(const Certificates& certificates);

/// The first certificate that is not valid for so long; null: all are.
const tls::PeerCertificate* expiresWithin(const Certificates& certificates,
                                          std::chrono::milliseconds time);

}  // namespace securepair::cli
