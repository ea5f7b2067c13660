#pragma once
#include <securepair/error.h>
#include <securepair/tls/cleartext_stream.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "cli/io.h"

namespace securepair::cli {

/// What is told of a connection when it has ended.
struct ProxyRecord {
  std::string peer = {};
  std::string via = {};  ///< the proxy that has told who the peer is; empty where there is none
  std::string target = {};
  std::string servername = {};
  std::string version = {};
  std::string cipher = {};
  std::string unverified = {};  ///< why a target is not authorized that --insecure went on with
  std::uint64_t received = 0;   ///< bytes from the client
  std::uint64_t sent = 0;       ///< bytes to it
  std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
  std::string closed = {};            ///< why
  std::optional<Error> failure = {};  ///< where that was one

  void noteTls(const tls::CleartextStream& stream);
};

/// One line for a connection.
void tellConnection(Io& io, const ProxyRecord& record);

}  // namespace securepair::cli
