#pragma once
#include <string>

#include "cli/io.h"
#include "cli/verb.h"

namespace securepair::cli {

// Flags of a verb that is configurable() come from the command line, else from the environment,
// else from the file of --config, else they are what they are at first. What a flag has from one
// of these it has from it alone: a list is not put together from two.

/// Reads what the command line has left open. `file` may be empty. Throws usageFailure() with the
/// variable's name, or the file and the line.
void readConfiguration(Verb& verb, const std::string& file, Io& io);

/// Of a verb that has nothing from the environment: somebody may believe that it has.
void warnOfVariables(const Verb& verb, Io& io);

/// Each flag, its value and where that comes from: a file that --config reads. No flag's value is
/// a secret: keys and passphrases are named by their files.
void printConfiguration(const Verb& verb, Io& io);

/// The variable of the environment that sets this flag, "SECUREPAIR_MIN_VERSION"; empty where none
/// does.
std::string variableOf(const Verb& verb, const Parameter& flag);

/// What help says of all this.
std::string configurationText();
/// Lines of a file.
std::string configurationExample();

}  // namespace securepair::cli
