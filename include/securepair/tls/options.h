#pragma once
#include <securepair/bytes.h>
#include <securepair/crypto.h>
#include <securepair/export.h>
#include <securepair/stream.h>
#include <securepair/tls/alpn.h>
#include <securepair/tls/client_certificate.h>
#include <securepair/tls/identity_check.h>
#include <securepair/tls/ocsp.h>
#include <securepair/tls/protocols.h>
#include <securepair/tls/psk.h>
#include <securepair/tls/session_store.h>
#include <securepair/tls/sni.h>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace securepair::tls {

/// An open stream to secure: from the shared_ptr that net::connect() gives, or from the reference
/// that a listener gets.
class SocketRef {
 public:
  SocketRef() noexcept = default;
  SocketRef(std::nullptr_t) noexcept {}
  template <std::derived_from<Stream> T>
  SocketRef(std::shared_ptr<T> socket) noexcept : socket_(std::move(socket)) {}
  SocketRef(Stream& socket) : socket_(socket.shared()) {}

  explicit operator bool() const noexcept { return socket_ != nullptr; }
  const std::shared_ptr<Stream>& get() const noexcept { return socket_; }

 private:
  std::shared_ptr<Stream> socket_;
};

/// What createServer() takes. The fields are explained where crypto::CredentialsOptions has them
/// too; here `pfx` excludes `key`, `cert` and `ca`.
struct ServerOptions {
  Buffer pfx = {};
  Buffer key = {};
  std::string passphrase = {};
  Buffer cert = {};
  crypto::CaList ca = {};
  std::string ciphers = {};
  /// "If true the server will request a certificate from clients that connect and attempt to verify
  /// that certificate."
  bool requestCert = false;
  /// "If true the server will reject any connection which is not authorized with the list of
  /// supplied CAs. This option only has an effect if requestCert is true."
  bool rejectUnauthorized = false;
  /// "An array or Buffer of possible NPN protocols. (Protocols should be ordered by their
  /// priority)." NPN itself is of TLS 1.2 and below; where `ALPNProtocols` is not given the list is
  /// used for ALPN too. No protocol in common is no failure.
  ProtocolList NPNProtocols = {};
  /// "A function that will be called if client supports SNI TLS extension."
  SniCallback SNICallback = {};
  /// "A string containing a opaque identifier for session resumption. If requestCert is true, the
  /// default is MD5 hash value generated from command-line." Sessions are resumed only where it is
  /// the same; they are bound to the SNI name, the context and the policy for clients besides.
  std::string sessionIdContext = {};
  /// Protocols for ALPN (RFC 7301), by their priority. A client that offers others only is refused.
  ProtocolList ALPNProtocols = {};
  std::string minVersion = {};
  std::string maxVersion = {};
  std::optional<int> securityLevel = {};
  crypto::CaList crl = {};
  /// From accept to `secureConnection`; then `clientError` with ERR_TLS_HANDSHAKE_TIMEOUT. 0: none.
  std::chrono::milliseconds handshakeTimeout = std::chrono::seconds(120);
  /// How long the peer may be silent after our end() before the connection is dropped. 0: for ever.
  std::chrono::milliseconds closeTimeout = std::chrono::seconds(120);
  /// CLIENT_RENEG_LIMIT of this server; 0: refuses to renegotiate.
  std::optional<int> clientRenegLimit = {};
  /// CLIENT_RENEG_WINDOW of this server, for key updates too.
  std::optional<std::chrono::seconds> clientRenegWindow = {};
  /// How many key updates of TLS 1.3 a peer may make within the window. The next one is an `error`
  /// ERR_TLS_SESSION_ATTACK, and the connection is gone.
  int keyUpdateLimit = 32;
  /// How long a session may be resumed. 0: none is. A client of TLS 1.3 is given one with the first
  /// data that this server writes, or where its certificate was asked for right after the
  /// handshake.
  std::chrono::seconds sessionTimeout = std::chrono::hours(2);
  /// What the keys of session tickets are derived from, 32 random bytes or more: give several
  /// servers the same, and they resume each other's sessions. Each key is used for one
  /// `sessionTimeout`, by the clock. Default: random bytes of the server's own.
  Buffer ticketSecret = {};
  /// Trusted beside the system's well-known roots; excludes `ca` and `pfx`.
  crypto::CaList caAppend = {};
  /// What is wanted of clients, in one word instead of `requestCert` and `rejectUnauthorized`;
  /// where it is given they may not say more than it does.
  std::optional<ClientCertificate> clientCertificate = {};
  /// A file to which the secrets of all connections are appended in NSS's key log format, so that a
  /// recording of them can be read. It is made where there is none, must not be open to other
  /// users, and is opened here: where it cannot be used Error is thrown.
  std::string keylogFile = {};
  /// Where sessions are kept in place of tickets, for `sessionTimeout`. Servers on several ports or
  /// threads may share one. Excludes `ticketSecret`.
  std::shared_ptr<SessionStore> sessionStore = {};
  /// Whether the transport's end without close_notify is taken for the peer's end, as v0.6.18 did,
  /// in place of the error ERR_TLS_TRUNCATED: for peers that know no better. Anybody on the wire
  /// can then cut off what they send.
  bool allowTruncation = false;
  /// As in crypto::CredentialsOptions.
  std::string groups = {};
  std::string sigalgs = {};
  std::string dhparam = {};
  bool honorCipherOrder = true;
  bool allowPartialTrustChain = false;
  /// Chooses the protocol of each client that offers some by ALPN; excludes `ALPNProtocols`.
  AlpnCallback ALPNCallback = {};
  /// Answers clients that want to have an OCSP response with the certificate (RFC 6066). Without it
  /// they get none.
  OcspCallback OCSPCallback = {};
  /// Finds the key of a client that shares one with this server (RFC 4279; RFC 8446): `authorized`
  /// then says that it has it, and no certificate is looked at. In TLS 1.2 `ciphers` has to name
  /// suites with PSK before those for the certificate, if the server has one; in TLS 1.3 those with
  /// SHA-256 go first, for which such keys are. Suites with RSA and PSK are not used. Such a
  /// connection is not resumed, and does not renegotiate.
  ServerPskCallback pskCallback = {};
  /// What clients of TLS 1.2 are told to help them choose a key; at most 256 bytes.
  std::string pskIdentityHint = {};
  /// What is said in handshakes is written to the standard error, for whoever looks for a fault.
  bool enableTrace = false;
};

/// What connect() takes. The fields are explained where crypto::CredentialsOptions has them too.
struct ConnectOptions {
  Buffer pfx = {};
  Buffer key = {};
  std::string passphrase = {};
  Buffer cert = {};
  crypto::CaList ca = {};
  /// "An array of string or Buffer containing supported NPN protocols." NPN itself is of TLS 1.2
  /// and below; where `ALPNProtocols` is not given the list is offered by ALPN too. No protocol in
  /// common is no failure.
  ProtocolList NPNProtocols = {};
  /// "Servername for SNI (Server Name Indication) TLS extension", and the name for which the
  /// server's certificate must be. Default: the host, where it is a name. Of a name in UTF-8 both
  /// is the ASCII form, "xn--...".
  std::string servername = {};
  /// "Establish secure connection on a given socket rather than creating a new socket. If this
  /// option is specified, host and port are ignored." Any stream will do. The certificate must be
  /// for `servername`, else for the host to which a net::Socket was connected. What it has received
  /// and nobody has read, and all that it still receives, is the peer's TLS; see `head`.
  SocketRef socket = {};
  std::string ciphers = {};
  /// If true a server that is not authorized is refused: `error`, and no `secureConnect`.
  bool rejectUnauthorized = false;
  /// Judges whether the certificate is for the server that was meant, in place of the comparison of
  /// names; it is called where the chain is in order, with the name (empty where there is none),
  /// and answers an Error, or nothing. What it throws comes out of run(), and the server is not
  /// authorized.
  IdentityCheck checkServerIdentity = {};
  /// Protocols to offer by ALPN (RFC 7301), by their priority.
  ProtocolList ALPNProtocols = {};
  std::string minVersion = {};
  std::string maxVersion = {};
  std::optional<int> securityLevel = {};
  crypto::CaList crl = {};
  /// What getSession() of an earlier connection to this server gave, to spare a full handshake. One
  /// that does not fit, or has expired, is left aside. Default: what this thread remembers of the
  /// host and port.
  Buffer session = {};
  /// From connect() to `secureConnect`; then `error` with ERR_TLS_HANDSHAKE_TIMEOUT. 0: none.
  std::chrono::milliseconds handshakeTimeout = std::chrono::seconds(120);
  /// How long the peer may be silent after our end() before the connection is dropped. 0: for ever.
  std::chrono::milliseconds closeTimeout = std::chrono::seconds(120);
  /// How many key updates of TLS 1.3 the server may make in ten minutes.
  int keyUpdateLimit = 32;
  /// Whether sessions are remembered, for the next connection to the same host and port with the
  /// same options.
  bool sessionCache = true;
  /// Trusted beside the system's well-known roots; excludes `ca`.
  crypto::CaList caAppend = {};
  /// A context of crypto::createCredentials(), which connections then share. It stands for all the
  /// options that a context is made of, `pfx` to `ca` and `ciphers` to `crl`: together with one of
  /// them it is refused.
  crypto::SecureContext secureContext = {};
  /// What has been read from `socket` beyond the point from which the peer speaks TLS: these bytes
  /// are taken as TLS, before all others, and never as the application's data.
  Buffer head = {};
  /// As in ServerOptions.
  std::string keylogFile = {};
  bool allowTruncation = false;
  /// As in crypto::CredentialsOptions.
  std::string groups = {};
  std::string sigalgs = {};
  bool allowPartialTrustChain = false;
  /// Asks the server for an OCSP response (RFC 6066), which CleartextStream::getOCSPResponse() has
  /// then: nobody has looked at it. A session that is resumed has none, as it has no certificate:
  /// what is remembered of the server is left aside.
  bool requestOCSP = false;
  /// Finds the key that this client shares with the server (RFC 4279; RFC 8446), of which
  /// `authorized` then says that it has it. A server that chooses a suite with its certificate is
  /// looked at as ever. No session is resumed, and a connection by key does not renegotiate.
  ClientPskCallback pskCallback = {};
  /// As in ServerOptions.
  bool enableTrace = false;
};

}  // namespace securepair::tls
