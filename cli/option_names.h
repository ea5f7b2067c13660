#pragma once
#include <securepair/error.h>

#include "cli/verb.h"

namespace securepair::cli {

/// The library speaks of its options and calls, `securityLevel` and `cert` for two; who reads a
/// command line knows --security-level, and the file that --cert names. What the verb does not have
/// stays as it is.
Error inFlags(const Error& error, const Verb& verb);

}  // namespace securepair::cli
