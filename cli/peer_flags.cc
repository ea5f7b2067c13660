#include "cli/peer_flags.h"

#include <string>

namespace securepair::cli {
namespace {

// `failure`: why the server is not authorized.
void warnOfInsecurity(Io& io, const std::optional<Error>& failure, const std::string& fingerprint) {
  const std::string message = failure ? "--insecure goes on with a server that is not authorized"
                                      : "--insecure is not needed: the server is authorized";
  if (!io.json()) {
    io.warn(message + (failure ? std::string(": ") + io.inFlags(*failure).what() : "") +
            "\n  its certificate has the SHA-256 " + fingerprint);
    return;
  }
  Json object = warningJson(message);
  if (failure) object.set("error", errorJson(io.inFlags(*failure)));
  io.record(object.set("sha256", fingerprint));
}

}  // namespace

void addPeerFlags(Verb& verb, PeerFlags& flags) {
  verb.toggle("insecure", "goes on with a server that is not authorized, and says why",
              flags.insecure)
      .weakens();
  verb.flag("pin", "SHA256",
            "the server's certificate must be this one; without --ca it needs no "
            "authority and no name",
            flags.pin);
}

bool isJudgedByPin(const PeerFlags& flags, const ClientFlags& client) {
  return flags.pin && client.tls.ca.empty();
}

tls::ConnectOptions judgingOptionsOf(Io& io, const PeerFlags& flags, const ClientFlags& client) {
  if (flags.insecure && flags.pin) {
    throw usageFailure("--insecure and --pin exclude each other", "leave --insecure out");
  }
  tls::ConnectOptions options = connectOptionsOf(io, client);
  options.rejectUnauthorized = !flags.insecure && !isJudgedByPin(flags, client);
  return options;
}

void judgePeer(Io& io, const PeerFlags& flags, const tls::CleartextStream& stream) {
  const std::string fingerprint = fingerprintOf(stream.getPeerCertificate()).hex;
  if (flags.pin && fingerprint != flags.pin->hex) {
    throw Failure(Exit::unauthorized,
                  {.code = "ERR_PIN",
                   .message = "the server shows another certificate than that of --pin",
                   .expected = flags.pin->hex,
                   .got = fingerprint.empty() ? "no certificate" : fingerprint,
                   .fix = "where the server has a new one, learn its SHA-256 from its owner"});
  }
  if (flags.insecure) warnOfInsecurity(io, stream.authorizationFailure(), fingerprint);
}

}  // namespace securepair::cli
