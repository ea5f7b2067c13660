#pragma once
#include <string>

#include "cli/verb.h"

namespace securepair::cli {

/// What --help prints, at most 80 columns wide. `path`: "securepair cert key".
std::string helpOf(const Verb& verb, const std::string& path);

/// "securepair cert key [FLAGS] FILE"
std::string usageOf(const Verb& verb, const std::string& path);

/// "-c, --connections N", and so without its letter or its value.
std::string flagText(const Parameter& flag);

/// What is said of it, with its choices and what it is at first.
std::string aboutText(const Parameter& parameter);
/// The same of a flag, with the variable of the environment that sets it.
std::string flagAboutText(const Verb& verb, const Parameter& flag);

}  // namespace securepair::cli
