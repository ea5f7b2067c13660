#pragma once
#include <securepair/bytes.h>

#include <string>
#include <vector>

#include "crypto/openssl_ptr.h"

namespace securepair::engine {

/// What a server keeps of a client's hello, for OpenSSL forgets it: asked for where the handshake
/// fails.
struct ClientOffer {
  std::string versions = {};   ///< the extension supported_versions as it came
  std::string protocols = {};  ///< ALPN's list as it came, where nothing in it was agreed to
};

/// Lists for a message: the first names of each, and how many more there are.
std::string listOf(const std::vector<std::string>& names);

/// "TLSv1.2" for 0x0303.
std::string versionName(int version);
/// The versions that this side allows.
std::string ownVersions(const SSL* ssl);
/// Within the callback for a client's hello: its extension supported_versions.
std::string versionsIn(SSL* ssl);

/// The versions that a client has offered, the newest first. Without the extension it is all up to
/// the one named.
struct OfferedVersions {
  std::vector<int> known = {};
  bool isUpTo = false;
  std::string text() const;
};
OfferedVersions offeredVersions(const SSL* ssl, const ClientOffer& offer);

/// Names as OpenSSL has them; a number where it has none.
std::vector<std::string> ownSuites(SSL* ssl);
std::vector<std::string> clientsSuites(SSL* ssl);
std::vector<std::string> clientsGroups(SSL* ssl);
/// The other side's, also a server's that has asked for a certificate.
std::vector<std::string> peersSignatures(SSL* ssl);
/// Of a list in wire format, such as a peer sends it.
std::vector<std::string> protocolsIn(std::string_view wire);

/// Whether one of the client's suites that this server has too, in the version agreed, is for its
/// key; `shared` are those that it has.
struct SharedSuites {
  std::vector<std::string> shared = {};
  bool forKey = false;
};
SharedSuites sharedSuites(SSL* ssl);

}  // namespace securepair::engine
