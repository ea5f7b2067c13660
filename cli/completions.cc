#include "cli/completions.h"

namespace securepair::cli {

bool takesVerb(const Verb& verb) {
  return !verb.arguments().empty() && verb.arguments().front()->completion == Hint::verb;
}

}  // namespace securepair::cli
