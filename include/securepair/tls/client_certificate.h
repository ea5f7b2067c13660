#pragma once

namespace securepair::tls {

/// What a server wants of its clients' certificates: the page's `requestCert` and
/// `rejectUnauthorized` in one.
enum class ClientCertificate : unsigned char {
  none,      ///< asks for none
  optional,  ///< asks for one and tells whether it is authorized: `requestCert` alone
  required,  ///< refuses who is not authorized: both
};

}  // namespace securepair::tls
