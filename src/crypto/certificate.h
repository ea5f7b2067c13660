#pragma once
#include <securepair/tls/certificate.h>

#include <string>

#include "crypto/openssl_ptr.h"

namespace securepair::crypto {

/// What getPeerCertificate() tells. A field that the certificate does not have, or that cannot be
/// read, is empty.
tls::PeerCertificate describe(X509* certificate);
/// The first certificate of a chain, each with the next as its issuer's. Empty where there is none.
tls::PeerCertificate describeChain(const STACK_OF(X509) * chain);

/// One line for a message: subject, issuer, validity and SHA-256.
std::string summary(X509* certificate);

/// For a message: "CN=localhost, O=Example".
std::string subjectOf(X509* certificate);
std::string issuerOf(X509* certificate);

}  // namespace securepair::crypto
