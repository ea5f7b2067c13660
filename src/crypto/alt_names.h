#pragma once
#include <string>

#include "crypto/openssl_ptr.h"

namespace securepair::crypto {

/// The subject alternative names as OpenSSL prints them, "DNS:a, IP Address:192.0.2.1", but with
/// what could be taken for a separator escaped. Empty where there are none that can be read.
std::string altNameText(X509* certificate);
std::string altNameText(const GENERAL_NAMES* names);
std::string altNameText(const GENERAL_NAME* name);

}  // namespace securepair::crypto
