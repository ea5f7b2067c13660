#pragma once
#include <securepair/crypto.h>
#include <securepair/error.h>
#include <securepair/export.h>
#include <securepair/signal.h>
#include <securepair/stream.h>
#include <securepair/tls/alpn.h>
#include <securepair/tls/cleartext_stream.h>
#include <securepair/tls/protocols.h>
#include <securepair/tls/sni.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace securepair::tls {

/// The wire's side of a pair: write() what came from the peer, and send what `data` gives. `end` is
/// emitted when no more will be sent; end() it where the transport has ended.
class SECUREPAIR_API EncryptedStream final : public Stream {
 public:
  ~EncryptedStream() override;

  std::size_t bufferSize() const override;
  std::shared_ptr<Stream> shared() override;

 private:
  friend class detail::PairCore;
  explicit EncryptedStream(detail::PairCore& core) noexcept;

  bool doWrite(BytesView bytes) override;
  void doEnd() override;
  void doDestroy() override;
  void dataListenerAdded() override;
  void pausedChanged() override;

  detail::PairCore& core_;
};

/// TLS without a socket: "two streams, one of which reads/writes encrypted data, and one
/// reads/writes cleartext data". Made by createSecurePair().
class SECUREPAIR_API SecurePair {
 public:
  SecurePair(const SecurePair&) = delete;
  SecurePair& operator=(const SecurePair&) = delete;
  ~SecurePair();

  CleartextStream& cleartext;
  EncryptedStream& encrypted;

  /// "The event is emitted from the SecurePair once the pair has successfully established a secure
  /// connection." cleartext.authorized() is set by then.
  void onSecure(Listener<> listener);
  /// A failure before `secure`; one after it is an `error` of the cleartext stream.
  void onError(Listener<const Error&> listener);

  /// A client begins its handshake by itself in the loop's next turn. Without a Loop on this
  /// thread it begins here, or when `encrypted` gets its first listener of `data`: add that one
  /// last, since what it forwards may bring all the rest of the handshake before it returns.
  void start();
  /// Ends both streams at once, without a word to the peer.
  void destroy();

 private:
  friend class detail::PairCore;
  SecurePair(detail::PairCore& core, CleartextStream& cleartextSide,
             EncryptedStream& encryptedSide) noexcept;

  detail::PairCore& core_;
  Signal<> secure_;
  Signal<const Error&> error_;
};

/// What a pair can be told beyond the page. The fields are explained where ServerOptions and
/// ConnectOptions have them too.
struct SecurePairOptions {
  ProtocolList NPNProtocols = {};
  ProtocolList ALPNProtocols = {};
  /// Servers only.
  SniCallback SNICallback = {};
  /// Clients only: sent as SNI, and the name that the server's certificate must be for.
  std::string servername = {};
  std::chrono::milliseconds handshakeTimeout = std::chrono::seconds(120);
  std::chrono::milliseconds closeTimeout = std::chrono::seconds(120);
  std::optional<int> clientRenegLimit = {};
  std::optional<std::chrono::seconds> clientRenegWindow = {};
  int keyUpdateLimit = 32;
  bool allowTruncation = false;
  /// Servers only.
  AlpnCallback ALPNCallback = {};
  /// Clients only.
  Buffer session = {};
  bool requestOCSP = false;
  bool enableTrace = false;
};

/// "Creates a new secure pair object with two streams." `requestCert` and `rejectUnauthorized` only
/// apply to servers. Throws Error where an option is not usable. Without a Loop on this thread the
/// pair works too, but has no time-outs.
SECUREPAIR_API std::shared_ptr<SecurePair> createSecurePair(
    crypto::Credentials credentials = crypto::createCredentials(), bool isServer = false,
    bool requestCert = false, bool rejectUnauthorized = false, SecurePairOptions options = {});

}  // namespace securepair::tls
