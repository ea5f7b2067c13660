#include "base/host.h"

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "base/thread_local.h"

namespace securepair::base {
namespace {

SECUREPAIR_THREAD_LOCAL Host* current = nullptr;

}  // namespace

Host* host() noexcept { return current; }

void setHost(Host* host) noexcept { current = host; }

void reportUnhandledError(const Error& error, Origin origin) {
  if (current != nullptr) {
    current->unhandledError(error, origin);
  } else {
    std::fprintf(stderr, "securepair: unhandled error: %s\n", error.what());
  }
}

void warn(const Error& warning) {
  if (current != nullptr) {
    current->warn(warning);
  } else {
    std::fprintf(stderr, "securepair: warning: %s\n", warning.what());
  }
}

bool strict() {
  if (current != nullptr && current->strict()) return true;
  const char* const asked = std::getenv("SECUREPAIR_STRICT");
  return asked != nullptr && std::string_view(asked) == "1";
}

}  // namespace securepair::base
