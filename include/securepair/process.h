#pragma once
#include <securepair/export.h>
#include <securepair/stream.h>

#include <string>

namespace securepair::process {

/// Standard input: a file, a pipe or a terminal. It starts paused: resume() it; while it is
/// resumed it keeps the loop running until its end.
SECUREPAIR_API Stream& stdinStream();
/// Standard output. Written at once, in whole. What is piped into it neither ends nor destroys it.
SECUREPAIR_API Stream& stdoutStream();

/// Of the libraries with which the process runs, which may be others than those it was built with.
struct Versions {
  std::string securepair = {};  ///< "0.1.0"
  std::string openssl = {};     ///< "3.0.17"
  std::string uv = {};          ///< "1.44.2"
};
SECUREPAIR_API Versions versions();

}  // namespace securepair::process
