#include "engine/failure.h"

#include <algorithm>
#include <array>
#include <string>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "crypto/certificate.h"
#include "crypto/distinguished_name.h"
#include "crypto/openssl_error.h"
#include "crypto/text.h"

namespace securepair::engine {
namespace {

struct Known {
  int reason = 0;
  const char* message = "";
  const char* fix = "";
  bool ofCertificate = false;  ///< the peer refuses the certificate that was shown to it
};

constexpr const char* offerMore =
    "compare `minVersion`, `maxVersion` and `ciphers` on both sides, and the kind of the key";
constexpr const char* showCertificate =
    "give `key` and `cert` (or `pfx`) of a certificate that the other side's `ca` leads to";

constexpr const char* sameProtocol = "name a protocol in `ALPNProtocols` that both sides speak";

constexpr std::array known{
    Known{SSL_R_HTTP_REQUEST, "the peer spoke plain HTTP, not TLS",
          "use https:// on this port, or serve plain HTTP on another"},
    Known{SSL_R_WRONG_VERSION_NUMBER, "what the peer sent is not TLS",
          "check that the port serves TLS from its first byte; a protocol with STARTTLS has to be "
          "asked for it first"},
    Known{SSL_R_UNSUPPORTED_PROTOCOL, "the peer offers no version of TLS that is allowed here",
          "update the peer, or lower `minVersion` (below TLSv1.2 with `securityLevel` 0 only)"},
    Known{SSL_R_NO_SHARED_CIPHER, "the two sides have no cipher suite in common", offerMore},
    Known{SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM,
          "the peer accepts no signature that this side's key can make",
          "use an RSA key of 2048 bits or more, or a P-256 key"},
    Known{SSL_R_NO_CERTIFICATE_SET, "this side has no certificate to show",
          "give `key` and `cert`, or `pfx`"},
    Known{
        SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE,
        "the peer found nothing in what was offered that it could agree to",
        "compare `minVersion`, `maxVersion`, `ciphers` and the kind of the key on both sides; or, "
        "where the peer asks for a certificate, give `key` and `cert`"},
    Known{SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, "the peer allows none of the versions offered",
          offerMore},
    Known{SSL_R_TLSV1_ALERT_UNKNOWN_CA,
          "the peer does not know the authority of this side's certificate",
          "add the issuer of `cert` to the other side's `ca`, and send the certificates between in "
          "`cert`",
          true},
    Known{SSL_R_SSLV3_ALERT_BAD_CERTIFICATE, "the peer refused this side's certificate",
          showCertificate, true},
    Known{SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN, "the peer refused this side's certificate",
          showCertificate, true},
    Known{SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED, "the peer found this side's certificate revoked",
          "have `cert` replaced, and find out why it was withdrawn", true},
    Known{SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED, "the peer found this side's certificate expired",
          "renew `cert`, and check the other side's clock", true},
    Known{SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE,
          "the peer cannot use this side's certificate for its purpose",
          "issue `cert` with the extended key usage serverAuth for servers, clientAuth for clients",
          true},
    Known{SSL_R_TLSV1_ALERT_ACCESS_DENIED, "the peer grants this side's certificate no access",
          showCertificate, true},
    Known{SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED, "the peer asks for a certificate",
          showCertificate, true},
    Known{SSL_R_NO_APPLICATION_PROTOCOL,
          "nothing that the client offers by ALPN is in this side's `ALPNProtocols`", sameProtocol},
    Known{SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL,
          "the server speaks none of the protocols in `ALPNProtocols`", sameProtocol},
    Known{SSL_R_TLSV1_UNRECOGNIZED_NAME, "the peer does not serve this name", "check `servername`"},
};

const Known* find(unsigned long error) {
  if (ERR_GET_LIB(error) != ERR_LIB_SSL) return nullptr;
  const int reason = ERR_GET_REASON(error);
  const auto* const found = std::find_if(
      known.begin(), known.end(), [reason](const Known& entry) { return entry.reason == reason; });
  return found == known.end() ? nullptr : found;
}

bool peerAlert(unsigned long error) {
  return ERR_GET_LIB(error) == ERR_LIB_SSL && ERR_GET_REASON(error) >= SSL_AD_REASON_OFFSET;
}

// The authorities that the server has named as those it trusts.
std::string authoritiesOf(const SSL* ssl) {
  const STACK_OF(X509_NAME)* const names = SSL_get0_peer_CA_list(ssl);
  std::string text;
  for (int i = 0; i < sk_X509_NAME_num(names); ++i) {
    text += (i == 0 ? ", issued by " : " or by ") + crypto::lineOf(sk_X509_NAME_value(names, i));
  }
  return crypto::clipped(text);
}

// The server has asked, and had nothing, which TLS 1.2 has no alert of its own for.
bool isForNone(const Known& cause, const SSL* ssl, const ClientAuth& auth) {
  const bool mayBe = cause.ofCertificate || cause.reason == SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE;
  return mayBe && auth.asked && !auth.shown(ssl);
}

void explainCause(ErrorParts& parts, const Known& cause, const SSL* ssl, const ClientAuth& auth) {
  if (isForNone(cause, ssl, auth)) {
    parts.message += ": the server asks for a certificate, and this side gave none";
    parts.expected = "a certificate" + authoritiesOf(ssl);
    parts.got = "none";
    parts.fix = showCertificate;
    return;
  }
  parts.message += std::string(": ") + cause.message;
  parts.fix = cause.fix;
  if (!cause.ofCertificate) return;
  X509* const own = SSL_get_certificate(ssl);
  if (own == nullptr) return;
  parts.certificate = crypto::summary(own);
  if (auth.asked) parts.expected = "one" + authoritiesOf(ssl);
}

Error explain(const crypto::OpensslFailure& failure, const SSL* ssl, const ClientAuth& auth,
              bool secure) {
  const std::string when = secure ? "TLS connection ended" : "TLS handshake failed";
  if (failure.code == 0) {
    return Error({.code = "ERR_TLS_FAILED", .message = when + " without a reason from OpenSSL"});
  }
  ErrorParts parts{.code = crypto::errorCode(failure.code), .message = when};
  const Known* const cause = find(failure.code);
  if (cause != nullptr) {
    explainCause(parts, *cause, ssl, auth);
  } else if (peerAlert(failure.code)) {
    parts.message += ": the peer refused it";
  }
  parts.message += " (" + failure.reason + ")";
  return Error(std::move(parts));
}

}  // namespace

Error explainFailure(const SSL* ssl, const crypto::Verification& verification,
                     const ClientAuth& auth, bool secure) {
  const auto failure = crypto::takeFailure();
  if (verification.expect.reject && verification.failure) return *verification.failure;
  if (ERR_GET_LIB(failure.code) == ERR_LIB_SSL &&
      ERR_GET_REASON(failure.code) == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE) {
    return crypto::noCertificate(verification.expect);
  }
  return explain(failure, ssl, auth, secure);
}

Error hungUp() {
  return Error({.code = "ECONNRESET",
                .message = "socket hang up: the peer ended the connection before the TLS handshake "
                           "was done",
                .fix = "look at the peer's log; usual causes are a port that does not serve TLS, a "
                       "proxy in between, or a refused name"});
}

Error truncated(bool accepted) {
  return Error({.code = "ERR_TLS_TRUNCATED",
                .message = "the connection ended without the peer's close_notify: what it sent may "
                           "have been cut off",
                .expected = "close_notify, then the end of the transport",
                .got = "the end of the transport",
                .fix = accepted ? ""
                                : "the server had asked for a certificate, and said nothing after "
                                  "it: its log may tell that it refused this side's"});
}

Error protocolNotOffered(const std::string& protocol) {
  return Error({.code = "ERR_TLS_PROTOCOL_NOT_OFFERED",
                .message = "the server chose a protocol that was not offered",
                .expected = "one of `ALPNProtocols`",
                .got = crypto::clipped(crypto::escaped(protocol)),
                .fix = "the server breaks RFC 7301; leave ALPN out if it has to be spoken to"});
}

Error nameChanged(const std::string& first, const std::string& later) {
  return Error({.code = "ERR_TLS_NAME_CHANGED",
                .message = "the client asked for another name in the middle of the connection",
                .expected = crypto::clipped(crypto::escaped(first)),
                .got = crypto::clipped(crypto::escaped(later)),
                .fix = "a client has to make a connection of its own for each name"});
}

Error asksTooOften(const std::string& what, int limit, std::chrono::seconds window,
                   const std::string& option) {
  return Error(
      {.code = "ERR_TLS_SESSION_ATTACK",
       .message = "TLS session renegotiation attack detected: too many " + what,
       .expected = "at most " + std::to_string(limit) + " in " + std::to_string(window.count()) +
                   " seconds",
       .got = "one more",
       .fix = "the connection has been ended; where such a client is to be served, raise `" +
              option + "`"});
}

}  // namespace securepair::engine
