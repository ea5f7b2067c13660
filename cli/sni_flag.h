#pragma once
#include <securepair/crypto.h>
#include <securepair/tls.h>

#include <string>
#include <utility>
#include <vector>

#include "cli/io.h"

namespace securepair::cli {

/// A further certificate of a server: "NAME=CERT,KEY".
struct SniFlag {
  std::string name = {};
  std::string cert = {};
  std::string key = {};
};

void readValue(const std::string& text, SniFlag& flag);
std::string inFolder(const std::string& text, const std::string& folder, const SniFlag* kind);

/// By their names.
using SniContexts = std::vector<std::pair<std::string, crypto::Credentials>>;

/// Reads the files. Everything else is as the server has it.
SniContexts readSniContexts(Io& io, const std::vector<SniFlag>& flags,
                            const tls::ServerOptions& server);

}  // namespace securepair::cli
