#include "cli/fingerprint.h"

#include <securepair/tls/verify_peer.h>

#include <string_view>

#include "cli/exit.h"

namespace securepair::cli {
namespace {

constexpr std::string_view capitals = "ABCDEF";

std::string digitsOf(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c == ':') continue;
    digits += capitals.find(c) == std::string_view::npos ? c : static_cast<char>(c - 'A' + 'a');
  }
  return digits;
}

}  // namespace

void readValue(const std::string& text, Fingerprint& fingerprint) {
  const bool hasLabel = text.starts_with("sha256:") || text.starts_with("SHA256:");
  const std::string digits = digitsOf(std::string_view(text).substr(hasLabel ? 7 : 0));
  if (digits.size() != 64 || digits.find_first_not_of("0123456789abcdef") != std::string::npos) {
    throw usageFailure("must be the SHA-256 of a certificate, 64 hexadecimal digits, not '" + text +
                       "'");
  }
  fingerprint.hex = digits;
}

Fingerprint fingerprintOf(const tls::PeerCertificate& certificate) {
  return {digitsOf(certificate.fingerprint256)};
}

Fingerprint fingerprintOf(const Buffer& pem) {
  return fingerprintOf(tls::verifyPeer(pem).certificate);
}

}  // namespace securepair::cli
