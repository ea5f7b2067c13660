#pragma once
#include <securepair/bytes.h>
#include <securepair/error.h>
#include <securepair/tls/certificate.h>
#include <securepair/tls/cleartext_stream.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/buffer_pool.h"
#include "base/byte_queue.h"
#include "crypto/context.h"
#include "crypto/openssl_ptr.h"
#include "crypto/verify.h"
#include "engine/buffer_bio.h"

namespace securepair::engine {

struct Settings {
  bool isServer = false;
  bool requestCert = false;         ///< servers only: clients always see the server's certificate
  bool rejectUnauthorized = false;  ///< an unauthorized peer fails the handshake
  std::string servername = {};      ///< clients only: the SNI name to send; empty: none
  std::string identity = {};        ///< clients only: the name or address that was meant
};

/// TLS without I/O: bytes in, bytes out. What came from the peer is lent with feed(); what is for
/// the peer lies in output() until it is taken. OpenSSL's callbacks end in here, recorded as facts
/// to be asked for. Once it has failed it stays failed.
class Engine {
 public:
  enum class Want {
    nothing,  ///< the call did what was asked
    input,    ///< feed() more, then call again
    output,   ///< take the output, then call again
    closed,   ///< the peer has said its close_notify: no more will come
    failed,   ///< see failure(); an alert for the peer may lie in output()
  };
  struct Result {
    std::size_t bytes = 0;
    Want want = Want::nothing;
  };

  /// Throws Error where OpenSSL cannot make a connection from the context.
  Engine(std::shared_ptr<const crypto::Context> context, const Settings& settings);
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

  Want handshake();
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
  bool hasOutput() const noexcept { return written_ > 0; }
  std::size_t outputSize() const noexcept { return written_; }
  Output takeOutput() noexcept;

  const std::optional<Error>& failure() const noexcept { return failure_; }

  /// The following are known once the handshake is done.
  bool secure() const noexcept { return secure_; }
  bool authorized() const noexcept;
  /// Why the peer is not authorized; empty where it is, and where no certificate was asked for.
  const std::optional<Error>& unauthorized() const noexcept { return verification_.failure; }
  tls::PeerCertificate peerCertificate() const;
  tls::CipherInfo cipher() const;
  std::string protocol() const;

 private:
  template <class Call>
  Want perform(Call call);
  Want explainStop(int result);
  Want fail(Error error);
  Want noMoreInput();
  Want endOfInput();
  bool peerClosed() const noexcept;
  bool hasRoomForRecord(std::size_t plaintext) const noexcept;

  std::shared_ptr<const crypto::Context> context_;
  crypto::SslPtr ssl_;
  Settings settings_;
  crypto::Verification verification_;
  Wire wire_;
  base::ByteQueue kept_;
  base::Chunk chunk_;
  std::size_t written_ = 0;
  std::optional<Error> failure_;
  bool inputEnded_ = false;
  bool secure_ = false;
};

}  // namespace securepair::engine
