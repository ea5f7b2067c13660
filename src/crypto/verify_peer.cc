#include <securepair/tls/verify_peer.h>

#include <memory>
#include <string>
#include <utility>

#include "crypto/chain_check.h"
#include "crypto/context.h"
#include "crypto/idna.h"
#include "crypto/peer_chain.h"
#include "crypto/shared_context.h"
#include "crypto/verify.h"

namespace securepair::tls {
namespace {

Error conflict(const std::string& message, const std::string& fix) {
  return Error({.code = "ERR_OPTION_CONFLICT", .message = message, .fix = fix});
}

void refuseContradictions(const VerifyOptions& options) {
  const bool hasName = !options.servername.empty();
  if (options.purpose == Purpose::client && (hasName || options.checkServerIdentity)) {
    throw conflict(std::string("`") + (hasName ? "servername" : "checkServerIdentity") +
                       "` is given, but `purpose` is client: no name is looked for there",
                   "leave it out, and look at the verdict's certificate for who the client is");
  }
  if (options.nameKind != NameKind::any && !hasName) {
    throw conflict("`nameKind` is given without `servername`",
                   "give the name or address for which the certificate must be");
  }
  if (options.maxDepth && *options.maxDepth < 0) {
    throw Error({.code = "ERR_OUT_OF_RANGE",
                 .message = "`maxDepth` is negative",
                 .expected = "a number, or 0 for none",
                 .got = std::to_string(*options.maxDepth),
                 .fix = "leave it out for the default of 100"});
  }
}

std::shared_ptr<const crypto::Context> contextOf(const VerifyOptions& options) {
  return crypto::contextOf(options.secureContext,
                           {.ca = options.ca,
                            .crl = options.crl,
                            .securityLevel = options.securityLevel,
                            .caAppend = options.caAppend},
                           crypto::Use::any);
}

crypto::Expectation expectationOf(const VerifyOptions& options, const crypto::Context& context) {
  crypto::Expectation expect{.isServer = options.purpose == Purpose::client,
                             .name = crypto::asciiName(options.servername),
                             .nameKind = options.nameKind,
                             .nameJudgedOutside = static_cast<bool>(options.checkServerIdentity)};
  expect.trustAs(context);
  return expect;
}

std::optional<std::time_t> secondsOf(const VerifyOptions& options) {
  if (!options.time) return std::nullopt;
  return std::chrono::system_clock::to_time_t(*options.time);
}

}  // namespace

Verdict verifyPeer(const CertificateChain& chain, const VerifyOptions& options) {
  refuseContradictions(options);
  const auto context = contextOf(options);
  crypto::Verification verification{.expect = expectationOf(options, *context)};
  crypto::ChainCheck check{.time = secondsOf(options),
                           .maxDepth = options.maxDepth,
                           .identity = options.checkServerIdentity};
  try {
    check.chain = crypto::readPeerChain(chain, SSL_CTX_get_max_cert_list(context->native()));
  } catch (const Error& unreadable) {
    return {.failure = unreadable};
  }
  if (check.chain.empty()) return {.failure = crypto::noCertificate(verification.expect)};
  PeerCertificate certificate = crypto::judgeChain(*context, check, verification);
  return {.authorized = verification.authorized(),
          .failure = verification.failure,
          .certificate = std::move(certificate)};
}

}  // namespace securepair::tls
