#pragma once
#include <securepair/bytes.h>
#include <securepair/tls/certificate.h>

#include <string>

namespace securepair::cli {

/// The SHA-256 of a certificate, in 64 small hexadecimal digits.
struct Fingerprint {
  std::string hex = {};
};

/// Of "AB:CD:...", "abcd..." and either after "sha256:", as other programs print it.
void readValue(const std::string& text, Fingerprint& fingerprint);

Fingerprint fingerprintOf(const tls::PeerCertificate& certificate);
/// Of the first certificate in the PEM text.
Fingerprint fingerprintOf(const Buffer& pem);

}  // namespace securepair::cli
