#pragma once
#include <securepair/error.h>

#include <set>
#include <string>

namespace securepair::cli {

/// The library speaks of its options, `securityLevel` for one; who reads a command line knows
/// --security-level. Those that are none of `flags`, "security-level" for one, stay as they are.
Error inFlags(const Error& error, const std::set<std::string>& flags);

}  // namespace securepair::cli
