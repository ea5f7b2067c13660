#pragma once
#include <string>

#include "cli/verb.h"

namespace securepair::cli {

/// The library advises calls to a program's author: who has typed a command is told which other one
/// does the same. Options in backticks stay.
std::string inToolPhrases(std::string text, const Verb& verb);

}  // namespace securepair::cli
