#include "engine/disagreement.h"

#include <algorithm>
#include <string>
#include <string_view>

#include <openssl/ssl.h>

#include "crypto/key_kind.h"
#include "crypto/text.h"

namespace securepair::engine {
namespace {

using Topic = KnownFailure::Topic;

std::string ownProtocols(const Circumstances& at) {
  const auto& protocols = at.settings.protocols;
  return listOf(protocolsIn(protocols == nullptr ? std::string_view() : protocols->alpn));
}

std::string ownName(const Circumstances& at) {
  return at.settings.servername.empty()
             ? "no server's name"
             : "the server's name " + crypto::clipped(crypto::escaped(at.settings.servername));
}

std::string keyOf(const SSL* ssl) {
  const EVP_PKEY* const key = SSL_get_privatekey(ssl);
  return key == nullptr ? "no key" : "a key of the kind " + crypto::kindOf(key);
}

// All that a client's hello has offered.
std::string ownOffer(const Circumstances& at) {
  std::string text =
      ownVersions(at.ssl) + "; " + ownName(at) + "; cipher suites " + listOf(ownSuites(at.ssl));
  const auto& protocols = at.settings.protocols;
  if (protocols != nullptr && !protocols->alpn.empty()) text += "; ALPN " + ownProtocols(at);
  return text;
}

// Which option of which side lets the two meet.
std::string fixOfVersions(const Circumstances& at, const OfferedVersions& offered) {
  const auto most = static_cast<int>(SSL_get_max_proto_version(at.ssl));
  const bool isTooNew = !offered.isUpTo && offered.known.back() > most;
  if (isTooNew) {
    return "raise `maxVersion` on this side to " + versionName(offered.known.back()) +
           ", or leave it out; or have the client offer " + versionName(most) + " too";
  }
  const int newest = offered.known.front();
  const std::string update = "have the client offer TLSv1.2 or TLSv1.3";
  if (newest == TLS1_2_VERSION) return update + "; or lower `minVersion` on this side to TLSv1.2";
  const bool canBe = newest == TLS1_VERSION || newest == TLS1_1_VERSION;
  if (!canBe) return update + ": what it speaks was broken long ago";
  return update + "; or, where it can do no better, set `minVersion` on this side to " +
         versionName(newest) + " and `securityLevel` to 0";
}

// The client's side of an alert: what the server allows it does not say.
std::string fixOfOwnVersions(const Circumstances& at) {
  const auto least = static_cast<int>(SSL_get_min_proto_version(at.ssl));
  const auto most = static_cast<int>(SSL_get_max_proto_version(at.ssl));
  std::string fix;
  if (most < TLS1_3_VERSION) {
    fix = "raise `maxVersion` to TLSv1.3, or leave it out";
  } else if (least > TLS1_2_VERSION) {
    fix = "lower `minVersion` to TLSv1.2, or leave it out";
  } else {
    fix =
        "update the server, which knows neither TLSv1.2 nor TLSv1.3; or, where it can do no "
        "better, set `minVersion` to TLSv1 and `securityLevel` to 0";
  }
  return fix + "; and compare with `minVersion` and `maxVersion` of the server";
}

void tellVersions(ErrorParts& parts, const Circumstances& at, bool isPeers) {
  const std::string own = ownVersions(at.ssl);
  std::string fix;
  if (at.settings.isServer && !isPeers) {
    const OfferedVersions offered = offeredVersions(at.ssl, at.offer);
    parts.expected = "what this side allows, " + own;
    parts.got = "a client that offers " + offered.text();
    fix = fixOfVersions(at, offered);
  } else if (isPeers) {
    parts.expected = "a version that the peer allows";
    parts.got = "this side offers " + own;
    fix = fixOfOwnVersions(at);
  } else {
    const int chosen = at.opening.helloVersion();
    parts.expected = "what this side offers, " + own;
    parts.got = chosen == 0 ? "another" : "the server chose " + versionName(chosen);
    fix =
        "have the server allow TLSv1.2 or TLSv1.3; or, where it can do no better, lower "
        "`minVersion` on this side (below TLSv1.2 with `securityLevel` 0 only)";
  }
  if (parts.fix.empty()) parts.fix = std::move(fix);
}

// OpenSSL calls it a lack of suites too where a suite of TLS 1.2 finds no key, no group or no
// signature.
void tellSuites(ErrorParts& parts, const Circumstances& at) {
  const SharedSuites suites = sharedSuites(at.ssl);
  const std::string theirs = listOf(clientsSuites(at.ssl));
  parts.expected = "one of this side's suites, " + listOf(ownSuites(at.ssl));
  parts.got = "a client that offers " + theirs;
  if (suites.shared.empty()) {
    parts.fix =
        "name in `ciphers` of one side a suite that the other has, or leave it out on both "
        "sides for OpenSSL's own";
  } else if (!suites.forKey) {
    parts.expected = "a suite for this side's key, which is " + keyOf(at.ssl);
    parts.got += ", of which this side has " + listOf(suites.shared);
    parts.fix =
        "give this side a `key` and `cert` of the other kind (RSA of 2048 bits, or P-256), "
        "or leave `ciphers` out on the client's side";
  } else {
    parts.expected = "for " + listOf(suites.shared) +
                     ", a group (such as X25519 or P-256) and a signature of this side's key, " +
                     keyOf(at.ssl);
    parts.got = "a client with the groups " + listOf(clientsGroups(at.ssl)) +
                " and the signature algorithms " + listOf(peersSignatures(at.ssl));
    parts.fix =
        "have the client allow X25519 or P-256 and a signature of that key; or give this "
        "side a key of another kind";
  }
}

void tellGroups(ErrorParts& parts, const Circumstances& at) {
  parts.expected = "a group of this side's, such as X25519, P-256, P-384 or ffdhe2048";
  parts.got = "a client with the groups " + listOf(clientsGroups(at.ssl));
}

void tellSignatures(ErrorParts& parts, const Circumstances& at) {
  parts.expected = "a signature algorithm for " + keyOf(at.ssl);
  parts.got = std::string(at.settings.isServer ? "a client" : "a server") + " that accepts " +
              listOf(peersSignatures(at.ssl));
}

void tellProtocols(ErrorParts& parts, const Circumstances& at, bool isPeers) {
  parts.expected = isPeers ? "a protocol that the server speaks" : "one of " + ownProtocols(at);
  parts.got = isPeers ? "this side offers " + ownProtocols(at)
                      : "a client that offers " + listOf(protocolsIn(at.offer.protocols));
}

}  // namespace

void tellDisagreement(ErrorParts& parts, const KnownFailure& known, const Circumstances& at,
                      bool isPeers) {
  const bool isClients = !at.settings.isServer;
  switch (known.topic) {
    case Topic::versions:
      return tellVersions(parts, at, isPeers);
    case Topic::suites:
      if (!isPeers && !isClients) return tellSuites(parts, at);
      break;
    case Topic::groups:
      if (!isPeers && !isClients) return tellGroups(parts, at);
      break;
    case Topic::signatures:
      return tellSignatures(parts, at);
    case Topic::protocols:
      return tellProtocols(parts, at, isPeers);
    case Topic::name:
      if (!isPeers || !isClients) return;
      parts.expected = "a name that the server has a certificate for";
      parts.got = "this side asks for " + ownName(at);
      return;
    case Topic::none:
    case Topic::certificate:
    case Topic::hello:
      break;
  }
  const bool isAboutHello = known.topic == Topic::hello || known.topic == Topic::suites;
  if (isPeers && isClients && isAboutHello && !at.secure) {
    parts.expected = "an offer that the server can agree to";
    parts.got = "this side offers " + ownOffer(at);
  }
}

}  // namespace securepair::engine
