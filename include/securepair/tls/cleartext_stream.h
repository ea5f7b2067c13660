#pragma once
#include <securepair/export.h>
#include <securepair/stream.h>
#include <securepair/tls/certificate.h>

#include <memory>
#include <optional>
#include <string>

namespace securepair::detail {
class PairCore;
}

namespace securepair::tls {

struct CipherInfo {
  std::string name = {};     ///< OpenSSL's name: "ECDHE-RSA-AES128-GCM-SHA256"
  std::string version = {};  ///< the protocol that the cipher belongs to: "TLSv1.2"
};

/// "This is a stream on top of the Encrypted stream that makes it possible to read/write an
/// encrypted data as a cleartext data."
class SECUREPAIR_API CleartextStream final : public Stream {
 public:
  ~CleartextStream() override;

  /// "This event is emitted after a new connection has been successfully handshaked. The listener
  /// will be called no matter if the server's certificate was authorized or not."
  void onSecureConnect(Listener<> listener);

  /// True where the peer's certificate leads to a trusted CA and, on a client, is for the name that
  /// was meant: `servername`, else the host. False before the handshake is done.
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
  /// once the server is authorized. In TLS 1.3 it comes some time after `secureConnect`.
  void onSession(Listener<const Buffer&> listener);
  /// Of a client: the newest session, for ConnectOptions::session; empty if there is none (yet), or
  /// the server is not authorized. It holds secrets: keep it like a key.
  Buffer getSession() const;
  /// True where the handshake went on with an earlier session. What authorized() said then it says
  /// again.
  bool isSessionReused() const;

  /// The peer's certificate; empty() if it sent none.
  PeerCertificate getPeerCertificate() const;
  CipherInfo getCipher() const;
  /// "TLSv1.2" or "TLSv1.3"; empty before the handshake is done.
  std::string getProtocol() const;

  std::size_t bufferSize() const override;
  std::optional<net::Address> address() const override;
  std::optional<net::Address> remote() const override;
  std::shared_ptr<Stream> shared() override;

 private:
  friend class detail::PairCore;
  friend class SecurePair;
  explicit CleartextStream(detail::PairCore& core) noexcept;

  bool doWrite(BytesView bytes) override;
  void doEnd() override;
  void doDestroy() override;
  void pausedChanged() override;
  void doSetNoDelay(bool noDelay) override;

  detail::PairCore& core_;
  Signal<> secureConnect_;
  Signal<const Buffer&> session_;
};

}  // namespace securepair::tls
