#pragma once
#include <string>

namespace securepair::tls {

struct CipherInfo {
  std::string name = {};          ///< OpenSSL's name: "ECDHE-RSA-AES128-GCM-SHA256"
  std::string standardName = {};  ///< the IANA's: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
  std::string version = {};       ///< the protocol that the cipher belongs to: "TLSv1.2"
};

/// The key that a server has made for one connection alone.
struct EphemeralKeyInfo {
  std::string type = {};  ///< "ECDH", "DH"; "TLSGroup" for a hybrid of two keys
  std::string name = {};  ///< the curve's: "X25519", "prime256v1"; the hybrid's; empty for DH
  int size = 0;           ///< bits; 0 for a hybrid

  /// True where there was no such key, and on a server.
  bool empty() const noexcept { return type.empty(); }
};

}  // namespace securepair::tls
