#pragma once
#include <securepair/bytes.h>
#include <securepair/error.h>
#include <securepair/export.h>

#include <functional>
#include <memory>
#include <utility>

namespace securepair::detail {
class PendingOcsp;
}

namespace securepair::tls {

/// The certificate that a client is about to be shown, and the one that follows it in what is sent,
/// which as a rule has issued it: DER; empty where there is none.
struct OcspRequest {
  Buffer certificate = {};
  Buffer issuer = {};
};

/// Answers an OcspCallback, once, on any thread; the handshake waits meanwhile, at most until
/// `handshakeTimeout`. Where all copies are gone without an answer the client gets no response.
/// Harmless when the connection is gone, or has its answer.
class SECUREPAIR_API OcspAnswer {
 public:
  explicit OcspAnswer(std::shared_ptr<detail::PendingOcsp> pending) noexcept
      : pending_(std::move(pending)) {}

  /// An OCSPResponse (RFC 6960), DER, which is sent as it is; empty: none.
  void operator()(const Buffer& response) const;
  /// Refuses the handshake: `clientError` is this error.
  void operator()(const Error& error) const;

 private:
  std::shared_ptr<detail::PendingOcsp> pending_;
};

/// Is asked by a server where a client wants to have an OCSP response with its certificate. What it
/// throws before it has answered refuses the handshake and becomes the `clientError`.
using OcspCallback = std::function<void(const OcspRequest& request, OcspAnswer answer)>;

}  // namespace securepair::tls
