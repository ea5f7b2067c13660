#pragma once
#include <string>
#include <vector>

#include "cli/io.h"
#include "cli/verb.h"

namespace securepair::cli {

/// The verb that a command line names.
struct Command {
  Verb* verb = nullptr;
  std::string path;  ///< "securepair cert key"
};

/// Takes the verb's words from the front of `arguments`, as far as they are some.
Command findVerb(Verb& root, std::vector<std::string>& arguments);

/// Reads what is left into the verb's options, and what environment and file say of flags that are
/// not there. With --help nothing else has to be there. Throws usageFailure().
void readArguments(Verb& verb, std::vector<std::string> arguments, const Settings& settings,
                   Io& io);

}  // namespace securepair::cli
