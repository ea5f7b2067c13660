#pragma once
#include <securepair/tls/alpn.h>
#include <securepair/tls/identity_check.h>
#include <securepair/tls/ocsp.h>
#include <securepair/tls/psk.h>
#include <securepair/tls/session_store.h>
#include <securepair/tls/sni.h>

#include <memory>
#include <node_api.h>

#include "owner.h"

namespace securepair::node {

// What the library asks of the owner's functions.
tls::SniCallback askForContext(std::shared_ptr<Owner> owner);
tls::IdentityCheck askForIdentity(std::shared_ptr<Owner> owner);
std::shared_ptr<tls::SessionStore> askForSessions(std::shared_ptr<Owner> owner);
tls::AlpnCallback askForProtocol(std::shared_ptr<Owner> owner);
void askForStatus(const Owner& owner, const tls::OcspRequest& request, tls::OcspAnswer answer);
tls::ServerPskCallback askForServersPsk(std::shared_ptr<Owner> owner);
tls::ClientPskCallback askForClientsPsk(std::shared_ptr<Owner> owner);

}  // namespace securepair::node
