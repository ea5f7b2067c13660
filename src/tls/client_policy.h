#pragma once
#include <securepair/tls/options.h>

namespace securepair::tls {

/// What a server wants of its clients, said by `clientCertificate` or by the page's two options.
struct ClientPolicy {
  bool request = false;
  bool reject = false;  ///< those that are not authorized
};

/// Throws Error where the options contradict each other.
ClientPolicy clientPolicyOf(const ServerOptions& options);

}  // namespace securepair::tls
