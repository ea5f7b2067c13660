#include <securepair/tls/secure_pair.h>

#include <utility>

#include "pair/core.h"

namespace securepair::tls {

SecurePair::SecurePair(detail::PairCore& core) noexcept
    : cleartext(core), encrypted(core), core_(core) {}
SecurePair::~SecurePair() = default;

void SecurePair::onSecure(Listener<> listener) { secure_.add(std::move(listener)); }
void SecurePair::onError(Listener<const Error&> listener) { error_.add(std::move(listener)); }
void SecurePair::start() { core_.begin(); }
void SecurePair::destroy() { core_.destroyAll(); }

std::shared_ptr<SecurePair> createSecurePair(crypto::Credentials credentials, bool isServer,
                                             bool requestCert, bool rejectUnauthorized) {
  return detail::PairCore::create(
      credentials.context.get(),
      {.engine = {.isServer = isServer,
                  .requestCert = requestCert,
                  .rejectUnauthorized = isServer && requestCert && rejectUnauthorized}});
}

}  // namespace securepair::tls
