#pragma once
#include "cli/io.h"
#include "cli/verb.h"

namespace securepair::cli {

/// The whole program: what there is to be asked for. The common flags are read into `settings`,
/// which outlives it.
Verb makeTree(Settings& settings);

}  // namespace securepair::cli
