#include "engine/known_failure.h"

#include <algorithm>
#include <array>

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace securepair::engine {
namespace {

using Topic = KnownFailure::Topic;

constexpr const char* sameProtocol = "name a protocol in `ALPNProtocols` that both sides speak";
constexpr const char* compareOffers =
    "compare `minVersion`, `maxVersion`, `ciphers` and the kind of the key on both sides; or, "
    "where "
    "the peer asks for a certificate, give `key` and `cert`";
constexpr const char* bringKey =
    "give this side a key that the peer's list has: RSA of 2048 bits or more, or P-256";
constexpr const char* brokenPeer =
    "one of the two programs, or something between them that changes what they say, is at fault: "
    "update the peer, and try without a proxy or a filter in between";
constexpr const char* seePeersLog = "look at the peer's log, which has the reason";

// Found by this side.
constexpr std::array ownFailures{
    KnownFailure{SSL_R_UNSUPPORTED_PROTOCOL, "the two sides have no version of TLS in common", "",
                 Topic::versions},
    KnownFailure{SSL_R_VERSION_TOO_LOW, "the two sides have no version of TLS in common", "",
                 Topic::versions},
    KnownFailure{SSL_R_WRONG_SSL_VERSION, "the two sides have no version of TLS in common", "",
                 Topic::versions},
    KnownFailure{SSL_R_UNKNOWN_PROTOCOL, "the peer speaks a version before SSLv3",
                 "update the peer", Topic::versions},
    KnownFailure{
        SSL_R_INAPPROPRIATE_FALLBACK,
        "the client offers less than it can, as after a failed attempt with more",
        "have the client offer its newest version; if it has to offer less, somebody on the "
        "way may be breaking its newer hellos",
        Topic::versions},
    KnownFailure{SSL_R_NO_SHARED_CIPHER, "the two sides have no cipher suite in common", "",
                 Topic::suites},
    KnownFailure{SSL_R_NO_SUITABLE_KEY_SHARE,
                 "the two sides have no group for the key exchange in "
                 "common",
                 "have the client offer X25519 or P-256", Topic::groups},
    KnownFailure{SSL_R_BAD_KEY_SHARE, "the peer's share in the key exchange cannot be used",
                 brokenPeer, Topic::groups},
    KnownFailure{SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM,
                 "the peer accepts no signature that this side's key can make", bringKey,
                 Topic::signatures},
    KnownFailure{SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS,
                 "the peer accepts no signature that is allowed here", bringKey, Topic::signatures},
    KnownFailure{SSL_R_WRONG_SIGNATURE_TYPE,
                 "the peer signed with an algorithm that was not offered to it",
                 "update the peer; or, where it can do no better, lower `securityLevel` on this "
                 "side"},
    KnownFailure{SSL_R_NO_CERTIFICATE_SET, "this side has no certificate to show",
                 "give `key` and `cert`, or `pfx`"},
    KnownFailure{SSL_R_NO_APPLICATION_PROTOCOL,
                 "nothing that the client offers by ALPN is in this side's `ALPNProtocols`",
                 sameProtocol, Topic::protocols},
    KnownFailure{SSL_R_PSK_IDENTITY_NOT_FOUND,
                 "this side has no key for the identity, or the hint, that the peer has sent",
                 "have `pskCallback` answer with the key that the peer has under that identity"},
    KnownFailure{SSL_R_BINDER_DOES_NOT_VERIFY,
                 "the client has another key than this side, under the same identity",
                 "give both sides the same key; where nothing was changed, somebody without it may "
                 "have tried"},
    KnownFailure{SSL_R_DH_KEY_TOO_SMALL,
                 "the server's Diffie-Hellman parameters are too small for this side's security "
                 "level",
                 "have the server use ECDHE, or parameters of 2048 bits; or, where it can do no "
                 "better, lower `securityLevel` on this side, or leave DHE out of `ciphers`"},
    KnownFailure{SSL_R_UNSAFE_LEGACY_RENEGOTIATION_DISABLED,
                 "the peer does not know secure renegotiation (RFC 5746), without which others can "
                 "put words into the connection (CVE-2009-3555)",
                 "update the peer, which is older than 2010; this side makes no exception"},
    KnownFailure{SSL_R_WRONG_VERSION_NUMBER, "what the peer sent is not TLS, or damaged",
                 brokenPeer},
    KnownFailure{SSL_R_DECRYPTION_FAILED_OR_BAD_RECORD_MAC,
                 "what the peer sent was changed on the way, or made with other keys", brokenPeer},
    KnownFailure{SSL_R_BAD_SIGNATURE,
                 "the peer's signature is wrong: it may not have the "
                 "certificate's key",
                 brokenPeer},
    KnownFailure{SSL_R_UNEXPECTED_MESSAGE, "the peer sent a message out of turn", brokenPeer},
    KnownFailure{SSL_R_BAD_RECORD_TYPE, "the peer sent a record of an unknown kind", brokenPeer},
    KnownFailure{SSL_R_EXCESSIVE_MESSAGE_SIZE, "a message of the peer's is larger than is allowed",
                 "where it is the certificate, have the peer send those that lead to its root, and "
                 "no others"},
    KnownFailure{SSL_R_NO_RENEGOTIATION, "the peer does not renegotiate",
                 "make a new connection in place of a renegotiation"},
};

// An alert of the peer's.
struct Alert {
  int reason = 0;
  const char* name = "";
  const char* message = "";
  const char* fix = "";
  Topic topic = Topic::none;
};

constexpr std::array alerts{
    Alert{SSL_R_SSLV3_ALERT_UNEXPECTED_MESSAGE, "unexpected_message",
          "the peer got a message out of turn", brokenPeer},
    Alert{SSL_R_SSLV3_ALERT_BAD_RECORD_MAC, "bad_record_mac",
          "what this side sent was changed on the way, or made with other keys", brokenPeer},
    Alert{SSL_R_TLSV1_ALERT_DECRYPTION_FAILED, "decryption_failed",
          "the peer could not decrypt what this side sent", brokenPeer},
    Alert{SSL_R_TLSV1_ALERT_RECORD_OVERFLOW, "record_overflow",
          "a record was too long for the peer", brokenPeer},
    Alert{SSL_R_SSLV3_ALERT_DECOMPRESSION_FAILURE, "decompression_failure",
          "the peer could not decompress", brokenPeer},
    Alert{SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE, "handshake_failure",
          "the peer found nothing in what was offered that it could agree to", compareOffers,
          Topic::hello},
    Alert{SSL_R_SSLV3_ALERT_NO_CERTIFICATE, "no_certificate", "the peer has no certificate",
          showCertificate},
    Alert{SSL_R_SSLV3_ALERT_BAD_CERTIFICATE, "bad_certificate",
          "the peer refused this side's certificate", showCertificate, Topic::certificate},
    Alert{SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE, "unsupported_certificate",
          "the peer cannot use this side's certificate for its purpose",
          "issue `cert` with the extended key usage serverAuth for servers, clientAuth for clients",
          Topic::certificate},
    Alert{SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED, "certificate_revoked",
          "the peer found this side's certificate revoked",
          "have `cert` replaced, and find out why it was withdrawn", Topic::certificate},
    Alert{SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED, "certificate_expired",
          "the peer found this side's certificate expired",
          "renew `cert`, and check the other side's clock", Topic::certificate},
    Alert{SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN, "certificate_unknown",
          "the peer refused this side's certificate", showCertificate, Topic::certificate},
    Alert{SSL_R_SSLV3_ALERT_ILLEGAL_PARAMETER, "illegal_parameter",
          "the peer found something in the handshake that cannot be", brokenPeer, Topic::hello},
    Alert{SSL_R_TLSV1_ALERT_UNKNOWN_CA, "unknown_ca",
          "the peer does not know the authority of this side's certificate",
          "add the issuer of `cert` to the other side's `ca`, and send the certificates between in "
          "`cert`",
          Topic::certificate},
    Alert{SSL_R_TLSV1_ALERT_ACCESS_DENIED, "access_denied",
          "the peer grants this side's certificate no access", showCertificate, Topic::certificate},
    Alert{SSL_R_TLSV1_ALERT_DECODE_ERROR, "decode_error", "the peer could not read a message",
          brokenPeer, Topic::hello},
    Alert{SSL_R_TLSV1_ALERT_DECRYPT_ERROR, "decrypt_error",
          "the peer found a signature or the end of the handshake wrong", brokenPeer},
    Alert{SSL_R_TLSV1_ALERT_EXPORT_RESTRICTION, "export_restriction", "the peer asks for weak keys",
          "update the peer", Topic::hello},
    Alert{SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, "protocol_version",
          "the peer allows none of the versions offered", "", Topic::versions},
    Alert{SSL_R_TLSV1_ALERT_INSUFFICIENT_SECURITY, "insufficient_security",
          "what was offered is too weak for the peer",
          "offer stronger suites in `ciphers`, or leave it out for OpenSSL's own", Topic::suites},
    Alert{SSL_R_TLSV1_ALERT_INTERNAL_ERROR, "internal_error", "the peer failed by itself",
          seePeersLog},
    Alert{SSL_R_TLSV1_ALERT_INAPPROPRIATE_FALLBACK, "inappropriate_fallback",
          "the server can do more than was offered to it", "raise `maxVersion`, or leave it out",
          Topic::versions},
    Alert{SSL_R_TLSV1_ALERT_USER_CANCELLED, "user_canceled", "the peer's user ended it",
          seePeersLog},
    Alert{SSL_R_TLSV1_ALERT_NO_RENEGOTIATION, "no_renegotiation", "the peer does not renegotiate",
          "make a new connection in place of a renegotiation"},
    Alert{SSL_R_TLSV13_ALERT_MISSING_EXTENSION, "missing_extension",
          "the peer misses something in the handshake", brokenPeer, Topic::hello},
    Alert{SSL_R_TLSV1_UNSUPPORTED_EXTENSION, "unsupported_extension",
          "the peer got an answer to something it had not asked", brokenPeer},
    Alert{SSL_R_TLSV1_CERTIFICATE_UNOBTAINABLE, "certificate_unobtainable",
          "the peer could not get this side's certificate", showCertificate, Topic::certificate},
    Alert{SSL_R_TLSV1_UNRECOGNIZED_NAME, "unrecognized_name", "the peer does not serve this name",
          "check `servername`, else the host, and which names the server has contexts for",
          Topic::name},
    Alert{SSL_R_TLSV1_BAD_CERTIFICATE_STATUS_RESPONSE, "bad_certificate_status_response",
          "the peer found the OCSP answer wrong", seePeersLog},
    Alert{SSL_R_TLSV1_ALERT_UNKNOWN_PSK_IDENTITY, "unknown_psk_identity",
          "the peer does not know the key that was named", seePeersLog},
    Alert{SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED, "certificate_required",
          "the peer asks for a certificate", showCertificate, Topic::certificate},
    Alert{SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL, "no_application_protocol",
          "the server speaks none of the protocols in `ALPNProtocols`", sameProtocol,
          Topic::protocols},
};

const Alert* alertOf(unsigned long error) {
  const int reason = ERR_GET_REASON(error);
  const auto* const named =
      std::find_if(alerts.begin(), alerts.end(),
                   [reason](const Alert& alert) { return alert.reason == reason; });
  return named == alerts.end() ? nullptr : named;
}

}  // namespace

std::optional<KnownFailure> knownFailure(unsigned long error) {
  if (ERR_GET_LIB(error) != ERR_LIB_SSL) return std::nullopt;
  const int reason = ERR_GET_REASON(error);
  if (isPeersAlert(error)) {
    const Alert* const alert = alertOf(error);
    if (alert == nullptr) return std::nullopt;
    return KnownFailure{reason, alert->message, alert->fix, alert->topic};
  }
  const auto* const known =
      std::find_if(ownFailures.begin(), ownFailures.end(),
                   [reason](const KnownFailure& entry) { return entry.reason == reason; });
  if (known == ownFailures.end()) return std::nullopt;
  return *known;
}

bool isPeersAlert(unsigned long error) {
  return ERR_GET_LIB(error) == ERR_LIB_SSL && ERR_GET_REASON(error) >= SSL_AD_REASON_OFFSET;
}

std::string alertText(unsigned long error) {
  const Alert* const alert = alertOf(error);
  const std::string number = std::to_string(ERR_GET_REASON(error) - SSL_AD_REASON_OFFSET);
  return "alert " + number + (alert == nullptr ? "" : std::string(", ") + alert->name);
}

}  // namespace securepair::engine
