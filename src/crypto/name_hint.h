#pragma once
#include <string>

#include "crypto/openssl_ptr.h"

namespace securepair::crypto {

/// Why a certificate that seems to have the name that was meant is not for it: the name stands in
/// the subject alone, an address as a DNS name, or a wildcard does not reach. Empty where there is
/// nothing of the kind.
std::string nameHint(X509* certificate, const std::string& meant, bool asAddress);

}  // namespace securepair::crypto
