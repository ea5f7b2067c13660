#pragma once
#include <securepair/bytes.h>

#include "crypto/openssl_ptr.h"

namespace securepair::crypto {

/// The one request in the option `csr`, with a key that a certificate can have, unsigned or not.
/// Throws Error.
X509ReqPtr parseCsr(const Buffer& csr);

/// Throws Error where it was not signed with the key in it.
void requireOwnSignature(X509_REQ* request);

/// What it asks for as subject alternative names; null where that is nothing. Throws Error where it
/// cannot be read.
GeneralNamesPtr requestedNames(X509_REQ* request);

}  // namespace securepair::crypto
