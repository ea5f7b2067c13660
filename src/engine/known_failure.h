#pragma once
#include <optional>
#include <string>

namespace securepair::engine {

/// The fix where the peer misses this side's certificate, or refuses it.
inline constexpr const char* showCertificate =
    "give `key` and `cert` (or `pfx`) of a certificate that the other side's `ca` leads to";

/// What OpenSSL's reason means, in words.
struct KnownFailure {
  /// What the two sides could not agree on, and what therefore stands side by side in the message.
  enum class Topic : unsigned char {
    none,
    versions,
    suites,
    groups,
    signatures,
    protocols,
    name,
    certificate,  ///< the peer refuses the certificate that was shown to it
    hello,        ///< any of them: the peer did not say
  };

  int reason = 0;
  const char* message = "";
  const char* fix = "";
  Topic topic = Topic::none;
};

/// Empty where there is no more to say than OpenSSL does.
std::optional<KnownFailure> knownFailure(unsigned long error);

/// The peer has sent an alert.
bool isPeersAlert(unsigned long error);

/// "alert 40, handshake_failure": as RFC 8446 and its predecessors have it. OpenSSL's own texts
/// name the version that an alert is from, which people take for the connection's.
std::string alertText(unsigned long error);

}  // namespace securepair::engine
