#pragma once
#include <securepair/crypto.h>

#include <vector>

#include "crypto/openssl_ptr.h"

namespace securepair::crypto {

/// The certificates of a chain that a peer would send, in PEM or DER, the leaf first. What a file
/// of trusted certificates says beside them is left aside: a peer does not say whom to trust.
/// Throws Error where one cannot be read, and where they are more bytes than `most`, before any is.
std::vector<X509Ptr> readPeerChain(const CaList& chain, long most);

}  // namespace securepair::crypto
