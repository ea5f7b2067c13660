#pragma once

namespace securepair::tls {

/// What a text is meant as that a certificate must be for. An address is never compared with DNS
/// names, and a DNS name never with addresses.
enum class NameKind : unsigned char {
  any,  ///< an address where it looks like one, else a DNS name
  dns,  ///< a DNS name: no certificate is for one that looks like an address
  ip,   ///< an address: no certificate is for one that does not look like it
};

}  // namespace securepair::tls
