// What a pair tells of trust: the server's acceptance of its client, data that passes unlooked at,
// and the secrets, where somebody wants them.
#include <string>
#include <vector>

#include "base/host.h"
#include "base/later.h"
#include "pair/core.h"

namespace securepair::detail {
namespace {

ErrorParts unread(const Error* failure) {
  return {.message =
              "data passes to or from a server that is not authorized, and nobody has asked "
              "whether it is: anybody could be that server",
          .certificate = failure == nullptr ? "" : failure->certificate(),
          .expected =
              "a look at authorized(), authorizationError() or getPeerCertificate() in "
              "`secureConnect`",
          .got = failure == nullptr ? "none" : "none; authorizationError() is " + failure->code(),
          .fix =
              "set `rejectUnauthorized`, or look at authorized() and destroy() the stream where "
              "it is false"};
}

}  // namespace

void PairCore::tellKeyLines() {
  const std::vector<std::string> lines = engine_.takeKeyLines();
  if (options_.keylog != nullptr) {
    for (const std::string& line : lines) options_.keylog->append(line);
  }
  for (const std::string& line : lines) cleartext.events_.emit(On::keylog, line);
}

void PairCore::tellIfAccepted() {
  if (!acceptanceOpen_ || !speaks() || !engine_.accepted()) return;
  acceptanceOpen_ = false;
  cleartext.events_.emit(On::authenticated);
}

bool PairCore::mayPassAtFirst() {
  trustUnread_ = false;
  ErrorParts parts = unread(engine_.unauthorized());
  if (base::strict()) {
    parts.code = "ERR_TLS_AUTHORIZATION_UNREAD";
    fail(Error(std::move(parts)));
    return false;
  }
  parts.code = "WARN_AUTHORIZATION_UNREAD";
  // Later: whoever listens may do anything to the stream.
  base::later([warning = Error(std::move(parts))] { base::warn(warning); });
  return true;
}

}  // namespace securepair::detail
