#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "crypto/openssl_ptr.h"

namespace securepair::crypto {

/// What OpenSSL asks in the middle of a handshake. Every context hands the question on to the
/// connection, so that it makes no difference which of a server's contexts serves it.
class HandshakeHooks {
 public:
  enum class Hello : unsigned char { go, wait, refuse };

  /// A client's hello has come. `alert` is for a refusal.
  virtual Hello clientHello(SSL* ssl, int& alert) noexcept = 0;
  /// Whether the context was chosen by the name that the client asked for.
  virtual bool servesName() const noexcept = 0;

  struct Choice {
    std::string_view protocol;  ///< empty: none
    bool mustAgree = false;     ///< none is the end of the handshake
  };
  /// A server chooses among what the client offers by ALPN, in wire format.
  virtual Choice chooseAlpn(std::string_view offered) noexcept = 0;
  /// What a server advertises by NPN, in wire format; it stays valid.
  virtual std::string_view advertisedNpn() const noexcept = 0;
  /// A client chooses among what the server advertises by NPN; never empty, and it stays valid.
  virtual std::string_view chooseNpn(std::string_view advertised) noexcept = 0;

  /// The OCSP response that goes with a server's certificate; empty: none. It stays valid.
  virtual std::string_view ocspResponse() const noexcept = 0;

  /// A key that both sides have beforehand is written to `key`, and its size answered; 0: none;
  /// pskRefused: the handshake ends. On a server it is the client's that calls itself so; on a
  /// client its own, whose identity is written, with a 0 behind it, to `name`.
  virtual std::size_t serversPsk(std::string_view identity, std::span<std::byte> key) noexcept = 0;
  virtual std::size_t clientsPsk(std::string_view hint, std::span<char> name,
                                 std::span<std::byte> key) noexcept = 0;
  static constexpr std::size_t pskRefused = PSK_MAX_PSK_LEN + 1;

  /// A key for a server's ticket, to be put into the two contexts: a new one, whose name and IV are
  /// to be written, or the one of that name. As SSL_CTX_set_tlsext_ticket_key_evp_cb() has it: 0
  /// for no ticket or key, 2 for one that is to be replaced, below 0 for a failure.
  virtual int ticketKey(bool isNew, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
                        EVP_MAC_CTX* mac) noexcept = 0;
  /// What a server's ticket holds beside the session.
  virtual std::string ticketTag() noexcept = 0;
  /// Whether a server may resume what it finds in a ticket.
  virtual bool isResumable(std::string_view tag) const noexcept = 0;
  /// The session of that id that a server may resume, for OpenSSL to own; null: none.
  virtual SSL_SESSION* findSession(std::string_view id) noexcept = 0;
  /// Whether the session that a server is about to make can be found by its id.
  virtual bool givesSessionId() const noexcept = 0;
  /// A session was made that may be resumed.
  virtual void sessionMade(SSL_SESSION* session) noexcept = 0;

  // Told from watchLaterHandshakes() on.
  /// The peer has updated its key, in TLS 1.3.
  virtual void keyUpdated() noexcept = 0;
  /// A renegotiation begins, of which nothing has been looked at yet; or it is done.
  virtual void renegotiationBegins() noexcept = 0;
  virtual void renegotiationDone() noexcept = 0;

 protected:
  ~HandshakeHooks() = default;
};

void installHooks(SSL_CTX* ctx);

/// The hooks must outlive the connection's handshakes.
void setHooks(SSL* ssl, HandshakeHooks* hooks) noexcept;

/// The connection's hooks are asked for a key that both sides have; without this they are not.
void askForPsk(SSL* ssl) noexcept;

/// Costs nothing while data comes and goes, unlike a look at every message.
void watchLaterHandshakes(SSL* ssl) noexcept;

}  // namespace securepair::crypto
