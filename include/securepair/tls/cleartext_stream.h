#pragma once
#include <securepair/export.h>
#include <securepair/stream.h>
#include <securepair/tls/certificate.h>
#include <securepair/tls/connection_info.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace securepair::detail {
class PairCore;
}

namespace securepair::tls {

/// "This is a stream on top of the Encrypted stream that makes it possible to read/write an
/// encrypted data as a cleartext data."
class SECUREPAIR_API CleartextStream final : public Stream {
 public:
  ~CleartextStream() override;

  /// Of a client: the connection is established; the handshake may have begun. Not where `socket`
  /// was connected before, or is no net::Socket.
  void onConnect(Listener<> listener);
  /// "This event is emitted after a new connection has been successfully handshaked. The listener
  /// will be called no matter if the server's certificate was authorized or not."
  void onSecureConnect(Listener<> listener);
  /// On a client: the server has shown that it accepts this client, be it with its certificate or
  /// without one. Right after `secureConnect`, except where a server of TLS 1.3 has asked for a
  /// certificate: it looks at it when the client is done with the handshake already, and its first
  /// data or session ticket tells that it has gone on. A refusal is an `error` instead. While the
  /// stream is paused nothing is heard.
  void onAuthenticated(Listener<> listener);
  /// A line of NSS's key log format, with its newline, for whoever is to read a recording of the
  /// connection: it holds the secrets of all that is sent. Add the listener before the handshake.
  void onKeylog(Listener<const Data&> listener);

  /// True where the peer's certificate leads to a trusted CA and, on a client, is for the name that
  /// was meant: `servername`, else the host. False before the handshake is done. Where a client's
  /// first data passes to or from a server that is not authorized, and neither this nor
  /// authorizationError() nor getPeerCertificate() has been asked, a warning is given (see
  /// Loop::setStrict()).
  bool authorized() const;
  /// "The reason why the peer's certificate has not been verified": a code such as
  /// CERT_HAS_EXPIRED. Empty when authorized.
  std::string authorizationError() const;
  /// The same with all that explains it.
  std::optional<Error> authorizationFailure() const;

  /// "A string containing selected NPN protocol", or what ALPN has selected; empty if nothing was.
  /// A server without a protocol in common reports what an NPN client has said it will speak.
  std::string npnProtocol() const;
  /// What was agreed by ALPN; empty if nothing was.
  std::string alpnProtocol() const;
  /// "A string containing servername requested with SNI", as the client has sent it; empty if it
  /// sent none, and on a client.
  std::string servername() const;

  /// Of a client: a session was made with which the next connection to this server can begin. Only
  /// once the server is authorized. In TLS 1.3 it comes some time after `secureConnect`, of some
  /// servers with their first data.
  void onSession(Listener<const Buffer&> listener);
  /// Of a client: the newest session, for ConnectOptions::session; empty if there is none (yet), or
  /// the server is not authorized. It holds secrets: keep it like a key.
  Buffer getSession() const;
  /// True where the handshake went on with an earlier session. What authorized() said then it says
  /// again.
  bool isSessionReused() const;

  /// Of a client: the ticket by which the server knows that session; empty if it has none.
  Buffer getTLSTicket() const;

  /// Of a client with `requestOCSP`: the OCSPResponse (RFC 6960) that the server has sent with its
  /// certificate, DER; empty if it sent none. Nobody has looked at it.
  Buffer getOCSPResponse() const;

  /// The peer's certificate; empty() if it sent none. `detailed`: with the chain that it was
  /// verified by, as far as there is one, in `issuerCertificate`.
  PeerCertificate getPeerCertificate(bool detailed = false) const;
  /// The certificate that this side has to show; empty() where it has none.
  PeerCertificate getCertificate() const;

  /// What was agreed on. All of these are empty before the handshake is done.
  CipherInfo getCipher() const;
  /// "TLSv1.2" or "TLSv1.3".
  std::string getProtocol() const;
  /// The group of the key exchange: "X25519", "prime256v1".
  std::string getNegotiatedGroup() const;
  /// The server's ephemeral key, as a client sees it.
  EphemeralKeyInfo getEphemeralKeyInfo() const;
  /// The signature algorithms that both sides know, this side's favourite first: "ECDSA+SHA256".
  /// On a client those for its own certificate, where the server has asked for one.
  std::vector<std::string> getSharedSigalgs() const;
  /// The Finished message that this side has sent, and the one that the peer has: with TLS 1.2 what
  /// the channel binding `tls-unique` is made of.
  Buffer getFinished() const;
  Buffer getPeerFinished() const;

  /// Secret bytes that both sides can make and nobody else (RFC 5705, RFC 8446 section 7.5), for
  /// `label`, and for `context` where it is given, if only as "". 1 to 8160 bytes. Throws Error
  /// ERR_TLS_INVALID_STATE before the handshake is done, ERR_OUT_OF_RANGE, ERR_INVALID_LABEL; and
  /// ERR_TLS_NO_EXTENDED_MASTER_SECRET where a man in the middle could have the same bytes.
  Buffer exportKeyingMaterial(std::size_t length, std::string_view label,
                              const Buffer& context = {}) const;

  /// Of a client: asks the server for a new handshake within the connection, which TLS 1.2 has and
  /// TLS 1.3 has not, and calls `done` when it is done. What is written meanwhile is sent after it;
  /// while the stream is paused nothing is heard. The server has to show the certificate of the
  /// first handshake again: another is an `error` ERR_TLS_PEER_CHANGED. An `error` it is too where
  /// the server refuses (ERR_SSL_NO_RENEGOTIATION), ends the connection instead, or has not
  /// answered within `handshakeTimeout` (ERR_TLS_HANDSHAKE_TIMEOUT). Throws Error
  /// ERR_TLS_INVALID_STATE on a server, before `secureConnect`, after an end, and while one is
  /// under way; and ERR_TLS_NO_RENEGOTIATION with TLS 1.3.
  void renegotiate(Listener<> done = nullptr);

  /// Of a server: a client that asks for a renegotiation from now on is told that there is none.
  void disableRenegotiation() noexcept;

  /// The most data that a record of this side's has from now on, 512 to 16384 bytes: smaller ones
  /// reach an application sooner on a slow line, and cost more. False where it is another number.
  bool setMaxSendFragment(std::size_t size) noexcept;

  /// Writes what is said in handshakes from now on to the standard error: ServerOptions and
  /// ConnectOptions have it from the first byte on.
  void enableTrace();

  std::size_t bufferSize() const override;
  std::optional<net::Address> address() const override;
  std::optional<net::Address> remote() const override;
  std::shared_ptr<Stream> shared() override;

 private:
  friend class detail::PairCore;
  explicit CleartextStream(detail::PairCore& core) noexcept;

  bool doWrite(BytesView bytes) override;
  void doEnd() override;
  void doDestroy() override;
  void pausedChanged() override;
  void doSetNoDelay(bool noDelay) override;
  void doSetKeepAlive(bool keepAlive, std::chrono::seconds delay) override;
  void doKeepRunning(bool keeps) override;
  void doReset() override;

  struct On {
    static constexpr Event<> secureConnect{0};
    static constexpr Event<> authenticated{1};
    static constexpr Event<const Data&> keylog{2};
    static constexpr Event<const Buffer&> session{3};
    static constexpr Event<> connect{4};
  };

  detail::PairCore& core_;
  Signals events_;
};

}  // namespace securepair::tls
