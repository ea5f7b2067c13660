#pragma once
#include <securepair/tls/alpn.h>
#include <securepair/tls/ocsp.h>
#include <securepair/tls/psk.h>
#include <securepair/tls/secure_pair.h>
#include <securepair/tls/session_store.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/byte_queue.h"
#include "base/deadline.h"
#include "base/resource.h"
#include "base/secret_file.h"
#include "engine/engine.h"
#include "pair/sni.h"
#include "stream/idle_timer.h"

namespace securepair::detail {

/// Whom a handshake asks, where the engine's settings say that it does.
struct HandshakeCallbacks {
  tls::AlpnCallback alpn = {};
  tls::OcspCallback ocsp = {};
  tls::ServerPskCallback serverPsk = {};
  tls::ClientPskCallback clientPsk = {};
};

/// What the connections of a server have in common.
struct PairOptions {
  engine::Settings engine = {};
  std::shared_ptr<const SniLookup> sni = {};  ///< where engine.asksForContext is set
  std::chrono::milliseconds handshakeTimeout = std::chrono::seconds(120);  ///< 0: none
  std::chrono::milliseconds closeTimeout = std::chrono::seconds(120);      ///< 0: none
  std::shared_ptr<base::SecretFile> keylog = {};  ///< where the secrets are written, if anywhere
  /// Where engine.sessionsStoredFor is set.
  std::shared_ptr<tls::SessionStore> sessionStore = {};
  std::shared_ptr<const HandshakeCallbacks> callbacks = {};
  bool trace = false;  ///< handshakes are written to the standard error
};

/// Who made a pair for a connection, and is told in place of the pair's own listeners.
class PairOwner {
 public:
  virtual ~PairOwner() = default;
  virtual void secured(PairCore& pair) = 0;
  virtual void failedBeforeSecure(PairCore& pair, const Error& error) = 0;
  /// A client has a session for its next connection.
  virtual void sessionMade(const engine::Engine&) {}
};

/// The pump between the wire's side and the application's, around one engine. Everything that can
/// go wrong when listeners pause, write, end or destroy in the middle of it is dealt with in
/// cycle(), and nowhere else.
class PairCore final : public std::enable_shared_from_this<PairCore>,
                       public Stream::Consumer,
                       private base::Resource {
 public:
  /// A client's `check` judges the server's name, if given.
  static std::shared_ptr<PairCore> create(std::shared_ptr<const crypto::Context> context,
                                          std::shared_ptr<const PairOptions> options,
                                          const tls::IdentityCheck& check = nullptr);
  PairCore(std::shared_ptr<const crypto::Context> context,
           const std::shared_ptr<const PairOptions>& options, const tls::IdentityCheck& check);
  ~PairCore() override;

  /// What a user has of a pair: its events, and without a carrier the side of the wire.
  tls::SecurePair& face();
  /// Speaks over this stream from now on, and lives as long as the connection. `head` is ciphertext
  /// that has been read from it already. Throws Error where another layer reads the stream.
  void attachTo(std::shared_ptr<Stream> carrier, std::shared_ptr<PairOwner> owner,
                BytesView head = {});
  void begin();
  void destroyAll();

  tls::CleartextStream cleartext;

  const engine::Engine& engine() const noexcept { return engine_; }
  const std::shared_ptr<Stream>& carrier() const noexcept { return carrier_; }
  net::Address remoteOrNone() const;
  /// Emits `connect`.
  void carrierConnected();
  /// Emits `secureConnect`.
  void announceToClient();
  void logKeys() { engine_.logKeys(); }
  void trace();
  bool limitRecords(std::size_t most) noexcept { return engine_.limitRecords(most); }
  void disableRenegotiation() noexcept { engine_.disableRenegotiation(); }
  /// Asks a client's server for a renegotiation, and calls `done` when it is done. Throws Error
  /// where there can be none.
  void renegotiate(Listener<> done);
  /// Somebody has asked whether the peer is authorized.
  void authorizationRead() noexcept { trustUnread_ = false; }
  /// Emits `error` on the cleartext stream, which then is destroyed.
  void failCleartext(const Error& error);

  /// The SNICallback's answer; harmless where none is awaited.
  void answerName(const tls::SniResult& result);
  void refuseName(const Error& error);
  /// The session store's answer; harmless where none is awaited.
  void answerSession(const Buffer& session);
  /// The OcspCallback's answer; harmless where none is awaited.
  void answerStatus(const Buffer& response);
  void refuseStatus(const Error& error);

  // The application's side.
  bool writeCleartext(BytesView bytes);
  void endCleartext();
  void cleartextPausedChanged();
  std::size_t unsentCleartext() const noexcept { return pending_.size() + engine_.outputSize(); }

  // The wire's side.
  bool receive(BytesView bytes);
  void receiveEnd();
  void encryptedPausedChanged();
  void encryptedHasListener();
  std::size_t unreadCiphertext() const noexcept { return engine_.unread(); }

 private:
  enum class State : unsigned char {
    idle,  ///< a client that has not begun
    handshaking,
    open,
    ending,  ///< our close_notify has been said
    over,    ///< nothing more is read or written; the carrier is closing
    closed,
  };
  enum class Cycle : unsigned char { none, running, runningAgain };
  struct Face {
    explicit Face(PairCore& core) noexcept;
    tls::EncryptedStream encrypted;
    tls::SecurePair pair;
  };

  using On = tls::CleartextStream::On;

  // Stream::Consumer
  void consume(BytesView bytes) override { receive(bytes); }
  void consumeEnd() override { receiveEnd(); }
  std::size_t mostAtOnce() const noexcept override;
  void carrierDrained() override;
  void carrierFinished() override;
  void carrierFailed(const Error& error) override;
  void carrierClosed() override;

  void abandon() noexcept override;

  void receiveHead(BytesView head);
  void cycle();
  void step();
  void shakeHandsInTurn();
  void shakeHands();
  bool answerHello();
  bool findContext();
  bool findSession();
  bool chooseProtocol();
  bool findStatus();
  void prepareHandshake();
  std::optional<tls::PskIdentity> findPsk(const std::string& name);
  void announce();
  /// Each echo passes here.
  void tellKeys() {
    if (engine_.hasKeyLines()) tellKeyLines();
  }
  void tellKeyLines();
  void tellIfAccepted();
  bool mayPassUnread() { return !trustUnread_ || mayPassAtFirst(); }
  bool mayPassAtFirst();
  void readCleartext();
  void goOnAsClient();
  void tellSession();
  void goOnRenegotiating();
  void renegotiationTookTooLong();
  void storeSession();
  void dropUsedSession();
  void sendCleartext();
  void takeCleartext(BytesView bytes);
  void encryptFrom(BytesView& bytes);
  bool mayEncrypt();
  void sayClose();
  void flush();
  void sendOutput();
  void endCarrier();
  void matchCarrier();
  void fail(const Error& error);
  void tellFailure(const Error& error, bool wasSecure);
  void linger();
  void destroyStreams();
  void closeStreams();
  void letGo() noexcept;
  Listener<> later(void (PairCore::*task)());
  void startDeadline(std::chrono::milliseconds time, void (PairCore::*whenOver)());
  void awaitPeer();
  void handshakeTookTooLong();
  void peerStaysSilent();
  void lingeredEnough();
  /// Its ciphertext comes and goes by `encrypted`.
  bool isLoose() const noexcept { return !attached_ && face_ != nullptr; }
  bool isServer() const noexcept { return options_.engine.isServer; }
  bool speaks() const noexcept { return state_ == State::open || state_ == State::ending; }

  const PairOptions& options_;  ///< the engine keeps them
  engine::Engine engine_;
  std::shared_ptr<Stream> carrier_;
  std::shared_ptr<PairOwner> owner_;
  std::unique_ptr<Face> face_;                 ///< where a user has the pair
  std::shared_ptr<PairCore> self_;             ///< while the connection is open
  std::unique_ptr<Listener<>> renegotiation_;  ///< under way; called when it is done
  base::ByteQueue pending_;                    ///< plaintext that waits to be encrypted
  std::unique_ptr<Deadline> deadline_;         ///< of a handshake, or of what follows a failure
  std::unique_ptr<IdleTimer> silence_;         ///< the peer's, after our end
  std::uint64_t turn_ = 0;
  std::uint32_t encryptedThisTurn_ = 0;
  State state_;
  Cycle cycle_ = Cycle::none;
  bool inLine_ = false;          ///< a server's handshake waits for its turn
  bool attached_ = false;        ///< to a carrier, which may be gone already
  bool nameAsked_ = false;       ///< the SNICallback
  bool sessionAsked_ = false;    ///< the session store
  bool statusAsked_ = false;     ///< the OcspCallback
  bool reading_ = false;         ///< listeners hear `data`
  bool encrypting_ = false;      ///< a write() from the caller's memory
  bool delivering_ = false;      ///< output is being handed on
  bool holdsBack_ = false;       ///< a client's writes wait: see announce() and renegotiate()
  bool trustUnread_ = false;     ///< a client's server is not authorized, and nobody has asked
  bool acceptanceOpen_ = false;  ///< a client's server has not shown that it accepts it
  bool looksAhead_ = false;      ///< a client that is told what came before the first data
  bool carrierFull_ = false;
  bool endAsked_ = false;
  bool resumeAsked_ = false;
};

}  // namespace securepair::detail
