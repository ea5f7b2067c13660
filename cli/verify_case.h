#pragma once
#include <securepair/bytes.h>
#include <securepair/tls/name_kind.h>
#include <securepair/tls/verify_peer.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/json.h"

namespace securepair::cli {

/// What one line of `verify --batch` asks.
struct VerifyCase {
  std::vector<Buffer> ca = {};
  std::vector<Buffer> crls = {};
  std::vector<Buffer> chain = {};
  std::string name = {};
  tls::NameKind nameKind = tls::NameKind::any;
  tls::Purpose purpose = tls::Purpose::server;
  std::optional<std::chrono::system_clock::time_point> time = {};
  std::optional<int> maxDepth = {};
};

/// Reads a line, and puts its `id` into the answer, null where there is none. Throws Error
/// ERR_BATCH_LINE where anything in it is not as it has to be, a key that is not known too: who
/// misspells `crls` wants no answer without them.
VerifyCase readVerifyCase(std::string_view line, Json& answer);

}  // namespace securepair::cli
