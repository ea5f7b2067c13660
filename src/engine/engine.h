#pragma once
#include <securepair/bytes.h>
#include <securepair/error.h>
#include <securepair/tls/certificate.h>
#include <securepair/tls/connection_info.h>
#include <securepair/tls/identity_check.h>
#include <securepair/tls/ocsp.h>
#include <securepair/tls/psk.h>

#include <chrono>
#include <cstddef>
#include <ctime>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/buffer_pool.h"
#include "base/byte_queue.h"
#include "base/rate_window.h"
#include "crypto/context.h"
#include "crypto/handshake_hooks.h"
#include "crypto/openssl_ptr.h"
#include "crypto/verify.h"
#include "engine/buffer_bio.h"
#include "engine/client_auth.h"
#include "engine/failure.h"
#include "engine/keylog.h"
#include "engine/offer.h"
#include "engine/opening.h"
#include "engine/settings.h"
#include "engine/sni_contexts.h"

namespace securepair::engine {

/// TLS without I/O: bytes in, bytes out. What came from the peer is lent with feed(); what is for
/// the peer lies in output() until it is taken. OpenSSL's callbacks end in here, recorded as facts
/// to be asked for. Once it has failed it stays failed.
class Engine final : private crypto::HandshakeHooks {
 public:
  enum class Want {
    nothing,    ///< the call did what was asked
    input,      ///< feed() more, then call again
    output,     ///< take the output, then call again
    suspended,  ///< see asks(): answer, then call again
    closed,     ///< the peer has said its close_notify: no more will come
    failed,     ///< see failure(); an alert for the peer may lie in output()
  };
  struct Result {
    std::size_t bytes = 0;
    Want want = Want::nothing;
  };

  /// Throws Error where OpenSSL cannot make a connection from the context.
  /// A client's `check` judges the server's name, if given.
  Engine(std::shared_ptr<const crypto::Context> context, std::shared_ptr<const Settings> settings,
         const tls::IdentityCheck& check = nullptr);
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  ~Engine();

  /// Lends ciphertext, which follows what was fed before. It must stay valid until keepInput().
  void feed(BytesView ciphertext);
  /// Copies what was lent and has not been read, so that the lender may have it back.
  void keepInput();
  /// Nothing follows what was fed: the transport has ended.
  void feedEnd() noexcept { inputEnded_ = true; }
  /// Bytes that were fed and have not been read.
  std::size_t unread() const noexcept { return wire_.input.size(); }
  /// read() would find something: data, or the end.
  bool readable() const noexcept;

  /// Calls the identity check, and lets out what that throws: the peer then is not authorized.
  Want handshake();
  /// The connection is closed: what the user has given may hold it.
  void dropIdentityCheck() noexcept {
    if (extras_ != nullptr) extras_->identityCheck.reset();
  }
  /// What a handshake of a server that is suspended waits for: a context for servername(), which
  /// resume() answers, one of the offeredProtocols(), the response to ocspRequest(), or the session
  /// of askedSession().
  enum class Asks : unsigned char { nothing, context, protocol, status, session };
  Asks asks() const noexcept;
  /// Goes on with the handshake that is suspended, in the context chosen; an empty choice leaves
  /// the connection in its own.
  void resume(const ContextChoice& choice);
  /// Ends the handshake that is suspended.
  void refuse(Error reason);
  std::vector<std::string> offeredProtocols() const;
  /// Empty, or one that was not offered: the handshake ends.
  void answerProtocol(const std::string& chosen);
  tls::OcspRequest ocspRequest() const;
  void answerStatus(const Buffer& response);
  /// The id of the session that a client wants to resume.
  const std::string& askedSession() const noexcept { return beginning().askedSession; }
  /// What a StoredSession had; empty: there is none.
  void answerSession(BytesView stored);
  /// Fills `into` with the plaintext of as many records as fit. Bytes count in every case; `want`
  /// tells why there are not more.
  Result read(std::span<std::byte> into);
  /// Encrypts as much as there is room for.
  Result write(BytesView plaintext);
  /// Says close_notify. The peer's data can still be read. `input`: only after what it has begun to
  /// send.
  Want close();

  struct Output {
    base::Chunk chunk;  ///< holds the bytes
    BytesView bytes;
  };
  bool hasOutput() const noexcept { return wire_.written > 0; }
  std::size_t outputSize() const noexcept { return wire_.written; }
  Output takeOutput() noexcept;

  /// Where Settings::usesPsk is set, before the handshake: how a client finds its key, given the
  /// server's hint, or a server that of a client, given its identity. What it throws fails the
  /// handshake.
  using PskLookUp = std::function<std::optional<tls::PskIdentity>(const std::string&)>;
  void usePsk(PskLookUp lookUp);

  /// Writes what is said in handshakes to the standard error, from now on. False where this OpenSSL
  /// cannot.
  bool trace();
  /// The largest record to be made, 512 to 16384 bytes of data; false where it is another number.
  bool limitRecords(std::size_t most) noexcept;
  /// Of a server: whoever asks is told so.
  void disableRenegotiation() noexcept;

  /// Collects what a key log is made of, from now on.
  void logKeys();
  bool hasKeyLines() const noexcept {
    return extras_ != nullptr && extras_->keyLines != nullptr && !extras_->keyLines->empty();
  }
  std::vector<std::string> takeKeyLines() noexcept { return extras_->keyLines->take(); }

  /// The transport has ended.
  bool inputEnded() const noexcept { return inputEnded_; }
  /// The name that a client has asked for; empty if it named none.
  std::string_view servername() const noexcept {
    return servername_ != nullptr ? std::string_view(servername_.get()) : std::string_view();
  }
  const Error* failure() const noexcept { return failure_.get(); }
  /// What there is to say where the handshake comes to no end: the peer hung up, the transport
  /// failed with `error`, or it took too long.
  Error hungUp() const { return engine::hungUp(circumstances()); }
  Error lost(const Error& error) const { return lostInHandshake(error, circumstances()); }
  Error tookTooLong() const { return engine::tookTooLong(circumstances()); }
  /// The transport has failed. What was fed and not read is dropped, but for an alert in it, which
  /// then is the failure() and says more.
  void dropInput();

  /// The following are known once the handshake is done.
  bool secure() const noexcept { return secure_; }
  bool authorized() const noexcept;
  /// Why the peer is not authorized; empty where it is, and where no certificate was asked for.
  const Error* unauthorized() const noexcept {
    return verdict().failure && !byPsk_ ? &*verdict().failure : nullptr;
  }
  /// The two sides know each other by a key that both had beforehand.
  bool byPsk() const noexcept { return byPsk_; }
  /// A server has shown that it accepts this client, which it may first do with what lookAhead()
  /// finds: data, or a ticket.
  bool accepted() const noexcept { return clientAuth_.accepted; }
  void lookAhead();
  /// Of a client that is secure, with TLS 1.2: asks the server for a renegotiation. To be called
  /// again, after read(), until it answers `nothing`: it is done. `closed`: the server has ended
  /// instead. Nothing may be written meanwhile.
  Want renegotiate();
  /// The connection goes on with the keys of one before it.
  bool reused() const noexcept;
  /// Of an authorized server, the newest session to be resumed; empty: none yet.
  std::optional<Session> session() const;
  /// What the server calls that session by; empty where it is not in a ticket.
  Buffer ticket() const;
  /// True once for each session that the server has made, from when it is authorized on.
  bool takeNewSession() noexcept;
  /// Of a server whose sessions are stored: one to be kept, once for each that was made.
  struct StoredSession {
    Buffer id = {};
    Buffer bytes = {};
  };
  std::unique_ptr<StoredSession> takeMadeSession() noexcept {
    return extras_ != nullptr ? std::move(extras_->madeSession) : nullptr;
  }
  std::chrono::seconds sessionsStoredFor() const noexcept { return *settings_->sessionsStoredFor; }
  /// It goes on with a stored session that is not to be used again.
  bool usedUpSession() const noexcept;
  /// How the connection began is of no more interest once it is secure.
  void forgetBeginning() noexcept { beginning_.reset(); }
  tls::PeerCertificate peerCertificate(bool detailed = false) const;
  tls::PeerCertificate ownCertificate() const;
  tls::CipherInfo cipher() const;
  std::string protocol() const;
  std::string group() const;
  tls::EphemeralKeyInfo ephemeralKey() const;
  std::vector<std::string> sharedSigalgs() const;
  Buffer finished() const;
  Buffer peerFinished() const;
  /// Throws Error.
  Buffer exportKeyingMaterial(std::size_t length, std::string_view label,
                              const Buffer& context) const;
  /// What a client's server has sent with its certificate; empty: nothing.
  Buffer stapledResponse() const;
  /// What was agreed by ALPN; empty if nothing was.
  std::string alpnProtocol() const;
  /// What was agreed by ALPN or else by NPN. Of a server: by NPN, whatever the client has said.
  std::string npnProtocol() const;

 private:
  enum class Naming : unsigned char { none, asked, ownContext, chosenContext };
  enum class LookUp : unsigned char { none, asked, answered };

  // crypto::HandshakeHooks
  Hello clientHello(SSL* ssl, int& alert) noexcept override;
  bool servesName() const noexcept override { return naming_ == Naming::chosenContext; }
  Choice chooseAlpn(std::string_view offered) noexcept override;
  std::string_view ocspResponse() const noexcept override;
  std::size_t serversPsk(std::string_view identity, std::span<std::byte> key) noexcept override;
  std::size_t clientsPsk(std::string_view hint, std::span<char> name,
                         std::span<std::byte> key) noexcept override;
  std::string_view advertisedNpn() const noexcept override;
  std::string_view chooseNpn(std::string_view advertised) noexcept override;
  int ticketKey(bool isNew, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
                EVP_MAC_CTX* mac) noexcept override;
  std::string ticketTag() noexcept override;
  bool isResumable(std::string_view tag) const noexcept override;
  SSL_SESSION* findSession(std::string_view id) noexcept override;
  bool givesSessionId() const noexcept override { return storesSessions() && !secure_; }
  void sessionMade(SSL_SESSION* session) noexcept override;
  void keyUpdated() noexcept override;
  void renegotiationBegins() noexcept override;
  void renegotiationDone() noexcept override;

  template <class Call>
  Want perform(Call call);
  Want explainStop(int result);
  Result peek();
  void judgeName();
  Want fail(Error error);
  Circumstances circumstances() const;
  Want noMoreInput();
  Want endOfInput();
  bool peerClosed() const noexcept;
  void demandCertificate(bool request, bool reject);
  void startServer();
  void startClient();
  void use(const ContextChoice& choice);
  void keepName(std::string_view name);
  bool isSecondHelloFit(const std::string& name, int& alert);
  void keepForFailure(std::string_view protocols) noexcept;
  bool agreedWithinOffer() const;
  std::string policyOf(std::string_view name) const;
  void bindSession();
  Want giveTicket();
  bool asksForSession(SSL* ssl);
  bool asksForProtocol(SSL* ssl);
  bool asksForStatus(SSL* ssl);
  Choice chosenProtocol(std::string_view offered) const noexcept;
  int refusalAlert() const noexcept;
  std::optional<tls::PskIdentity> findPsk(std::string_view name);
  template <class Answer>
  std::size_t answerPsk(Answer answer) noexcept;
  std::size_t refusePsk(const Error& reason) noexcept;
  void prepareForPsk();
  std::optional<tls::PskIdentity> askForKey(const std::string& name);
  bool feedLate();
  bool usedPsk() const noexcept;
  bool storesSessions() const noexcept { return settings_->sessionsStoredFor.has_value(); }
  bool keepsSessions() const noexcept {
    return settings_->ticketKeys != nullptr || storesSessions();
  }
  void keepForStore(SSL_SESSION* session) noexcept;
  void offerSession();
  void settleReused();
  std::time_t timeOfTag() const noexcept;
  bool hasRoomForRecord(std::size_t plaintext) const noexcept;

  /// What is of interest until the connection is secure.
  struct Beginning {
    Opening opening = {};
    ClientOffer offer = {};          ///< servers
    LookUp protocol = LookUp::none;  ///< servers: by ALPN, as the user chooses
    std::string chosenProtocol = {};
    LookUp status = LookUp::none;  ///< servers
    std::string ocspResponse = {};
    Asks refused = Asks::nothing;  ///< what was asked for
    PskLookUp psk = {};
    int pskLookUps = 0;
    bool insideHook = false;                  ///< the user is asked from within OpenSSL
    base::ByteQueue late = {};                ///< what is fed meanwhile
    std::string askedSession = {};            ///< servers: the client's, by its id
    crypto::SslSessionPtr foundSession = {};  ///< what the store had for it
  };
  /// What a renegotiation makes OpenSSL forget.
  struct Agreed {
    crypto::X509Ptr peer = {};
    std::string alpn = {};
  };
  enum class Renegotiation : unsigned char { none, asked, done };
  /// What a peer has asked for after the handshake.
  struct Requests {
    explicit Requests(const Limits& limits) noexcept;
    base::RateWindow renegotiations;
    base::RateWindow keyUpdates;
  };
  /// What few connections have.
  struct Extras {
    std::unique_ptr<const tls::IdentityCheck> identityCheck = {};
    std::unique_ptr<KeyLines> keyLines = {};
    std::unique_ptr<Requests> requests = {};   ///< from the first on
    std::unique_ptr<Error> hookFailure = {};   ///< found within a callback of OpenSSL's
    std::unique_ptr<const Agreed> first = {};  ///< in the first handshake; set by a renegotiation
    crypto::SslSessionPtr session = {};        ///< clients: the newest that the server has made
    std::unique_ptr<StoredSession> madeSession = {};
  };
  const Beginning& beginning() const noexcept;
  const Extras& extras() const noexcept;
  Extras& makeExtras();
  Requests& requests();
  const crypto::Verification& verdict() const noexcept;
  crypto::Verification& verification();

  std::shared_ptr<const crypto::Context> context_;
  crypto::SslPtr ssl_;
  std::shared_ptr<const Settings> settings_;
  std::unique_ptr<crypto::Verification> verification_;  ///< where the peer shall show a certificate
  std::unique_ptr<Beginning> beginning_;
  std::unique_ptr<Extras> extras_;
  Wire wire_;
  base::ByteQueue kept_;
  std::unique_ptr<const Error> failure_;
  std::unique_ptr<const char[]> servername_;  ///< null: none
  ClientAuth clientAuth_;
  Naming naming_ = Naming::none;
  LookUp lookUp_ = LookUp::none;
  Renegotiation renegotiation_ = Renegotiation::none;  ///< clients
  bool requestCert_ = false;                           ///< the peer shall show a certificate
  bool reject_ = false;                                ///< an unauthorized peer fails the handshake
  bool helloSeen_ = false;
  bool npnAgreed_ = false;
  bool updatesTooOften_ = false;
  bool newSession_ = false;
  bool inputEnded_ = false;
  bool secure_ = false;
  bool owesTicket_ = false;  ///< servers: it leaves with their first data
  bool byPsk_ = false;       ///< see byPsk()
};

}  // namespace securepair::engine
