#pragma once
#include <securepair/crypto.h>
#include <securepair/error.h>

#include <chrono>
#include <string>

#include "pair/core.h"

namespace securepair::tls {

/// The part of a server's or a client's options that makes a context.
template <class Options>
crypto::CredentialsOptions credentialsOf(const Options& options) {
  return {.pfx = options.pfx,
          .key = options.key,
          .passphrase = options.passphrase,
          .cert = options.cert,
          .ca = options.ca,
          .crl = options.crl,
          .ciphers = options.ciphers,
          .minVersion = options.minVersion,
          .maxVersion = options.maxVersion,
          .securityLevel = options.securityLevel};
}

inline std::chrono::milliseconds notNegative(const char* option, std::chrono::milliseconds time) {
  if (time.count() >= 0) return time;
  throw Error({.code = "ERR_OUT_OF_RANGE",
               .message = std::string("`") + option + "` is negative",
               .expected = "a time, or 0 for none",
               .got = std::to_string(time.count()) + " ms",
               .fix = "leave it out for the default of two minutes"});
}

/// The part that makes a pair.
template <class Options>
detail::PairOptions pairOptionsOf(const Options& options, const engine::Settings& engine) {
  return {.engine = engine,
          .handshakeTimeout = notNegative("handshakeTimeout", options.handshakeTimeout),
          .closeTimeout = notNegative("closeTimeout", options.closeTimeout)};
}

}  // namespace securepair::tls
