#pragma once
#include <string>

#include "cli/verb.h"

namespace securepair::cli {

/// The manual page of a verb, in roff. `path`: "securepair cert key".
std::string manualOf(const Verb& verb, const std::string& path);

/// "securepair-cert-key.1"
std::string manualName(const std::string& path);

}  // namespace securepair::cli
