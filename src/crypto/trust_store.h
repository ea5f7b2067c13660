#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "crypto/openssl_ptr.h"

namespace securepair::crypto {

/// The system's roots, shared by every context that names no CAs of its own. They are parsed once a
/// process, when a certificate is first verified against them, and never change: a server that asks
/// no one for a certificate does without them. SSL_CERT_FILE names another file than the system's.
X509StorePtr systemRoots();
/// Where they are read from.
std::string rootsFile();
/// Of all of them: another where they are others, also in another process. Parses them.
const std::string& systemRootsDigest();
/// How often they have been parsed.
std::size_t timesParsed() noexcept;

/// Whom a context trusts.
struct Trust {
  std::vector<X509Ptr> given = {};     ///< these alone; empty: the system's roots
  std::vector<X509Ptr> appended = {};  ///< beside the system's roots
};

/// A store of these, in which each certificate of a chain must be covered by a revocation list,
/// where there are any.
X509StorePtr makeStore(const Trust& trust, const std::vector<X509CrlPtr>& crls);

}  // namespace securepair::crypto
