#pragma once
#include <securepair/bytes.h>
#include <securepair/crypto.h>

#include <string>
#include <vector>

#include "crypto/openssl_ptr.h"

namespace securepair::crypto {

/// All certificates in an option, at least one, the leaf first. Throws Error.
std::vector<X509Ptr> readChain(const Buffer& cert, const std::string& option = "cert");

/// All certificates of all items of an option such as `ca`, at least one of each. Throws Error.
std::vector<X509Ptr> readCas(const CaList& ca, const std::string& option = "ca");

/// All revocation lists of all items of the option `crl`, at least one of each. Throws Error.
std::vector<X509CrlPtr> readCrls(const CaList& crl);

}  // namespace securepair::crypto
