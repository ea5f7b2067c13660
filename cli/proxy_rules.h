#pragma once
#include <securepair/tls/certificate.h>

#include <string>
#include <string_view>
#include <vector>

namespace securepair::cli {

/// A name among those that a client's certificate is for: "DNS:worker.example.org",
/// "IP:192.0.2.1", "URI:spiffe://example.org/worker", "email:worker@example.org"; without its kind
/// a DNS name or an address.
struct SanRule {
  std::string name = {};  ///< as the library writes it
};

void readValue(const std::string& text, SanRule& rule);

/// Which clients are let through, of those whose certificates are authorized.
struct ClientRules {
  std::vector<std::string> commonNames = {};
  std::vector<SanRule> names = {};
  bool any = false;

  bool given() const noexcept { return any || !commonNames.empty() || !names.empty(); }
  bool allow(const tls::PeerCertificate& certificate) const;
};

}  // namespace securepair::cli
