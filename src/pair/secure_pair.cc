#include <securepair/tls/secure_pair.h>

#include <utility>

#include "crypto/identity.h"
#include "crypto/idna.h"
#include "pair/core.h"
#include "pair/options.h"

namespace securepair::detail {

PairCore::Face::Face(PairCore& core) noexcept
    : encrypted(core), pair(core, core.cleartext, encrypted) {
  encrypted.setAllowHalfOpen(true);
}

tls::SecurePair& PairCore::face() {
  if (face_ == nullptr) face_ = std::make_unique<Face>(*this);
  return face_->pair;
}

}  // namespace securepair::detail

namespace securepair::tls {

SecurePair::SecurePair(detail::PairCore& core, CleartextStream& cleartextSide,
                       EncryptedStream& encryptedSide) noexcept
    : cleartext(cleartextSide), encrypted(encryptedSide), core_(core) {}
SecurePair::~SecurePair() = default;

void SecurePair::onSecure(Listener<> listener) { secure_.add(std::move(listener)); }
void SecurePair::onError(Listener<const Error&> listener) { error_.add(std::move(listener)); }
void SecurePair::start() { core_.begin(); }
void SecurePair::destroy() { core_.destroyAll(); }

std::shared_ptr<SecurePair> createSecurePair(crypto::Credentials credentials, bool isServer,
                                             bool requestCert, bool rejectUnauthorized,
                                             SecurePairOptions options) {
  const std::string name = isServer ? std::string() : crypto::asciiName(options.servername);
  auto pairOptions = detail::pairOptionsOf(
      options, {.isServer = isServer,
                .requestCert = requestCert,
                .rejectUnauthorized = isServer && requestCert && rejectUnauthorized,
                .servername = crypto::sniOf(name),
                .identity = name,
                .asksForContext = isServer && options.SNICallback,
                .requestOCSP = options.requestOCSP,
                .session = detail::sessionOf(options.session)});
  pairOptions.sni = std::make_shared<detail::SniLookup>(std::move(options.SNICallback));
  const auto core =
      detail::PairCore::create(credentials.context.get(),
                               std::make_shared<const detail::PairOptions>(std::move(pairOptions)));
  return {core, &core->face()};
}

}  // namespace securepair::tls
