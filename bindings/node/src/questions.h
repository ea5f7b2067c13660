#pragma once
#include <securepair/tls/identity_check.h>
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

}  // namespace securepair::node
