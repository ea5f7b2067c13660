#include "engine/failure.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "crypto/certificate.h"
#include "crypto/distinguished_name.h"
#include "crypto/openssl_error.h"
#include "crypto/text.h"
#include "engine/disagreement.h"
#include "engine/known_failure.h"
#include "engine/stranger.h"

namespace securepair::engine {
namespace {

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
bool isForNone(const KnownFailure& cause, const Circumstances& at) {
  const bool mayBe = cause.topic == KnownFailure::Topic::certificate ||
                     cause.reason == SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE;
  return mayBe && at.auth.asked && !at.auth.shown(at.ssl);
}

// What goes with the certificate: a peer that misses one between it and its root says no more than
// that it does not know the authority.
std::string sentBehind(SSL* ssl) {
  STACK_OF(X509)* chain = nullptr;
  SSL_get0_chain_certs(ssl, &chain);
  std::vector<std::string> names(static_cast<std::size_t>(std::max(0, sk_X509_num(chain))));
  int next = 0;
  std::generate(names.begin(), names.end(),
                [&] { return crypto::subjectOf(sk_X509_value(chain, next++)); });
  return names.empty() ? "it was sent alone" : "behind it was sent " + listOf(names);
}

void tellOwnCertificate(ErrorParts& parts, const Circumstances& at) {
  X509* const own = SSL_get_certificate(at.ssl);
  if (own == nullptr) return;
  parts.certificate = crypto::summary(own);
  parts.got = sentBehind(at.ssl);
  if (at.auth.asked) parts.expected = "one" + authoritiesOf(at.ssl);
}

// OpenSSL looks for a suite, or a signature, and finds none that nothing could make.
bool lacksOwnCertificate(const KnownFailure& cause, const Circumstances& at, bool isPeers) {
  const bool mayBe =
      cause.topic == KnownFailure::Topic::suites || cause.topic == KnownFailure::Topic::signatures;
  return mayBe && at.settings.isServer && !isPeers && SSL_get_privatekey(at.ssl) == nullptr;
}

void explainCause(ErrorParts& parts, const KnownFailure& cause, const Circumstances& at,
                  bool isPeers) {
  if (isForNone(cause, at)) {
    parts.message += ": the server asks for a certificate, and this side gave none";
    parts.expected = "a certificate" + authoritiesOf(at.ssl);
    parts.got = "none";
    parts.fix = showCertificate;
    return;
  }
  if (lacksOwnCertificate(cause, at, isPeers)) {
    parts.message += ": there is no certificate for this client";
    parts.expected = "one of the server's own, or of the name that was asked for";
    parts.got = "neither";
    parts.fix = "give `key` and `cert`, or `pfx`; or addContext() for the name";
    return;
  }
  parts.message += std::string(": ") + cause.message;
  parts.fix = cause.fix;
  if (cause.topic == KnownFailure::Topic::certificate) return tellOwnCertificate(parts, at);
  tellDisagreement(parts, cause, at, isPeers);
}

Error explain(const crypto::OpensslFailure& failure, const Circumstances& at) {
  const std::string when = at.secure ? "TLS connection ended" : "TLS handshake failed";
  if (failure.code == 0) {
    return Error({.code = "ERR_TLS_FAILED", .message = when + " without a reason from OpenSSL"});
  }
  ErrorParts parts{.code = crypto::errorCode(failure.code), .message = when};
  const bool isPeers = isPeersAlert(failure.code);
  if (const auto cause = knownFailure(failure.code)) {
    explainCause(parts, *cause, at, isPeers);
  } else if (isPeers) {
    parts.message += ": the peer refused it";
  }
  parts.message += " (" + (isPeers ? alertText(failure.code) : failure.reason) + ")";
  return Error(std::move(parts));
}

// Says who it is that does not speak TLS. False where nobody has said anything else.
bool tellStranger(ErrorParts& parts, const Circumstances& at) {
  const BytesView first = at.opening.notTls();
  if (at.secure || first.empty()) return false;
  const Stranger stranger = strangerOf(first, at.settings.isServer);
  parts.message += std::string(": ") +
                   (at.settings.isServer ? "the client speaks " : "what answers is ") +
                   stranger.name + ", not TLS";
  parts.expected = at.settings.isServer ? "the hello of a client of TLS" : "the answer to a hello";
  parts.got = stranger.said;
  parts.fix = stranger.fix;
  return true;
}

std::string bytesText(std::size_t count) {
  if (count == 0) return "not a byte";
  return count == 1 ? "1 byte" : std::to_string(count) + " bytes";
}

bool peersHelloHasCome(const Circumstances& at) { return at.opening.helloVersion() != 0; }

std::string phaseOf(const Circumstances& at) {
  const bool hasCome = peersHelloHasCome(at);
  if (!at.settings.isServer) {
    return hasCome ? "it has answered the hello, and not gone on" : "no answer to the hello";
  }
  if (at.suspended)
    return "its hello waits for the answer of `SNICallback`, `OCSPCallback` or `sessionStore` here";
  if (!hasCome) return "no hello";
  return at.opening.bytesSent() == 0 ? "its hello is not whole"
                                     : "its hello was answered, and it has not gone on";
}

std::string progress(const Circumstances& at) {
  return bytesText(at.opening.bytesReceived()) + " from the peer, " +
         bytesText(at.opening.bytesSent()) + " sent to it; " + phaseOf(at);
}

// The usual causes, the most frequent first.
std::string usualCauses(const Circumstances& at) {
  if (at.settings.isServer) {
    return peersHelloHasCome(at)
               ? "look at the client: it may not trust this side's certificate, or have given up"
               : "as a rule a port scan, a probe of a load balancer, or a client that gave up; "
                 "look "
                 "at the client's log";
  }
  if (peersHelloHasCome(at)) {
    return "look at the server's log: it may ask for a certificate (`key` and `cert`), or have run "
           "into a fault of its own";
  }
  return "check, in this order: that the port serves TLS from its first byte, without STARTTLS; "
         "that no proxy or firewall in between cuts TLS off; that the server serves the name (" +
         (at.settings.servername.empty() ? std::string("none was sent: give `servername`")
                                         : "`servername`") +
         "); and the server's log";
}

}  // namespace

Error explainFailure(const Circumstances& at) {
  const auto failure = crypto::takeFailure();
  const crypto::Verification& verification = at.verification;
  if (verification.expect.reject && verification.failure) return *verification.failure;
  if (ERR_GET_LIB(failure.code) == ERR_LIB_SSL &&
      ERR_GET_REASON(failure.code) == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE) {
    return crypto::noCertificate(verification.expect);
  }
  ErrorParts parts{.code = crypto::errorCode(failure.code), .message = "TLS handshake failed"};
  if (!tellStranger(parts, at)) return explain(failure, at);
  parts.message += " (" + failure.reason + ")";
  return Error(std::move(parts));
}

Error hungUp(const Circumstances& at) {
  ErrorParts parts{.code = "ECONNRESET",
                   .message =
                       "socket hang up: the peer ended the connection before the TLS "
                       "handshake was done"};
  if (tellStranger(parts, at)) return Error(std::move(parts));
  parts.expected = "a whole handshake";
  parts.got = progress(at);
  parts.fix = usualCauses(at);
  return Error(std::move(parts));
}

Error lostInHandshake(const Error& error, const Circumstances& at) {
  ErrorParts parts{.code = error.code(), .message = error.message() + ", in the TLS handshake"};
  if (tellStranger(parts, at)) return Error(std::move(parts));
  parts.expected = "a whole handshake";
  parts.got = progress(at);
  parts.fix = usualCauses(at);
  return Error(std::move(parts));
}

Error tookTooLong(const Circumstances& at) {
  ErrorParts parts{.code = "ERR_TLS_HANDSHAKE_TIMEOUT",
                   .message = "the TLS handshake was not done in time"};
  if (tellStranger(parts, at)) return Error(std::move(parts));
  parts.expected = "a whole handshake within `handshakeTimeout`";
  parts.got = progress(at);
  parts.fix = at.suspended ? "see that each question is answered, and soon"
                           : "check that the host can be reached and speaks TLS on this port, or "
                             "raise `handshakeTimeout`";
  return Error(std::move(parts));
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

Error protocolNotChosen(const std::string& chosen, const std::string& offered) {
  const bool isNone = chosen.empty();
  return Error(
      {.code = isNone ? "ERR_SSL_NO_APPLICATION_PROTOCOL" : "ERR_TLS_ALPN_CALLBACK_INVALID_RESULT",
       .message = isNone ? "`ALPNCallback` chose none of what the client offers by ALPN"
                         : "`ALPNCallback` chose what the client has not offered",
       .expected = "one of " + listOf(protocolsIn(offered)),
       .got = isNone ? "none" : crypto::clipped(crypto::escaped(chosen)),
       .fix = "answer with one of the protocols that the callback is given"});
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
