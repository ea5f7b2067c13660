#include "cli/listening.h"

#include "cli/endpoint.h"
#include "cli/notify.h"

namespace securepair::cli {

void tellListening(Io& io, const net::Address& address, const std::string& fingerprint) {
  notifySupervisor("READY=1");
  if (io.json()) {
    Json object;
    object.set("event", "listening").set("address", address.address);
    if (address.family != "Unix") object.set("port", static_cast<int>(address.port));
    if (!fingerprint.empty()) object.set("throwAwayCertificate", fingerprint);
    io.record(object);
    return;
  }
  io.line("listening on " + addressText(address));
  if (fingerprint.empty()) return;
  io.note(
      "without --key and --cert, a throw-away pair for localhost was made; it ends with this "
      "server\n  trust it: securepair connect --pin " +
      fingerprint + " " + addressText(address));
}

std::string addressText(const net::Address& address) {
  return address.family == "Unix" ? address.address : hostAndPort(address.address, address.port);
}

std::string peerText(const std::optional<net::Address>& peer) {
  if (!peer) return "a peer that is gone";
  return peer->family == "Unix" && peer->address.empty() ? "a client" : addressText(*peer);
}

}  // namespace securepair::cli
