#pragma once
#include <securepair/bytes.h>
#include <securepair/export.h>

#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace securepair::tls {

/// The fields of a subject or an issuer, in the certificate's order: "C", "ST", "L", "O", "OU",
/// "CN", ... A repeated field keeps its last value, as on the page.
class SECUREPAIR_API DistinguishedName {
 public:
  using Field = std::pair<std::string, std::string>;

  DistinguishedName() = default;
  /// As if each was set in turn.
  explicit DistinguishedName(const std::vector<Field>& fields);

  /// Empty where there is no such field.
  std::string operator[](std::string_view field) const;
  void set(std::string field, std::string value);

  bool empty() const noexcept { return fields_.empty(); }
  auto begin() const noexcept { return fields_.begin(); }
  auto end() const noexcept { return fields_.end(); }
  friend bool operator==(const DistinguishedName&, const DistinguishedName&) = default;

 private:
  std::vector<Field> fields_;
};

/// A certificate as getPeerCertificate() tells it, the names as on the page.
struct PeerCertificate {
  DistinguishedName subject = {};
  DistinguishedName issuer = {};
  std::string subjectaltname = {};  ///< "DNS:example.org, IP Address:192.0.2.1"
  std::string modulus = {};         ///< RSA only, hexadecimal
  std::string exponent = {};        ///< RSA only, hexadecimal
  std::string valid_from = {};      ///< "Nov 11 09:52:22 2009 GMT"
  std::string valid_to = {};
  std::string fingerprint = {};                 ///< SHA-1 of the DER form, "2A:7A:C2:DD:..."
  std::string fingerprint256 = {};              ///< SHA-256 of the DER form
  std::vector<std::string> ext_key_usage = {};  ///< dotted OIDs
  std::string serialNumber = {};
  Buffer raw = {};  ///< the DER form
  /// The certificate of its issuer, and so on up to the root, where it was asked for. A self-signed
  /// certificate has none.
  std::shared_ptr<const PeerCertificate> issuerCertificate = {};

  /// True where the peer sent no certificate.
  bool empty() const noexcept { return fingerprint.empty(); }

  /// The object that the page shows: subject, issuer, validity and fingerprint. "{}" where empty().
  SECUREPAIR_API friend std::ostream& operator<<(std::ostream& out,
                                                 const PeerCertificate& certificate);
};

}  // namespace securepair::tls
