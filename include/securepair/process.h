#pragma once
#include <securepair/export.h>
#include <securepair/stream.h>

namespace securepair::process {

/// Standard input: a file, a pipe or a terminal. It starts paused: resume() it; while it is
/// resumed it keeps the loop running until its end.
SECUREPAIR_API Stream& stdinStream();
/// Standard output. Written at once, in whole. What is piped into it neither ends nor destroys it.
SECUREPAIR_API Stream& stdoutStream();

}  // namespace securepair::process
