#pragma once
#include "cli/io.h"

namespace securepair::cli {

/// Answers each line of standard input with one of its own, in order and as soon as it is whole,
/// until there are no more.
void verifyBatch(Io& io);

}  // namespace securepair::cli
