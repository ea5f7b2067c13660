#pragma once
#include <securepair/tls.h>

#include <optional>

#include "cli/client.h"
#include "cli/fingerprint.h"
#include "cli/io.h"
#include "cli/verb.h"

namespace securepair::cli {

/// Which server is taken for the one that was meant, where that is not left to authorities and
/// names alone.
struct PeerFlags {
  bool insecure = false;
  std::optional<Fingerprint> pin = {};
};

void addPeerFlags(Verb& verb, PeerFlags& flags);
/// A certificate that is named itself needs no authority; where one is named too it needs both.
bool isJudgedByPin(const PeerFlags& flags, const ClientFlags& client);
/// connectOptionsOf(), which refuse whoever is not to be spoken to as far as the library can know.
tls::ConnectOptions judgingOptionsOf(Io& io, const PeerFlags& flags, const ClientFlags& client);
/// The rest: throws Failure where the certificate is not that of --pin, and says who the server is
/// where --insecure goes on with it.
void judgePeer(Io& io, const PeerFlags& flags, const tls::CleartextStream& stream);

}  // namespace securepair::cli
