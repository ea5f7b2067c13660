#pragma once
#include <securepair/tls/certificate.h>

#include <string>

#include "crypto/openssl_ptr.h"

namespace securepair::crypto {

/// The fields of a subject or an issuer, by OpenSSL's short names. What stands in one RDN with the
/// field before is added to that one's value: "a + OU=b".
tls::DistinguishedName fieldsOf(const X509_NAME* name);

/// The same in one line, "CN=localhost, O=Example", or with another separator.
std::string lineOf(const X509_NAME* name, const std::string& separator = ", ");

}  // namespace securepair::crypto
