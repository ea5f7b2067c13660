#include "tls/client_policy.h"

#include <securepair/error.h>

#include <string>

namespace securepair::tls {
namespace {

std::string nameOf(ClientCertificate wanted) {
  switch (wanted) {
    case ClientCertificate::none:
      return "none";
    case ClientCertificate::optional:
      return "optional";
    case ClientCertificate::required:
      break;
  }
  return "required";
}

}  // namespace

ClientPolicy clientPolicyOf(const ServerOptions& options) {
  if (!options.clientCertificate) {
    return {.request = options.requestCert,
            .reject = options.requestCert && options.rejectUnauthorized};
  }
  const ClientCertificate wanted = *options.clientCertificate;
  const ClientPolicy policy{.request = wanted != ClientCertificate::none,
                            .reject = wanted == ClientCertificate::required};
  const bool asksForMore =
      (options.requestCert && !policy.request) || (options.rejectUnauthorized && !policy.reject);
  if (!asksForMore) return policy;
  const std::string other =
      options.requestCert && !policy.request ? "requestCert" : "rejectUnauthorized";
  throw Error(
      {.code = "ERR_OPTION_CONFLICT",
       .message = "`clientCertificate` is " + nameOf(wanted) + ", but `" + other + "` is true",
       .fix = "give `clientCertificate` alone: required is both of the others, optional is "
              "`requestCert`"});
}

}  // namespace securepair::tls
