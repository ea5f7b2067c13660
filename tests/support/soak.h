#pragma once
#include <cstdlib>
#include <string_view>

namespace securepair::test {

/// SECUREPAIR_SOAK=1 in the environment: tests of load and of chance go on for longer.
inline bool soaking() {
  const char* const set = std::getenv("SECUREPAIR_SOAK");
  return set != nullptr && std::string_view(set) == "1";
}

}  // namespace securepair::test
